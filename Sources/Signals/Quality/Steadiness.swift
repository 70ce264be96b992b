internal import Frames

/// How much a picture shakes, from the small pictures of all decoded frames.
///
/// The shift from one frame to the next is found by laying the sums of rows and of columns over each other
/// (projections: S. Alliney and C. Morandi, Digital image registration using projections, IEEE PAMI 8(2), 1986).
/// What is even is a pan; shake is what changes from one shift to the next. Running sums only: memory is flat.
struct Steadiness: Sendable {
    private typealias Projections = (rows: [Int], columns: [Int])
    private var last: Projections?
    private var lastShift: (x: Double, y: Double)?
    private var squares = 0.0
    private var count = 0

    /// Pixels of 64 that are looked at to either side; more is a cut or a blur.
    private static let reach = 6
    /// Levels, a mean over the picture, that may be left at the best shift.
    private static let residueMax = 6

    /// Percent of the picture's side by which a shift differs from the one before it, root of the mean square; nil
    /// under a second's worth of frames.
    var shake: Double? {
        count >= 20 ? (squares / Double(count)).squareRoot() / Double(FrameTick.thumbSide) * 100 : nil
    }

    mutating func add(_ tick: FrameTick) {
        let side = FrameTick.thumbSide, thumb = tick.thumb
        guard thumb.width == side, thumb.height == side else { return }
        var sums: Projections = ([Int](repeating: 0, count: side), [Int](repeating: 0, count: side))
        let pixels = thumb.pixels.span
        for y in 0..<side {
            var sum = 0
            for x in 0..<side {
                let value = Int(pixels[y &* side &+ x])
                sum &+= value
                sums.columns[x] &+= value
            }
            sums.rows[y] = sum
        }
        defer { last = sums }
        guard let last, let x = Self.shift(last.columns, sums.columns), let y = Self.shift(last.rows, sums.rows) else {
            lastShift = nil
            return
        }
        let frames = Double(1 + tick.passedOver)
        let now = (x: x / frames, y: y / frames)
        if let before = lastShift {
            let change = (now.x - before.x) * (now.x - before.x) + (now.y - before.y) * (now.y - before.y)
            squares += change
            count += 1
        }
        lastShift = now
    }

    /// Pixels and parts of one from a parabola through the best three; nil where nothing fits.
    private static func shift(_ a: [Int], _ b: [Int]) -> Double? {
        let side = a.count, inner = reach..<(side - reach)
        let costs = (-reach...reach).map { shift in inner.reduce(0) { $0 + abs(a[$1 + shift] - b[$1]) } }
        guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), best > 0, best < costs.count - 1,
            costs[best] <= residueMax * side * inner.count
        else { return nil }
        let (before, at, after) = (Double(costs[best - 1]), Double(costs[best]), Double(costs[best + 1]))
        let bend = before + after - 2 * at
        return Double(best - reach) + (bend > 0 ? 0.5 * (before - after) / bend : 0)
    }
}
