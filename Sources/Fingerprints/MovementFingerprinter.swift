import CKernels
public import Frames

/// Every decoded frame's small picture → `MovementFingerprint`.
///
/// A step is the mean over its time, each frame passing over evenly into the next; one that stands for longer than a step
/// is held before that. So frame rates, frames that were left out and times between two frames make little difference.
///
/// Cost: 2 µs a frame.
public struct MovementFingerprinter {
    /// Units of time to a step of the field: whole numbers, so that every machine adds up the same.
    private static let unitsOfStep = 4096

    private var field = MovementField.none
    private var trace: [Int8] = []
    /// Sums of the open step, each cell weighed by the units for which it was shown.
    private var sums = [UInt32](repeating: 0, count: MovementField.cells)
    /// Number of the open step.
    private var step = 0
    /// Of the last frame: when it begins, units, and its cells.
    private var time = 0
    private var cells: [UInt16] = []
    /// Levels of the last whole step of the field.
    private var before: [UInt16] = []
    /// The first half of the trace's open step, then whole steps that await those after them, at most five.
    private var half: [Double] = []
    private var rows: [[Double]] = []
    /// Of `rows`, how many have their codes.
    private var coded = 0

    public init() {}

    /// Ticks come in order of pts; one that does not is left out, and so is what lies beyond the limits.
    public mutating func add(_ tick: FrameTick) {
        guard tick.pts.isFinite, (0...FingerprintLimits.movementSeconds).contains(tick.pts),
            tick.thumb.width == FrameTick.thumbSide, tick.thumb.height == FrameTick.thumbSide
        else { return }
        let now = Int((tick.pts / MovementField.period * Double(Self.unitsOfStep)).rounded())
        guard cells.isEmpty || now > time else { return }
        var next = [UInt16](repeating: 0, count: MovementField.cells)
        // A picture of 64×64 and as many cells as the kernel writes.
        unsafe moire_movement_reduce(tick.thumb.pixels, &next)
        if cells.isEmpty {
            hold(next, over: 0..<now)
        } else {
            let passing = max(time, now - Self.unitsOfStep)
            hold(cells, over: time..<passing)
            spread(cells, next, over: passing..<now)
        }
        (time, cells) = (now, next)
    }

    public consuming func finish() -> MovementFingerprint {
        guard !cells.isEmpty else { return .none }
        // The last frame stands to the end of its step.
        hold(cells, over: time..<(step + 1) * Self.unitsOfStep)
        while coded < rows.count { code() }
        return MovementFingerprint(trace: MovementTrace(codes: trace), field: field)
    }

    /// Adds a picture that becomes another over a range of time.
    private mutating func spread(_ from: [UInt16], _ to: [UInt16], over range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, (step + 1) * Self.unitsOfStep)
            let weight = end - start
            // Half of what has gone at the middle of the piece.
            let later = weight * (start + end - 2 * range.lowerBound) / (2 * range.count)
            // All three have as many cells as the kernel reads and writes, and a step's weights come to `unitsOfStep`.
            unsafe moire_movement_add(&sums, from, to, UInt32(weight - later), UInt32(later))
            start = end
            if start == (step + 1) * Self.unitsOfStep { close() }
        }
    }

    /// Adds a picture that stays: whole steps of it are all the same.
    private mutating func hold(_ cells: [UInt16], over range: Range<Int>) {
        let unit = Self.unitsOfStep
        let first = min(range.upperBound, (range.lowerBound + unit - 1) / unit * unit)
        let last = max(first, range.upperBound / unit * unit)
        spread(cells, cells, over: range.lowerBound..<first)
        if last > first {
            let row = Self.row(cells.map { UInt32($0) * UInt32(unit) })
            for _ in 0..<(last - first) / unit { take(cells, row) }
        }
        spread(cells, cells, over: last..<range.upperBound)
    }

    private mutating func close() {
        let half = UInt32(Self.unitsOfStep / 2)
        take(sums.map { UInt16(($0 + half) / UInt32(Self.unitsOfStep)) }, Self.row(sums))
        for cell in sums.indices { sums[cell] = 0 }
    }

    /// Takes in a whole step.
    private mutating func take(_ levels: [UInt16], _ row: [Double]) {
        if field.steps == step, step < FingerprintLimits.movementFieldSteps,
            field.bytes.count < FingerprintLimits.movementFieldBytes
        {
            field.append(levels, after: before)
            before = levels
        }
        if half.isEmpty {
            half = row
        } else {
            rows.append(half == row ? row : zip(half, row).map { ($0 + $1) / 2 })
            half = []
            if rows.count - coded > Self.reach { code() }
        }
        step += 1
    }

    /// Steps on either side that a step is compared with.
    private static let reach = 2

    /// Gives the first row that waits its codes.
    private mutating func code() {
        let near = rows[max(0, coded - Self.reach)...min(rows.count - 1, coded + Self.reach)]
        defer {
            coded += 1
            if coded > Self.reach {
                rows.removeFirst()
                coded -= 1
            }
        }
        guard near.contains(where: { $0 != rows[coded] }) else {
            trace += repeatElement(0, count: MovementTrace.cells)
            return
        }
        var changes = (0..<MovementTrace.cells).map { cell in
            rows[coded][cell] - near.reduce(0) { $0 + $1[cell] } / Double(near.count)
        }
        let mean = changes.reduce(0, +) / Double(changes.count)
        for cell in changes.indices { changes[cell] -= mean }
        trace += changes.map(MovementTrace.code)
    }

    /// Luma levels of the trace's cells, each 8×8 of the field's, from sums of quarters.
    private static func row(_ sums: [UInt32]) -> [Double] {
        let side = MovementField.side, cellSide = side / MovementTrace.side
        return (0..<MovementTrace.cells).map { cell in
            let first = cell / MovementTrace.side * cellSide * side + cell % MovementTrace.side * cellSide
            var sum: UInt64 = 0
            for y in 0..<cellSide { for x in 0..<cellSide { sum += UInt64(sums[first + y * side + x]) } }
            return Double(sum) / Double(cellSide * cellSide * unitsOfStep * 4)
        }
    }
}
