public import FingerprintIndex
public import Frames
public import Signals

/// What a lookup of one file found.
public struct LookupAnswer: Sendable {
    /// The query's path, as the caller gave it.
    public var query: String
    /// Best first.
    public var matches: [Match] = []
    /// References the search saw; "nothing found" means nothing without it.
    public var searched = 0
    /// Whether the query's picture looks filmed off a screen, by what was measured of it; nil where none was decoded.
    public var recapture: RecaptureSignal?
    /// The file's own outcome when it could not be decoded.
    public var failure: Outcome?

    /// Decodes the file at `path` and looks its fingerprint up.
    ///
    /// - Throws: `DecodeError` when this machine cannot decode, `IndexError` when the index is unsound.
    public init(path: String, query: String, decoder: DecodeService, index: FingerprintIndex, options: LookupOptions)
        throws
    {
        self.query = query
        let file = try decoder.fingerprint(of: path)
        guard let fingerprint = file.fingerprint else {
            failure = file.outcome
            return
        }
        recapture = file.recapture
        let result = try index.lookup(fingerprint, id: query, options: options)
        matches = result.matches
        searched = result.referencesSearched
    }
}
