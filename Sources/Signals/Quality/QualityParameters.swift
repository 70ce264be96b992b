/// Every constant of the quality meter.
///
/// Parts are judged in losses: a part that costs a picture `x` losses leaves it 100 · exp(-`lossScale` · x) of a
/// hundred points, and the losses of all parts add up, so damage of one kind never hides damage of another and the
/// score falls strictly with each of them. The curves are rising lines between fixed points. Their shapes come from
/// graded damage of fifty real clips that full-reference judges (VMAF 0.6.1 and PSNR-HVS, K. Egiazarian et al., VPQM
/// 2006) had ordered, their heights from a search for what keeps both the order of the grades and that of the judges,
/// half of it without the coder's own word, which many decoders do not pass on.
public struct QualityParameters: Sendable, Equatable {
    public var version: String

    /// Natural logarithm of the width of edges, pixels; see `EdgeSharpness`. Camera pictures lie at -0.2 to 0.6.
    public var softness = Curve([
        (-0.4, 0), (0, 0.035), (0.3, 0.12), (0.5, 0.24), (0.7, 0.35), (0.9, 0.49), (1.15, 0.7), (1.5, 1.2), (2, 1.5),
    ])
    /// The same along the least sharp axis, at native and at half size: smears of motion.
    public var acrossNative = Curve([(-0.4, 0), (0, 0.03), (0.4, 0.06), (0.8, 0.12)])
    public var acrossHalf = Curve([(-0.5, 0), (0, 0.045), (0.4, 0.09), (0.8, 0.18), (1.1, 0.36)])
    /// Share of blocks without detail. Clips as cameras and coders at high rates leave them have 0.4 to 0.8.
    public var blank = Curve([(0.6, 0), (0.75, 0.07), (0.88, 0.22), (1, 0.7)])
    /// QP of H.264 that has the same step; x264's usual settings give 20 to 28.
    public var quantiser = Curve([(18, 0), (24, 0.012), (30, 0.06), (36, 0.18), (42, 0.36), (48, 0.6)])
    /// log2(1 + levels of 255). Phone sensors by day leave 1 to 2 levels after coding, by night 4 and more.
    public var noise = Curve([
        (0.8, 0), (1.2, 0.05), (1.7, 0.1), (2.2, 0.14), (3, 0.22), (3.8, 0.42), (4.6, 0.8),
    ])
    /// log2(0.02 + share of the borders of 8x8 blocks that are steps of their own, above that of other borders).
    public var blockSteps = Curve([(-4.8, 0), (-3.2, 0.03), (-1.6, 0.1)])
    /// log2(0.03 + levels of flat steps on block borders, above those off them).
    public var blockLevels = Curve([(-3.5, 0), (-1, 0.02), (0, 0.1), (1, 0.22), (2.4, 0.5)])
    /// log2(0.02 + levels of flat steps off block borders, a mean over all borders).
    public var banding = Curve([(-5, 0), (-3.5, 0.06), (-2, 0.2), (-1, 0.95), (0, 2.05)])
    /// Share of pixels that only the lines above and below make a comb of.
    public var combing = Curve([(0.02, 0), (0.06, 0.25), (0.2, 0.95)])
    /// 255 less the luma under which 98 of 100 pixels lie: no light where there should be some.
    public var missingLight = Curve([(30, 0), (90, 0.01), (145, 0.03), (195, 0.06)])
    /// 8 - log2(1 + mean luma).
    public var darkness = Curve([(1, 0), (1.6, 0.085), (2.2, 0.33), (2.8, 1.05), (3.4, 2.3), (4.5, 6.7)])
    /// Mean luma of 255.
    public var brightness = Curve([(60, 0), (100, 0.07), (130, 0.13), (160, 0.26), (190, 0.4), (240, 0.6)])
    /// log2(0.001 + share of pixels at `brightLevel` and above).
    public var highlights = Curve([(-9.9, 0), (-6, 0.015), (-3, 0.04), (0, 0.06)])
    /// What exposure and flatness can cost at most. A night sky and a chart on white are no bad pictures.
    public var exposureLossMax = 1.0, contrastLossMax = 0.8
    /// 8 - log2(1 + standard deviation of luma, levels).
    public var flatness = Curve([(2.1, 0), (2.6, 0.033), (3, 0.09), (3.5, 0.33), (4, 1), (5, 2)])
    /// 8 - log2(2 + Hasler and Suesstrunk's M): 15 slightly, 33 moderately, 45 averagely, 59 quite colourful.
    public var paleness = Curve([(2.2, 0), (3, 0.045), (4, 0.115), (5, 0.17), (6, 0.23), (7.5, 0.34)])
    /// Share of the picture under bars.
    public var letterbox = Curve([(0.01, 0), (0.1, 0.12), (0.2, 0.19), (0.35, 0.3), (0.5, 0.39), (0.75, 0.5)])

