internal import Frames

/// Finds pictures that turn into others without a cut: halfway through a dissolve or a fade, what is shown is the
/// mean of what was shown before and after. Motion is no mean of its ends.
struct DissolveFinder: Sendable {
    private let parameters: StaticParameters
    private var recent: [(pts: Double, thumb: LumaImage)] = []
    private var best: (pts: Double, left: Double, isFade: Bool)?
    /// Middles, in time order.
    private(set) var found: [(pts: Double, isFade: Bool)] = []

    init(_ parameters: StaticParameters) { self.parameters = parameters }

    mutating func add(_ tick: FrameTick) {
        let p = parameters
        // Ten pictures a second are enough to place a middle.
        if let last = recent.last, tick.pts - last.pts < p.dissolveStepSeconds - 1e-6 { return }
        recent.append((tick.pts, tick.thumb))
        while recent.count > 1, tick.pts - recent[1].pts >= 2 * p.dissolveHalfSeconds - 1e-6 { recent.removeFirst() }
        let from = recent[0]
        guard tick.pts - from.pts >= 2 * p.dissolveHalfSeconds - 1e-6, tick.pts - from.pts <= 4 * p.dissolveHalfSeconds,
            let middle = recent.first(where: { $0.pts - from.pts >= p.dissolveHalfSeconds - 1e-6 })
        else { return }
        let change = BlockDifferences(from.thumb, tick.thumb)
        var mean = from.thumb
        for index in mean.pixels.indices {
            mean.pixels[index] = UInt8((Int(from.thumb.pixels[index]) + Int(tick.thumb.pixels[index]) + 1) / 2)
        }
        let left = BlockDifferences(mean, middle.thumb).mean / max(change.mean, 1e-9)
        if change.mean >= p.dissolveLevels, change.share(above: p.strongLevels) >= 0.5, left <= p.dissolveLeft {
            let isFade = Stretch.flatKind(from.thumb, p) != nil || Stretch.flatKind(tick.thumb, p) != nil
            if best.map({ left < $0.left }) ?? true { best = (middle.pts, left, isFade) }
        } else if let done = best, middle.pts - done.pts > p.dissolveHalfSeconds {
            close()
        }
    }

    mutating func finish() { close() }

    private mutating func close() {
        if let best { found.append((best.pts, best.isFade)) }
        best = nil
    }
}
