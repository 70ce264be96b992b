internal import CKernels
internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A stretch in which the picture stands still, give or take an overlay and coding noise.
struct Hold: Sendable {
    var start: Double
    var end: Double
    /// Picture at the anchor.
    var picture: LumaImage
    /// `black`, `solid`, or nil for a picture with something in it.
    var flat: StaticSignal.Kind?
    /// Captions, a sticker or the like appear on it.
    var isDrawnOver: Bool
}

/// Cuts the ticks of a video into holds and motion.
///
/// Two tests work together. Against the frame before, a frame repeats when most of its blocks are
/// quiet; otherwise it moves strongly (some block changed much) or weakly. A run of strong motion, or
/// a long run of weak change (a sensor's noise), ends a hold; short ones are forgiven: key frames and
/// the coder's refinement after them. Against the frame at which the hold began, as FFmpeg's
/// freezedetect does, drift and cuts end it.
struct HoldTracker: Sendable {
    private let parameters: StaticParameters
    private(set) var holds: [Hold] = []

    private var previous: FrameTick?
    /// First picture of the open hold; nil while the picture moves.
    private var anchor: LumaImage?
    private var holdStart = 0.0
    private var strong = Run()
    private var weak = Run()
    /// Picture after the last strong step: where the next hold begins.
    private var settled: LumaImage?
    /// For each cell the running share of frames in which it changed.
    private var activity = [Double](repeating: 0, count: CellChanges.count)
    /// Share of the cells that change now and again.
    private var live = 0.0
    private var history = moire_cell_history()
    private var drawn = DrawnArea()
    /// Where the present run of calm frames began, and the calm seconds of the open hold before it.
    private var calmStart: Double?
    private var calmBefore = 0.0
    private var lastKey = -1.0
    private var refresh = KeyFrameRefresh()

    /// Consecutive ticks of one sort, gaps of up to the bridge included.
    private struct Run {
        var start: Double?
        var last = 0.0

        mutating func extend(to pts: Double, bridging gap: Double) {
            if start == nil || pts - last > gap { start = pts }
            last = pts
        }

        func isOpen(at pts: Double, bridging gap: Double) -> Bool { start != nil && pts - last <= gap }
        /// Seconds of the run, up to its last tick.
        var seconds: Double { start.map { last - $0 } ?? 0 }
    }

    init(_ parameters: StaticParameters) { self.parameters = parameters }

    mutating func add(_ tick: FrameTick, _ cells: CellChanges?) {
        let p = parameters
        defer { previous = tick }
        guard let previous, let cells else {
            beginHold(at: tick.pts, tick.thumb)
            return
        }
        let step = BlockDifferences(previous.thumb, tick.thumb)
        live = liveShare(after: cells, seconds: tick.pts - previous.pts)
        let isRefresh = tick.isKeyframe && tick.pts - lastKey > 2.5 * (tick.pts - previous.pts)
        if tick.isKeyframe { lastKey = tick.pts }
        let counts = cells.counted(&history, p)
        drawn.add(cells, drawn: Int(counts.drawn), p)
        let isCalm = counts.areCalm(p) || isRefresh
        if isCalm {
            if calmStart == nil { calmStart = previous.pts }
        } else {
            // The frame before stood until now.
            endCalm(at: calmStart == nil ? previous.pts : tick.pts, from: calmStart ?? previous.pts)
        }
        refresh.add(previous, keeping: p.refreshSeconds)
        let changes = step.share(upTo: p.quietSum) < p.quietShare
        let moves = step.share(above: p.motionLevels) >= p.motionShare && (changes || live > p.liveShare)
        if moves {
            strong.extend(to: tick.pts, bridging: p.bridgeSeconds)
            settled = tick.thumb
            refresh.moved(tick, by: step.mean)
        }
        if changes { weak.extend(to: tick.pts, bridging: p.bridgeSeconds) }

        if let anchor {
            let drift = BlockDifferences(anchor, tick.thumb)
            if let start = strong.start, strong.last == tick.pts, strong.seconds > p.flickerSeconds {
                endHold(at: start)
            } else if let start = weak.start, weak.last == tick.pts, weak.last - max(start, holdStart) > p.refineSeconds
            {
                // A run that came out of motion is refinement from where the motion ended.
                endHold(at: max(start, holdStart))
            } else if drift.share(above: p.strongLevels) > p.strongShare || drift.median(isAbove: p.medianLevels) {
                // A cut, or the end of a run of motion too short to have ended the hold by itself.
                endHold(
                    at: strong.isOpen(at: tick.pts, bridging: p.bridgeSeconds) ? strong.start ?? tick.pts : tick.pts)
                beginHold(at: tick.pts, tick.thumb)
            }
        } else if !strong.isOpen(at: tick.pts, bridging: p.bridgeSeconds),
            !(weak.isOpen(at: tick.pts, bridging: p.bridgeSeconds) && weak.seconds > p.refineSeconds
                && weak.last - strong.last > p.refineSeconds)
        {
            let began = refresh.stillSince(settled ?? tick.thumb, p) ?? strong.last
            beginHold(at: max(began, holdStart), settled ?? tick.thumb)
        }
    }

    /// Nothing stands, most of the picture lives, and for a while something has moved from each frame to the next.
    var isSureOfFilm: Bool {
        anchor == nil && live >= parameters.filmLiveShare && strong.start != nil && strong.last == previous?.pts
            && strong.seconds >= parameters.filmSeconds
    }

    /// Closes the last hold at the end of the video.
    mutating func finish(videoEnd: Double) {
        guard anchor != nil else { return }
        // Noise that was there before the hold and never stopped: the camera still runs.
        let noisy =
            weak.isOpen(at: previous?.pts ?? 0, bridging: parameters.bridgeSeconds)
            && weak.last - max(weak.start ?? 0, holdStart) > parameters.refineSeconds
        endHold(at: noisy ? max(weak.start ?? 0, holdStart) : videoEnd)
    }

    private mutating func liveShare(after step: CellChanges, seconds: Double) -> Double {
        let weight = 1 - exp(-seconds / parameters.liveSeconds)
        var live = 0
        for cell in activity.indices {
            let changed = step.peaks[cell] > 0 ? 1.0 : 0
            activity[cell] += (changed - activity[cell]) * weight
            if activity[cell] > parameters.liveActivity { live += 1 }
        }
        return Double(live) / Double(activity.count)
    }

    private mutating func endCalm(at end: Double, from start: Double) {
        let from = max(start, holdStart)
        if end - from >= parameters.calmSeconds { calmBefore += end - from }
        calmStart = nil
    }

    private mutating func beginHold(at start: Double, _ picture: LumaImage) {
        anchor = picture
        holdStart = start
        calmBefore = 0
        drawn = DrawnArea()
    }

    private mutating func endHold(at end: Double) {
        let p = parameters, seconds = end - holdStart
        if let anchor, seconds >= min(p.flatSeconds, p.holdSeconds) - 1e-9 {
            var calm = calmBefore
            if let calmStart {
                let run = end - max(calmStart, holdStart)
                if run >= p.calmSeconds { calm += run }
            }
            let flat = Stretch.flatKind(anchor, p)
            if flat != nil
                || (seconds >= p.holdSeconds - 1e-9 && calm >= p.calmShare * seconds && !drawn.isScreenInUse(p))
            {
                holds.append(
                    Hold(start: holdStart, end: end, picture: anchor, flat: flat, isDrawnOver: drawn.isDrawnOver))
            }
        }
        anchor = nil
        holdStart = end
    }
}
