/// How much of a file's sound its Chromaprint covers.
public enum ChromaprintLength: Sendable, Codable, Equatable {
    /// The first seconds. AcoustID's fingerprints cover 120, `fpcalc`'s default.
    case first(seconds: Double)
    /// All of it: what ISCC's tools take (`fpcalc -length 0`).
    case whole

    public static let acoustID = ChromaprintLength.first(seconds: 120)

    /// Nil for all of it.
    public var secondsMax: Double? {
        switch self {
        case .first(let seconds): seconds
        case .whole: nil
        }
    }
}

extension ExtractRecord {
    /// What a Chromaprint is and where it comes from; in a record only where one was asked for. It is
    /// another fingerprint than Moiré's own, made for others to look up, and nothing here matches by it.
    public struct ChromaprintSummary: Sendable, Codable, Equatable {
        /// `chromaprint`.
        public var label: String
        /// The library's name for the algorithm: `test2`.
        public var algorithm: String
        /// What made it: `libchromaprint 1.5.1`.
        public var library: String
        public var words: Int
        /// Seconds of the file's sound from its first sample to its last.
        public var duration: Double
        /// The words cover at most this many seconds; nil when they cover all.
        public var secondsMax: Double?
        /// Why there are no words (`no_audio`, `too_short`).
        public var abstainReason: String?

        enum CodingKeys: String, CodingKey {
            case label, algorithm, library, words, duration, secondsMax = "seconds_max"
            case abstainReason = "abstain_reason"
        }

        public init(
            algorithm: String, library: String, words: Int, duration: Double, secondsMax: Double?,
            abstainReason: String?
        ) {
            label = "chromaprint"
            self.algorithm = algorithm
            self.library = library
            self.words = words
            self.duration = duration
            self.secondsMax = secondsMax
            self.abstainReason = abstainReason
        }
    }
}
