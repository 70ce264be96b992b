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
        /// The same of motion alone, for one frame's time: what moves goes further in two.
        var motion: Double
        var frames: Int
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
                pts: tick.pts, change: change.mean,
                motion: change.mean / parameters.growth(frames: 1 + tick.passedOver), frames: 1 + tick.passedOver,
                share: change.share(above: parameters.cutBlockLevels),
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
                if near.motion > largest {
                    (largest, second) = (near.motion, largest)
                } else {
                    second = max(second, near.motion)
                }
            }
            guard step.change >= (step.frames > 1 ? p.cutRatioPassedOver : p.cutRatio) * second else { continue }
            // Neither into a flash nor out of it.
            let earlier = steps[reach(from: index, by: -1)].before
            let later = steps[reach(from: index, by: 1)].after
            guard BlockDifferences(step.before, later).mean >= 0.5 * step.change,
                BlockDifferences(earlier, step.after).mean >= 0.5 * step.change
            else { continue }
            cuts.append(step.pts)
        }
    }

    /// The step three frames away, or as far as there are any.
    private func reach(from index: Int, by direction: Int) -> Int {
        var (place, frames) = (index, 0)
        while frames < 3, steps.indices.contains(place + direction) {
            place += direction
            frames += steps[place].frames
        }
        return place
    }
}
