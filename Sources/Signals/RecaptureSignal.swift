public import Frames

/// Whether the picture looks filmed off another screen.
public struct RecaptureSignal: Sendable, Codable, Equatable {
    public var version: String
    /// 0...1; nil when `abstainReason` is set.
    public var probability: Double?
    /// Named cues, each 0 (absent) ... 1 (strong).
    public var cues: [String: Double]
    public var spans: [TimeSpan]
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey { case version, probability, cues, spans, abstainReason = "abstain_reason" }

    public init(
        version: String, probability: Double?, cues: [String: Double] = [:], spans: [TimeSpan] = [],
        abstainReason: String? = nil
    ) {
        self.version = version
        self.probability = probability
        self.cues = cues
        self.spans = spans
        self.abstainReason = abstainReason
    }
}
