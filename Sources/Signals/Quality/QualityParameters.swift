/// Every constant of the quality meter.
public struct QualityParameters: Sendable, Equatable {
    /// A monotone mapping through points of rising value, straight between them, level beyond.
    public struct Curve: Sendable, Equatable {
        public var points: [(value: Double, score: Double)]

        public init(_ points: [(value: Double, score: Double)]) {
            precondition(
                !points.isEmpty && zip(points, points.dropFirst()).allSatisfy { $0.value < $1.value },
                "a curve needs points of rising value, got \(points)")
            self.points = points
        }

        public func callAsFunction(_ value: Double) -> Double {
            guard let upper = points.firstIndex(where: { $0.value >= value }) else {
                return points[points.count - 1].score
            }
            guard upper > 0 else { return points[0].score }
            let (a, b) = (points[upper - 1], points[upper])
            return a.score + (b.score - a.score) * (value - a.value) / (b.value - a.value)
        }

        public static func == (a: Curve, b: Curve) -> Bool {
            a.points.count == b.points.count && zip(a.points, b.points).allSatisfy { $0 == $1 }
        }
    }

    public var version: String

    /// Octaves by which detail exceeds a smooth picture: 0 a ramp, 1 steps as sharp as pixels.
    /// Sound phone video reduced to 512 pixels lies at 0.6 to 1.2, a blur of 2 pixels at 0.3.
    public var sharpness = Curve([(0.05, 0), (0.35, 35), (0.65, 70), (0.95, 90), (1.3, 100)])
    /// Levels of 255. Phone sensors by day leave 1 to 2 after coding, by night 4 and more.
    public var noise = Curve([(0.5, 100), (2.5, 78), (5, 52), (10, 25), (20, 0)])
    /// Levels by which steps on the 8-grid exceed those between.
    public var blockiness = Curve([(0.15, 100), (0.5, 85), (2, 55), (5, 25), (12, 0)])
    /// Mean luma of 255.
    public var exposure = Curve([(10, 0), (40, 45), (75, 90), (95, 100), (150, 100), (180, 85), (215, 40), (245, 0)])
    /// Share of pixels at the ends of the range: points taken off the exposure's score.
    public var clippingPenalty = Curve([(0.03, 0), (0.15, 20), (0.5, 60), (1, 100)])
    /// Standard deviation of luma in levels of 255.
    public var contrast = Curve([(6, 0), (20, 40), (35, 75), (50, 100)])
    /// Hasler and Suesstrunk's M: 15 slightly, 33 moderately, 45 averagely, 59 quite colourful.
    public var colourfulness = Curve([(2, 20), (15, 60), (33, 90), (45, 100)])
    /// Share of the picture under bars.
    public var letterbox = Curve([(0.02, 100), (0.1, 75), (0.25, 45), (0.5, 15), (0.75, 0)])

    /// Shares of the parts in the weighted mean; they sum to one. What cannot be mended afterwards
    /// (sharpness, noise, blocks) makes up six tenths.
    public var weights: [String: Double] = [
        "sharpness": 0.32, "noise": 0.14, "blockiness": 0.14, "exposure": 0.13, "contrast": 0.1,
        "colourfulness": 0.07, "letterbox": 0.1,
    ]
    /// Share of the weakest part in the score beside the weighted mean: one ruined part ruins a
    /// picture, however good the rest is.
    public var weakest = 0.4
    /// Share of the tenth-worst of the moments in the score of the video beside the median one.
    public var worstMoments = 0.3

    /// Seconds between the frames that are judged, a multiple of the working frames' own period: twice a
    /// second is enough for medians, at half the cost of all of them.
    public var periodSeconds = 0.5
    /// Levels: ends of the range for clipping.
    public var darkLevel = 4, brightLevel = 251
    /// Levels between the darkest and brightest pixel of a row or column that is part of a bar.
    public var barRange = 16
    /// Share of a side up to which bars are looked for.
    public var barShare = 0.45
    /// Share of the noise blocks taken to be flat: the quietest ones.
    public var flatBlocks = 0.15
    /// Noise of the whole over that of the quietest blocks, for the share taken off the sharpness: coding
    /// smooths flat blocks more than others.
    public var noiseSpread = 1.4
    /// Levels of standard deviation under which a frame shows nothing to judge.
    public var flatContrast = 2.0
    /// Points that the worst stretch must lie under the median to be named.
    public var worstMargin = 5.0

    public static let v1 = QualityParameters(version: SignalVersions.quality)
}
