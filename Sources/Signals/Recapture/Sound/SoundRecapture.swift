public import Frames

/// Whether the sound seems recorded off a loudspeaker.
public struct SoundRecapture: Sendable, Codable, Equatable {
    /// What was measured, where something was.
    public struct Evidence: Sendable, Codable, Equatable {
        /// dB a second by which a band falls at its hundredth fastest, the middle of all bands. A room does not let go
        /// of a sound faster than it dies away there.
        public var fallDecibelsPerSecond: Double?
        /// Mains whose line and overtones stand through pauses: 50 or 60 Hz, and by how many dB. Nil where they do not
        /// stand out; the lowest tones of held notes may.
        public var humHz: Double?
        public var humDecibels: Double?

        enum CodingKeys: String, CodingKey {
            case fallDecibelsPerSecond = "fall_decibels_per_second", humHz = "hum_hz", humDecibels = "hum_decibels"
        }

        public init(
            fallDecibelsPerSecond: Double? = nil, humHz: Double? = nil, humDecibels: Double? = nil
        ) {
            self.fallDecibelsPerSecond = fallDecibelsPerSecond
            self.humHz = humHz
            self.humDecibels = humDecibels
        }
    }

    /// 0...1; nil when `abstainReason` is set.
    public var probability: Double?
    /// `reverberation`, `bass`, `treble`, `room`, `hum`, `mono`, each 0 (absent) ... 1 (strong).
    public var cues: [String: Double]
    public var evidence: Evidence?
    /// Where the sound seems recorded so, to within a window of 8 s.
    public var spans: [TimeSpan]
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey {
        case probability, cues, evidence, spans, abstainReason = "abstain_reason"
    }

    public init(
        probability: Double?, cues: [String: Double] = [:], evidence: Evidence? = nil, spans: [TimeSpan] = [],
        abstainReason: String? = nil
    ) {
        self.probability = probability
        self.cues = cues
        self.evidence = evidence
        self.spans = spans
        self.abstainReason = abstainReason
    }
}
