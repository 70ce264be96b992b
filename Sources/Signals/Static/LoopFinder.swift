internal import CKernels
internal import Frames

/// A short piece of film repeated, forwards or to and fro: one lag at which the video resembles itself.
///
/// Each tick leaves its 64 block means. At the end these are put on a grid of the median frame time,
/// and every lag is scored by the mean difference between moments that far apart. The score at the
/// period of a loop falls far under the typical one; sampling at the video's own frame time keeps
/// the period a whole number of steps, which a coarse fixed grid does not.
struct LoopFinder: Sendable {
    private let parameters: StaticParameters
    private var times: [Double] = []
    /// From one frame to the next, those that were passed over included.
    private var gaps: [Double] = []
    /// 64 bytes a tick.
    private var marks: [UInt8] = []

    init(_ parameters: StaticParameters) { self.parameters = parameters }

    mutating func add(_ tick: FrameTick) {
        guard let first = times.first ?? Optional(tick.pts), tick.pts - first <= parameters.loopWindowSeconds else {
            return
        }
        if let last = times.last { gaps.append((tick.pts - last) / Double(1 + tick.passedOver)) }
        times.append(tick.pts)
        // Against black, a block's summed difference is its summed luma.
        let sums = BlockDifferences(tick.thumb, Self.black).sums
        marks.append(contentsOf: sums.map { UInt8($0 / 64) })
    }

    private static let black = LumaImage(width: 64, height: 64, filledWith: 0)

    /// The looped stretch: all that was looked at, or nil.
    func finish(videoEnd: Double, still: [TimeSpan]) -> (span: TimeSpan, period: Double)? {
        guard times.count >= 16, let first = times.first, let last = times.last else { return nil }
        guard let step = quantile(gaps, 0.5).map({ $0.clamped(1.0 / 60, 0.25) }) else { return nil }
        let seconds = last - first
        // What stands still resembles itself at every lag and says nothing of loops.
        let quiet = still.reduce(0) { $0 + max(0, min($1.end, last) - max($1.start, first)) }
        guard quiet < 0.5 * seconds else { return nil }

        let grid = resampled(step: step, first: first, count: Int(seconds / step))
        let shortest = max(2, Int(parameters.loopPeriodMin / step))
        let longest = min(Int(parameters.loopPeriodMax / step), Int(Double(grid.count / 64) / parameters.loopRepeats))
        guard longest > shortest + 4 else { return nil }
        let scores = (shortest...longest).map { difference(grid, lag: $0) }
        guard let typical = quantile(scores, 0.5), typical > 0.6, typical.isFinite else { return nil }
        // The first lag, after the video has once become unlike itself, at which it comes back.
        var risen = false
        let found = scores.firstIndex { score in
            risen = risen || score > parameters.loopRise * typical
            return risen && score < parameters.loopRatio * typical
        }
        guard var lag = found else { return nil }
        // Down to the bottom of that dip.
        while lag + 1 < scores.count, scores[lag + 1] < scores[lag] { lag += 1 }
        let stop = last + step >= videoEnd - 2 * step ? videoEnd : last
        return (TimeSpan(start: first, end: stop), Double(shortest + lag) * step)
    }

    /// The marks shown at each grid point, 64 bytes each.
    private func resampled(step: Double, first: Double, count: Int) -> [UInt8] {
        var tick = 0
        var grid: [UInt8] = []
        grid.reserveCapacity(max(0, count) * 64)
        for point in 0..<max(0, count) {
            let at = first + (Double(point) + 0.5) * step
            while tick + 1 < times.count, times[tick + 1] <= at { tick += 1 }
            grid += marks[(tick * 64)..<(tick * 64 + 64)]
        }
        return grid
    }

    /// Mean levels between moments `lag` grid steps apart.
    private func difference(_ grid: [UInt8], lag: Int) -> Double {
        let bytes = grid.count - lag * 64
        precondition(bytes > 0 && bytes % 16 == 0, "lag \(lag) in a grid of \(grid.count / 64)")
        let sum = unsafe grid.withUnsafeBufferPointer { all in
            // Both ranges of `bytes` bytes lie inside the grid, checked above.
            let later = unsafe UnsafeBufferPointer(rebasing: all[(lag * 64)...])
            return unsafe moire_byte_differences(all.baseAddress, later.baseAddress, bytes)
        }
        return Double(sum) / Double(bytes)
    }
}
