extension MovementEvidence {
    /// What makes a reference's cells independent of one another, about: a light that passes changes many cells alike, and
    /// would count many times. So two takes that move in the same parts of the picture correlate by chance as much as 0.8 in
    /// three seconds; whitened, 0.45, where copies still have 0.8.
    ///
    /// L⁻¹ of the Cholesky factor of their moments, with something added to each cell's own, lest what hardly moves and a
    /// coder's noise count as much as the rest.
    struct Whitening: Sendable {
        let width: Int
        /// L⁻¹, column by column.
        private let columns: [MovementEvidence.Cells]

        /// What is added, of the mean of all cells, and luma levels squared.
        private static let share = 0.3
        private static let least = 0.02

        /// - Parameter width: cells that are seen, at least one.
        init(_ changes: [Cells], width: Int) {
            self.width = width
            let moments = Self.moments(changes)
            var factor = (0..<width).map { row in (0..<width).map { Double(moments[row][$0]) } }
            let mean = (0..<width).reduce(0) { $0 + factor[$1][$1] } / Double(width)
            for row in 0..<width {
                factor[row][row] += Self.share * mean + Self.least
                for column in 0...row {
                    var value = factor[row][column]
                    for k in 0..<column { value -= factor[row][k] * factor[column][k] }
                    // What was added keeps it above zero.
                    factor[row][column] = column == row ? value.squareRoot() : value / factor[column][column]
                }
            }
            columns = (0..<width).map { column in
                var inverse = [Double](repeating: 0, count: width), cells = Cells.zero
                for row in column..<width {
                    var value = row == column ? 1.0 : 0
                    for k in column..<row { value -= factor[row][k] * inverse[k] }
                    inverse[row] = value / factor[row][row]
                    cells[row] = Float(inverse[row])
                }
                return cells
            }
        }

        /// Mean square of a whitened cell where each cell by itself had a mean square of one: the mean of the squares of L⁻¹.
        var gain: Double { columns.reduce(0) { $0 + Double(($1 * $1).sum()) } / Double(width) }

        /// Mean products of every two cells.
        static func moments(_ changes: [Cells]) -> [Cells] {
            var moments = [Cells](repeating: .zero, count: Cells.scalarCount)
            for change in changes {
                for cell in moments.indices { moments[cell] += change[cell] * change }
            }
            return moments.map { $0 / Float(max(1, changes.count)) }
        }

        func callAsFunction(_ changes: [Cells]) -> [Cells] {
            changes.map { change in
                var white = Cells.zero
                for cell in columns.indices { white += change[cell] * columns[cell] }
                return white
            }
        }
    }
}
