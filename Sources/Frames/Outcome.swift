/// How the work on one input ended.
///
/// `reason` is stable and meant for machines (`ok`, `truncated`, `over_limit_pixels`, `no_streams`,
/// `killed_by_signal_9`, `deadline`, ...); `sentence` is for people and says what to do where there
/// is something to do.
public struct Outcome: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Decoded from the first to the last frame.
        case complete
        /// Decoded up to `decodedUntil`; what lies before is measured and kept.
        case partial
        /// Over a named limit; not decoded, or not further.
        case refused
        /// Nothing in it that could be decoded.
        case undecodable
        /// The decoder process ended by a signal.
        case crashed
        /// The decoder process was still busy at its deadline.
        case timedOut = "timed_out"
    }

    public var kind: Kind
    public var reason: String
    public var sentence: String
    /// Seconds on the file's timeline; nil when nothing was decoded.
    public var decodedUntil: Double?

    enum CodingKeys: String, CodingKey {
        case kind, reason, sentence, decodedUntil = "decoded_until"
    }

    public init(_ kind: Kind, reason: String, sentence: String, decodedUntil: Double? = nil) {
        self.kind = kind
        self.reason = reason
        self.sentence = sentence
        self.decodedUntil = decodedUntil
    }

    /// Signals and fingerprints were measured, wholly or up to `decodedUntil`.
    public var hasResult: Bool { kind == .complete || kind == .partial }
}