    /// Losses to the natural logarithm: chosen so that sound clips get 70 to 90 points.
    public var lossScale = 0.55
    /// Share of the tenth-worst of the moments in the score of the video beside the median one.
    public var worstMoments = 0.3

    /// Seconds between the frames that are judged, a multiple of the working frames' own period.
    public var periodSeconds = 0.5
    /// Seconds from the first frame in which every working frame is judged, so that the shortest videos have several.
    public var eagerSeconds = 2.0
    /// Frames kept. At twice as many every second one is dropped and the period doubled: 17 minutes at full rate.
    public var framesMax = 2048
    /// Level from which a highlight counts as lost, of 255.
    public var brightLevel = 240
    /// Levels between the darkest and brightest pixel of a row or column that is part of a bar.
    public var barRange = 16
    /// Share of a side up to which bars are looked for.
    public var barShare = 0.45
    /// Share of the line beyond a bar that must be something else.
    public var barEndShare = 0.5
    /// Levels of standard deviation under which a block of 8x8 shows no detail.
    public var blankDeviation = 0.6
    /// Share of the blocks of 8x8 taken to be flat: the quietest ones, at native and at half size.
    public var flatBlocks = 0.15, flatHalfBlocks = 0.1
    /// Noise at half size that white noise halves and grain keeps: what makes the two figures alike, nearly.
    public var grain = 1.8
    /// Noise of the whole over that of the quietest blocks: coding smooths flat blocks more than others.
    public var noiseSpread = 1.3
    /// Levels a pixel: the least slope of an edge at no noise.
    public var edgeSlope = 8.0
    /// Edges an axis must have before it is asked for its own sharpness.
    public var axisEdgesMin = 20
    /// Levels of standard deviation under which a frame shows nothing to judge.
    public var flatContrast = 2.0
    /// Points that the worst stretch must lie under the median to be named.
    public var worstMargin = 5.0
    /// Pixels of edge width up to which all lines hold detail; beyond, the share is a power of the ratio. Both from
    /// 24 clips reduced and enlarged by 1.5 to 5: within a quarter of what was left.
    public var sharpPixels = 1.2, linesPower = 1.8
    /// Edges at native size without which the true lines are not told.
    public var linesEdgesMin = 100

    /// Values of the score's curve at most, as of the motion curve.
    public var curveValuesMax = StaticParameters.v4.motionValuesMax

    public static let v6 = QualityParameters(version: SignalVersions.quality)
}

extension QualityParameters {
    /// A rising mapping through points of rising value, straight between them, level beyond.
    public struct Curve: Sendable, Equatable {
        public var points: [(value: Double, loss: Double)]

        public init(_ points: [(value: Double, loss: Double)]) {
            precondition(
                !points.isEmpty
                    && zip(points, points.dropFirst()).allSatisfy { $0.value < $1.value && $0.loss <= $1.loss },
                "a curve needs points of rising value and loss, got \(points)")
            self.points = points
        }

        public func callAsFunction(_ value: Double) -> Double {
            guard let upper = points.firstIndex(where: { $0.value >= value }) else {
                return points[points.count - 1].loss
            }
            guard upper > 0 else { return points[0].loss }
            let (a, b) = (points[upper - 1], points[upper])
            return a.loss + (b.loss - a.loss) * (value - a.value) / (b.value - a.value)
        }

        public static func == (a: Curve, b: Curve) -> Bool {
            a.points.count == b.points.count && zip(a.points, b.points).allSatisfy { $0 == $1 }
        }
    }
}
