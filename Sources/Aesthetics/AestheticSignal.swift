public import Frames
internal import Glibc

/// What a model that its owner brought says of a video: beside the built-in quality, and never part of it.
public struct AestheticSignal: Sendable, Codable, Equatable {
    /// How pictures are chosen, brought into the model's size and summed up; raised when any of it changes.
    public static let version = "aesthetic/1"

    /// A picture and what the model says of it.
    public struct Scored: Sendable, Codable, Equatable {
        /// Seconds; the picture is the one shown then.
        public var at: Double
        public var score: Double

        public init(at: Double, score: Double) {
            self.at = at
            self.score = score
        }
    }

    /// Why nothing is said.
    public enum AbstainReason: String, Sendable, Codable, CaseIterable {
        case noVideo = "no_video"
        /// There is a picture stream, and none of the pictures could be had.
        case noPicture = "no_picture"
        /// The model failed on a picture.
        case modelFailed = "model_failed"
        /// The model gave a score that is no number.
        case notFinite = "not_finite"
    }

    public var version: String
    public var model: AestheticModel.Identity
    /// The numbers are the model's own: nothing says that more is better, or what the most is.
    public var scale: String
    /// Mean of the pictures' scores.
    public var score: Double?
    public var lowest: Double?
    /// Of the first picture that has it.
    public var lowestAt: Double?
    /// In the order of time.
    public var pictures: [Scored]
    public var abstainReason: AbstainReason?

    enum CodingKeys: String, CodingKey {
        case version, model, scale, score, lowest, lowestAt = "lowest_at", pictures, abstainReason = "abstain_reason"
    }

    private init(_ model: AestheticModel) {
        version = Self.version
        self.model = model.identity
        scale = "as the model gives it"
        pictures = []
    }

    public init(_ model: AestheticModel, abstaining reason: AbstainReason) {
        self.init(model)
        abstainReason = reason
    }

    /// - Parameter frames: a picture or nil for each of `times`. One that the model fails on, or has no number for,
    ///   leaves the whole video unjudged: a mean of the others would pass for a mean of all.
    /// - Returns: what is said, and the model's own words where it failed.
    public static func judged(_ frames: [RGBImage?], at times: [Double], by model: AestheticModel) -> (
        signal: AestheticSignal, trouble: String?
    ) {
        var signal = AestheticSignal(model)
        for (time, frame) in zip(times, frames) {
            guard let frame else { continue }
            do {
                let score = Double(try model.score(frame))
                guard score.isFinite else { return (AestheticSignal(model, abstaining: .notFinite), nil) }
                signal.pictures.append(Scored(at: time, score: score))
            } catch {
                return (AestheticSignal(model, abstaining: .modelFailed), error.sentence)
            }
        }
        guard let lowest = signal.pictures.min(by: { $0.score < $1.score }) else {
            return (AestheticSignal(model, abstaining: .noPicture), nil)
        }
        let mean = signal.pictures.reduce(0) { $0 + $1.score } / Double(signal.pictures.count)
        signal.score = Self.told(mean)
        signal.lowest = Self.told(lowest.score)
        signal.lowestAt = lowest.at
        signal.pictures = signal.pictures.map { Scored(at: $0.at, score: Self.told($0.score)) }
        return (signal, nil)
    }

    /// Pictures that are asked for: as many as make a second's work of a common model.
    public static let picturesMax = 8

    /// The middles of equal parts of a video of so many seconds, each told in milliseconds; its first picture where
    /// there is no such length.
    public static func times(seconds: Double) -> [Double] {
        guard seconds > 0, seconds.isFinite else { return [0] }
        return (0..<picturesMax).map {
            ((Double($0) + 0.5) / Double(picturesMax) * seconds * 1000).rounded() / 1000
        }
    }

    /// With six digits, which is what a 32-bit float holds for sure.
    static func told(_ value: Double) -> Double {
        guard value != 0 else { return 0 }
        // A power of ten that is a whole number is exact, so that the division gives the nearest number to those digits.
        let digits = 5 - Int(log10(abs(value)).rounded(.down))
        let power = pow(10, Double(abs(digits)))
        guard power.isFinite else { return value }
        return digits >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
    }
}
