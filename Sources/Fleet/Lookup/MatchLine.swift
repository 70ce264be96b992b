public import FingerprintIndex
public import Signals

/// A match with what is suspected of its query: one line of `lookup --format jsonl`.
public struct MatchLine: Sendable, Encodable {
    public var match: Match
    /// As in an extraction's record; left out where no picture was decoded.
    public var queryRecapture: RecaptureSignal?

    enum CodingKeys: String, CodingKey { case queryRecapture = "query_recapture" }

    public init(_ match: Match, queryRecapture: RecaptureSignal?) {
        self.match = match
        self.queryRecapture = queryRecapture
    }

    public func encode(to encoder: any Encoder) throws {
        try match.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(queryRecapture, forKey: .queryRecapture)
    }
}

extension LookupAnswer {
    public var lines: [MatchLine] { matches.map { MatchLine($0, queryRecapture: recapture) } }
}
