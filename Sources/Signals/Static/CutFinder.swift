internal import Frames

/// Finds hard cuts: steps that stand out from the motion on both sides of them and are not taken back.
///
/// A pan also changes every frame as a whole, and film of five pictures a second changes in jumps; a cut is larger
/// than the jumps around it. A flash is larger too, but the picture after it is the one before it.
struct CutFinder: Sendable {
    private let parameters: StaticParameters
    private(set) var cuts: [Double] = []

    private struct Step {
        var pts: Double
        /// Mean levels against the frame before.
        var change: Double
        /// Share of blocks that changed.
        var share: Double
        var before: LumaImage
        var after: LumaImage
    }
    /// Steps not older than twice the window.
    private var steps: [Step] = []
    /// Steps up to this time are judged.
    private var judgedUntil = -Double.infinity

    init(_ parameters: StaticParameters) { self.parameters = parameters }

    mutating func add(_ tick: FrameTick, after previous: FrameTick, change: BlockDifferences) {
        let window = parameters.cutWindowSeconds
        steps.append(
            Step(
                pts: tick.pts, change: change.mean, share: change.share(above: parameters.cutBlockLevels),
                before: previous.thumb, after: tick.thumb))
        while let first = steps.first, tick.pts - first.pts > 2 * window + 0.2 { steps.removeFirst() }
        judge(until: tick.pts - window)
    }

    mutating func finish() { judge(until: .infinity) }

    private mutating func judge(until limit: Double) {
        let p = parameters
        for (index, step) in steps.enumerated() where step.pts > judgedUntil && step.pts <= limit {
            judgedUntil = step.pts
            guard step.change >= p.cutLevels, step.share >= p.cutBlockShare else { continue }
            // The largest step nearby may be another cut; the second largest is motion.
            var largest = 0.0, second = 0.0
            for (other, near) in steps.enumerated()
            where other != index && abs(near.pts - step.pts) <= p.cutWindowSeconds {
                if near.change > largest {
                    (largest, second) = (near.change, largest)
                } else {
                    second = max(second, near.change)
                }
            }
            guard step.change >= p.cutRatio * second else { continue }
            // Neither into a flash nor out of it.
            let earlier = steps[max(index - 3, 0)].before
            let later = steps[min(index + 3, steps.count - 1)].after
            guard BlockDifferences(step.before, later).mean >= 0.5 * step.change,
                BlockDifferences(earlier, step.after).mean >= 0.5 * step.change
            else { continue }
            cuts.append(step.pts)
        }
    }
}
