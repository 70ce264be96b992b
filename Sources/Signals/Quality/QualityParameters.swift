/// Every constant of the quality meter.
///
/// Parts are judged in losses: a part that costs a picture `x` losses leaves it 100 · exp(-`lossScale` · x) of a
/// hundred points, and the losses of all parts add up, so damage of one kind never hides damage of another and the
/// score falls strictly with each of them. The curves were fitted, as rising lines between fixed points, to graded
/// damage of real clips that full-reference judges (VMAF 0.6.1 and PSNR-HVS, K. Egiazarian et al., VPQM 2006) had
/// ordered; every curve was then kept rising by hand.
public struct QualityParameters: Sendable, Equatable {
    public var version: String

    /// Natural logarithm of the width of edges, pixels; see `EdgeSharpness`. Camera pictures lie at -0.2 to 0.6.
    public var softness = Curve([
        (-0.6, 0), (-0.3, 0.035), (0, 0.19), (0.2, 0.57), (0.4, 0.69), (0.6, 1.07), (0.8, 1.26), (1, 1.6), (1.25, 2.33),
        (1.6, 3.77), (2.1, 4.2),
    ])
    /// log2(1 + levels of 255). Phone sensors by day leave 1 to 2 levels after coding, by night 4 and more.
    public var noise = Curve([(0.3, 0), (1.2, 0.07), (2.2, 0.24), (3, 0.49), (3.8, 0.87), (4.6, 1.37)])
    /// log2(0.02 + share of the borders of 8x8 blocks that are steps of their own, above that of other borders).
    public var blockSteps = Curve([(-4.8, 0), (-4, 0.15), (-3.2, 0.35), (-2.4, 0.36), (-1.6, 0.37)])
    /// log2(0.03 + levels of flat steps on block borders, above those off them).
    public var blockLevels = Curve([(-3.5, 0), (-2.3, 0.01), (-1, 0.045), (0, 0.15), (1, 0.47), (2.4, 1.32)])
    /// log2(0.02 + levels of flat steps off block borders, a mean over all borders).
    public var banding = Curve([(-5, 0), (-4, 0.03), (-3, 0.05), (-2, 0.56), (-1, 2), (0, 3.5)])
    /// Share of pixels that only the lines above and below make a comb of.
    public var combing = Curve([(0.02, 0), (0.06, 0.4), (0.2, 1.5)])
    /// 255 less the luma under which 98 of 100 pixels lie: no light where there should be some.
    public var missingLight = Curve([(0, 0), (30, 0.01), (65, 0.03), (105, 0.145), (145, 0.33), (195, 0.55)])
    /// 8 - log2(1 + mean luma).
    public var darkness = Curve([(0.8, 0), (1.4, 0.01), (2, 0.06), (2.6, 0.5), (3.4, 0.9), (4.5, 2)])
    /// Mean luma of 255.
    public var brightness = Curve([(100, 0), (130, 0.02), (160, 0.27), (190, 0.4), (220, 0.8), (250, 2.2)])
    /// log2(0.001 + share of pixels at `brightLevel` and above).
    public var highlights = Curve([
        (-9.9, 0), (-8, 0.005), (-6, 0.02), (-4, 0.03), (-2.5, 0.1), (-1.2, 0.15), (0, 0.17),
    ])
    /// What exposure can cost at most: a third of the points. A night sky and a chart on white are no bad pictures.
    public var exposureLossMax = 1.2
    /// 8 - log2(1 + standard deviation of luma, levels).
    public var flatness = Curve([(1.5, 0), (2, 0.05), (2.5, 0.12), (3, 0.21), (3.5, 0.33), (4, 0.49), (5, 0.69)])
    /// 8 - log2(2 + Hasler and Suesstrunk's M): 15 slightly, 33 moderately, 45 averagely, 59 quite colourful.
    public var paleness = Curve([
        (1.5, 0), (2.2, 0.065), (3, 0.155), (4, 0.31), (5, 0.38), (6, 0.45), (7.5, 0.59),
    ])
    /// Share of the picture under bars.
    public var letterbox = Curve([(0.01, 0), (0.1, 0.144), (0.2, 0.224), (0.35, 0.364), (0.5, 0.464), (0.75, 0.6)])

    /// Losses to the natural logarithm: chosen so that sound clips get 70 to 90 points.
    public var lossScale = 0.35
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
    public var curveValuesMax = StaticParameters.v3.motionValuesMax

    public static let v4 = QualityParameters(version: SignalVersions.quality)
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
