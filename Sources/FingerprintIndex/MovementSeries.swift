import Fingerprints

/// A query's luma over time, cell by cell, ready to be looked at through any outline.
struct MovementSeries: Sendable {
    let steps: Int
    /// Of each step, `MovementField.cells` quarters of a level.
    private let levels: [UInt16]

    /// nil where there is none.
    init?(_ field: MovementField) {
        guard field.steps > 0, let levels = try? field.levels() else { return nil }
        steps = field.steps
        self.levels = levels
    }

    /// A step's cells, quarters of a level.
    func levels(of step: Int) -> ArraySlice<UInt16> {
        levels[step * MovementField.cells..<(step + 1) * MovementField.cells]
    }

    /// How a reference's picture lies in the query's at one time.
    struct View {
        /// Seconds.
        var time: Double
        /// From shares of the reference's width and height to shares of the query's.
        var place: (_ u: Double, _ v: Double) -> (x: Double, y: Double)

        /// The smaller of how wide and how high the reference's picture is through its middle, share of the query's sides.
        var extent: Double {
            func length(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> Double {
                max(abs(to.x - from.x), abs(to.y - from.y))
            }
            return min(length(place(0, 0.5), place(1, 0.5)), length(place(0.5, 0), place(0.5, 1)))
        }

        /// By how much a corner moves at most, share of the query's sides.
        func distance(to other: View) -> Double {
            var most = 0.0
            for (u, v) in [(0.0, 0.0), (1, 0), (0, 1), (1, 1)] {
                let (a, b) = (place(u, v), other.place(u, v))
                most = max(most, abs(a.x - b.x), abs(a.y - b.y))
            }
            return most
        }
    }

    /// Where a cell of a reference's trace is seen, as weights of the field's cells: from its quarters of a level to levels.
    private typealias Window = [(cell: Int, weight: Float)]

    /// What a cell of the reference shows: by points spread over it, each between the field's cells.
    ///
    /// - Parameter cell: of the trace, 0 ..< `MovementTrace.cells`.
    /// - Returns: nil where less than three fifths of the cell lie in the query's picture.
    private static func window(of cell: Int, _ view: View) -> Window? {
        let side = MovementField.side, points = pointsOfSide
        var weights = Window(), seen = 0
        weights.reserveCapacity(4 * points * points)
        func add(_ cell: Int, _ weight: Float) {
            // Points of one cell of the trace lie together, so few of the field's are looked through.
            if let known = weights.firstIndex(where: { $0.cell == cell }) {
                weights[known].weight += weight
            } else {
                weights.append((cell, weight))
            }
        }
        for row in 0..<points {
            for column in 0..<points {
                let u = (Double(cell % MovementTrace.side) + (Double(column) + 0.5) / Double(points))
                let v = (Double(cell / MovementTrace.side) + (Double(row) + 0.5) / Double(points))
                let at = view.place(u / Double(MovementTrace.side), v / Double(MovementTrace.side))
                guard at.x > 0, at.y > 0, at.x < 1, at.y < 1 else { continue }
                seen += 1
                let x = min(max(at.x * Double(side) - 0.5, 0), Double(side - 1))
                let y = min(max(at.y * Double(side) - 0.5, 0), Double(side - 1))
                let (left, top) = (min(Int(x), side - 2), min(Int(y), side - 2))
                let (fx, fy) = (Float(x) - Float(left), Float(y) - Float(top))
                add(top * side + left, (1 - fx) * (1 - fy))
                add(top * side + left + 1, fx * (1 - fy))
                add((top + 1) * side + left, (1 - fx) * fy)
                add((top + 1) * side + left + 1, fx * fy)
            }
        }
        guard 5 * seen >= 3 * points * points else { return nil }
        return weights.sorted { $0.cell < $1.cell }.map { ($0.cell, $0.weight / Float(seen) / 4) }
    }

    private static let pointsOfSide = 4

    /// What is seen of the reference's cells: which of them, and running sums of their levels; of step k those of all
    /// steps before. Between two views the one passes over into the other.
    ///
    /// - Parameter views: in order of time, at least one.
    func seen(through views: [View], steps range: Range<Int>) -> (cells: [Int], sums: [SIMD16<Double>]) {
        let windows = views.map { view in (0..<MovementTrace.cells).map { Self.window(of: $0, view) } }
        let cells = (0..<MovementTrace.cells).filter { cell in windows.allSatisfy { $0[cell] != nil } }
        var sums = [SIMD16<Double>](repeating: .zero, count: range.count + 1)
        func level(_ view: Int, _ cell: Int, _ base: Int) -> Float {
            var level: Float = 0
            for (place, weight) in windows[view][cell] ?? [] { level += weight * Float(levels[base + place]) }
            return level
        }
        var view = 0
        for (row, step) in range.enumerated() {
            let time = (Double(step) + 0.5) * MovementField.period, base = step * MovementField.cells
            while view + 1 < views.count, views[view + 1].time <= time { view += 1 }
            let next = min(view + 1, views.count - 1)
            let apart = views[next].time - views[view].time
            let share = apart > 0 ? Float(min(1, max(0, (time - views[view].time) / apart))) : 0
            sums[row + 1] = sums[row]
            for (column, cell) in cells.enumerated() {
                var seen = level(view, cell, base)
                if share > 0 { seen += share * (level(next, cell, base) - seen) }
                sums[row + 1][column] += Double(seen)
            }
        }
        return (cells, sums)
    }
}
