public import Frames

/// No-reference picture quality: one score and the parts that explain it.
public struct QualitySignal: Sendable, Codable, Equatable {
    public struct Part: Sendable, Codable, Equatable {
        /// The measured quantity, in `unit`.
        public var value: Double
        public var unit: String
        /// 0 (bad) ... 100 (good): what the value does to the score.
        public var score: Double
        /// For the creator: what was seen.
        public var sentence: String

        public init(value: Double, unit: String, score: Double, sentence: String) {
            self.value = value
            self.unit = unit
            self.score = score
            self.sentence = sentence
        }
    }

    public var version: String
    /// 0...100; nil when `abstainReason` is set.
    public var score: Double?
    /// Scored: `scoredParts`. Told beside: `true_lines`, `motion_blur`, `ringing`, `padding`, `text`, `composition`, `symmetry`,
    /// `stability`. What could not be judged is not there.
    public var parts: [String: Part]
    /// Mean score of the pictures judged in each `curvePeriod` since the file's zero, 0...100; nil where none was, as in
    /// black.
    public var curve: [Double?]?
    /// Seconds of one value of `curve`: 1, or 2, 4, 8 ... for videos of more than two minutes.
    public var curvePeriod: Double?
    /// The worst stretch of at least a second.
    public var worst: TimeSpan?
    public var abstainReason: String?

    /// Names of the parts that make the score: it is a hundred points times the hundredths that each of them leaves.
    public static let scoredParts: Set<String> = [
        "sharpness", "detail", "compression", "noise", "blockiness", "banding", "combing", "exposure", "contrast",
        "colourfulness", "letterbox",
    ]

    public enum Grade: Int, Sendable { case good, middling, bad }

    /// How a part's points read: parts that make the score share a hundred, so a fault that is easily seen takes an
    /// eighth of them; the others have a hundred each.
    public static func grade(_ score: Double, isScored: Bool) -> Grade {
        let (good, middling) = isScored ? (88.0, 72.0) : (75.0, 45.0)
        return score >= good ? .good : score >= middling ? .middling : .bad
    }

    /// The parts that make the score or, where `isScored` is false, those told beside it; the worst first.
    public func parts(isScored: Bool) -> [(name: String, part: Part)] {
        parts.filter { Self.scoredParts.contains($0.key) == isScored }
            .sorted { ($0.value.score, $0.key) < ($1.value.score, $1.key) }
            .map { (name: $0.key, part: $0.value) }
    }

    enum CodingKeys: String, CodingKey {
        case version, score, parts, curve, curvePeriod = "curve_period", worst, abstainReason = "abstain_reason"
    }

    public init(
        version: String, score: Double?, parts: [String: Part] = [:], worst: TimeSpan? = nil,
        abstainReason: String? = nil
    ) {
        self.version = version
        self.score = score
        self.parts = parts
        self.worst = worst
        self.abstainReason = abstainReason
    }
}
