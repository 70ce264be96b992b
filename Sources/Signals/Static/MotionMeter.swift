internal import Frames

/// How much the picture moves, second by second, and where.
///
/// Everything is taken a quarter of a second at a time, so that it means the same at any frame rate.
struct MotionMeter: Sendable {
    private let parameters: StaticParameters
    private var before: FrameTick?
    /// Largest change of each cell since the last step, levels from one frame to the next.
    private var peaks = [UInt8](repeating: 0, count: CellChanges.count)
    private var steps = 0
    /// Steps in which each cell moved.
    private var moved = [Int32](repeating: 0, count: CellChanges.count)
    /// Changes since the first frame.
    private var curve: TimeCurve<MeanPool>
    private var first: Double?

    init(_ parameters: StaticParameters) {
        self.parameters = parameters
        curve = TimeCurve(countMax: parameters.motionValuesMax)
    }

    mutating func add(_ tick: FrameTick, _ cells: CellChanges?) {
        if let cells { take(cells, frames: 1 + tick.passedOver) }
        guard let before, let first else {
            (before, first) = (tick, tick.pts)
            return
        }
        guard tick.pts - before.pts >= parameters.motionStepSeconds - 1e-6 else { return }
        let change = BlockDifferences(before.thumb, tick.thumb).mean
        self.before = tick
        steps += 1
        for cell in peaks.indices {
            if peaks[cell] > parameters.movingLevels { moved[cell] += 1 }
            peaks[cell] = 0
        }
        curve.add(change, at: before.pts - first)
    }

    private mutating func take(_ cells: CellChanges, frames: Int) {
        guard frames > 1 else {
            for cell in peaks.indices { peaks[cell] = max(peaks[cell], cells.peaks[cell]) }
            return
        }
        let share = UInt16(256 / parameters.growth(frames: frames))
        for cell in peaks.indices {
            peaks[cell] = max(peaks[cell], UInt8(truncatingIfNeeded: UInt16(cells.peaks[cell]) * share >> 8))
        }
    }

    /// Seconds of one of `values`.
    var period: Double { curve.period }

    /// Mean levels between pictures a quarter of a second apart; what is not measured goes on as it was.
    var values: [Double] {
        var last = 0.0
        return curve.pools.map { pool in
            if let mean = pool.mean { last = mean.rounded(places: 1) }
            return last
        }
    }

    private var moving: [Bool] {
        let limit = max(1, Int32((parameters.movingShare * Double(steps)).rounded(.up)))
        return moved.map { $0 >= limit }
    }

    /// Share of the picture that moves for a good part of the time.
    var share: Double { (Double(moving.filter { $0 }.count) / Double(moved.count)).rounded(places: 3) }

    /// Sixteen rows of four hexadecimal digits, a bit for each sixteenth of the width from the left: half of its
    /// cells move.
    var mask: String {
        let moving = moving
        let digits = Array("0123456789abcdef")
        var text = ""
        for y in 0..<16 {
            for group in 0..<4 {
                var digit = 0
                for bit in 0..<4 {
                    let x = 2 * (4 * group + bit), top = 2 * y * CellChanges.side
                    let cells = [top + x, top + x + 1, top + CellChanges.side + x, top + CellChanges.side + x + 1]
                    if cells.filter({ moving[$0] }).count >= 2 { digit |= 8 >> bit }
                }
                text.append(digits[digit])
            }
        }
        return text
    }
}
