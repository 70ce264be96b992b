public import Frames

/// Finds where a video is made of stills, from the small picture of every decoded frame and a larger one of some.
///
/// Feed all ticks in pts order and the sampled frames between them, then finish. Times come from pts alone,
/// so the answer is the same at any frame rate, constant or not. About 40 us a frame of moving film, most of it for
/// the sampled ones.
public struct StaticDetector: Sendable {
    private let parameters: StaticParameters
    private var tracker: HoldTracker
    private var loops: LoopFinder
    private var cameras: CameraTracker
    private var cutting: CutFinder
    private var dissolves: DissolveFinder
    private var motion: MotionMeter
    private var previous: FrameTick?
    /// Since the last sampled frame.
    private var hasChanged = true
    private var first: Double?
    private var firstThumb: LumaImage?
    private var last = 0.0
    private var lastDuration = 0.0

    public init(parameters: StaticParameters = .v4) {
        self.parameters = parameters
        tracker = HoldTracker(parameters)
        loops = LoopFinder(parameters)
        cameras = CameraTracker(parameters)
        cutting = CutFinder(parameters)
        dissolves = DissolveFinder(parameters)
        motion = MotionMeter(parameters)
    }

    /// - Parameter tick: pictures of 64x64; a tick not later than the one before is passed over.
    public mutating func add(_ tick: FrameTick) {
        guard tick.pts.isFinite, first == nil || tick.pts > last else { return }
        if first == nil {
            first = tick.pts
            firstThumb = tick.thumb
        }
        let cells = previous.map { CellChanges(tick, after: $0) }
        if let previous {
            cutting.add(tick, after: previous, change: BlockDifferences(previous.thumb, tick.thumb))
        }
        if tick.changes?.pixels.contains(where: { $0 > 2 }) ?? true { hasChanged = true }
        tracker.add(tick, cells)
        motion.add(tick, cells)
        dissolves.add(tick)
        previous = tick
        loops.add(tick)
        last = tick.pts
        lastDuration = tick.duration
    }

    /// Film goes on, so that every second frame would do. A still that follows may begin a frame late for that.
    public var isSureOfFilm: Bool { tracker.isSureOfFilm }

    /// - Parameter frame: after the tick of the same frame.
    public mutating func add(_ frame: WorkingFrame) {
        cameras.add(frame, isStill: !hasChanged)
        hasChanged = false
    }

    /// - Parameter videoEnd: seconds at which the picture ends; when that is not after the last frame,
    ///   the last frame's own duration is used.
    public consuming func finish(videoEnd: Double) -> StaticSignal {
        let p = parameters
        guard let first, let firstThumb, let previous else {
            return StaticSignal(version: p.version, share: nil, abstainReason: "no_video")
        }
        let end = videoEnd > last ? videoEnd : last + max(0, lastDuration)
        let seconds = end - first
        guard seconds >= p.videoSeconds else {
            return StaticSignal(version: p.version, share: nil, abstainReason: "too_short")
        }
        tracker.finish(videoEnd: end)
        cameras.finish()
        cutting.finish()
        dissolves.finish()
        let stretches = Stretch.classify(
            holds: tracker.holds, cameras: cameras.runs, cuts: cutting.cuts, ends: (firstThumb, previous.thumb),
            first: first, end: end, p)
        let still = stretches.reduce(0) { $0 + $1.span.seconds }
        let kept = Set(longest(stretches.map(\.span), p.spansMax))
        var spans = stretches.filter { kept.contains($0.span) }.map { stretch in
            StaticSignal.Span(
                start: stretch.span.start.milliseconds, end: stretch.span.end.milliseconds,
                kind: stretch.kind, under: stretch.under)
        }
        let loop = loops.finish(videoEnd: end, still: stretches.map(\.span))
        if let span = loop?.span {
            spans.append(StaticSignal.Span(start: span.start.milliseconds, end: span.end.milliseconds, kind: .loop))
        }
        var signal = StaticSignal(
            version: p.version, share: (still / seconds).clamped(0, 1).rounded(places: 4), spans: spans)
        signal.shots = StaticSignal.Shot.list(
            cuts: cutting.cuts, dissolves: dissolves.found, first: first, end: end, p)
        signal.loopPeriod = loop?.period.milliseconds
        signal.motion = motion.values
        signal.motionPeriod = motion.period
        signal.movingShare = motion.share
        signal.movingMask = motion.mask
        return signal
    }
}
