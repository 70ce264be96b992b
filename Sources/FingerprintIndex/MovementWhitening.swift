extension MovementEvidence {
    /// What makes a reference's cells independent of one another, about: a light that passes changes many cells alike, and
    /// would count many times. So two takes that move in the same parts of the picture correlate by chance as much as 0.8 in
    /// three seconds; whitened, 0.45, where copies still have 0.8.
    ///
    /// L⁻¹ of the Cholesky factor of their moments, with something added to each cell's own, lest what hardly moves and a
    /// coder's noise count as much as the rest.
    struct Whitening: Sendable {
        let width: Int
        /// The lower triangle, row by row.
        private let factor: [Double]

        /// What is added, of the mean of all cells, and luma levels squared.
        private static let share = 0.3
        private static let least = 0.02

        init(_ changes: [Float], width: Int) {
            self.width = width
            var factor = Self.moments(changes, width: width)
            let mean = (0..<width).reduce(0) { $0 + factor[$1 * width + $1] } / Double(width)
            for row in 0..<width {
                factor[row * width + row] += Self.share * mean + Self.least
                for column in 0...row {
                    var value = factor[row * width + column]
                    for k in 0..<column { value -= factor[row * width + k] * factor[column * width + k] }
                    // What was added keeps it above zero.
                    factor[row * width + column] =
                        column == row ? value.squareRoot() : value / factor[column * width + column]
                }
            }
            self.factor = factor
        }

        /// Mean square of a whitened cell where each cell by itself had a mean square of one: the mean of the squares of L⁻¹.
        var gain: Double {
            let unit = (0..<width * width).map { Float($0 / width == $0 % width ? 1 : 0) }
            return self(unit).reduce(0) { $0 + Double($1 * $1) } / Double(width)
        }

        static func moments(_ changes: [Float], width: Int) -> [Double] {
            var moments = [Double](repeating: 0, count: width * width)
            let steps = changes.count / width
            for step in 0..<steps {
                for row in 0..<width {
                    let change = Double(changes[step * width + row])
                    for column in 0...row {
                        moments[row * width + column] += change * Double(changes[step * width + column])
                    }
                }
            }
            for row in 0..<width {
                for column in 0...row {
                    moments[row * width + column] /= Double(max(1, steps))
                    moments[column * width + row] = moments[row * width + column]
                }
            }
            return moments
        }

        func callAsFunction(_ changes: [Float]) -> [Float] {
            var white = changes
            var step = [Double](repeating: 0, count: width)
            for base in stride(from: 0, to: changes.count, by: width) {
                for row in 0..<width {
                    var value = Double(changes[base + row])
                    for k in 0..<row { value -= factor[row * width + k] * step[k] }
                    step[row] = value / factor[row * width + row]
                    white[base + row] = Float(step[row])
                }
            }
            return white
        }
    }
}
