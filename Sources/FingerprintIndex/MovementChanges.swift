import CKernels

extension MovementEvidence {
    /// How cells change, step by step, made ready to be correlated.
    struct Changes: Sendable {
        let steps: Int
        private let width: Int
        /// Whitened, a number for each cell of each step; and running sums of their squares: of step k over all before.
        private let values: [Float]
        private let squares: [Double]
        /// The same sums before whitening, luma levels squared.
        private let energies: [Double]
        /// Of what is whitened: mean products of every two cells, row by row.
        private let moments: [Double]

        /// - Parameter changes: luma levels, step by step, a number for each cell.
        init(_ changes: [Float], _ whitening: Whitening) {
            width = whitening.width
            steps = changes.count / width
            values = whitening(changes)
            squares = Self.sums(values, width: width)
            energies = Self.sums(changes, width: width)
            moments = Whitening.moments(values, width: width)
        }

        private init(_ whole: Changes, _ range: Range<Int>) {
            steps = range.count
            width = whole.width
            values = Array(whole.values[range.lowerBound * width..<range.upperBound * width])
            squares = whole.squares[range.lowerBound...range.upperBound].map { $0 - whole.squares[range.lowerBound] }
            energies = whole.energies[range.lowerBound...range.upperBound].map { $0 - whole.energies[range.lowerBound] }
            moments = whole.moments
        }

        func part(_ range: Range<Int>) -> Changes { Changes(self, range) }

        private static func sums(_ changes: [Float], width: Int) -> [Double] {
            var sums: [Double] = [0]
            for step in 0..<changes.count / width {
                var sum = sums[step]
                for change in changes[step * width..<(step + 1) * width] { sum += Double(change * change) }
                sums.append(sum)
            }
            return sums
        }

        /// Mean square of a cell's change, luma levels squared.
        func energy(_ range: Range<Int>) -> Double {
            (energies[range.upperBound] - energies[range.lowerBound]) / Double(range.count * width)
        }

        /// -1 ... 1; 0 where nothing moves. Both ranges have as many steps.
        func correlation(_ range: Range<Int>, _ other: Changes, _ otherRange: Range<Int>) -> Double {
            precondition(range.count == otherRange.count && width == other.width)
            precondition(range.upperBound <= steps && otherRange.upperBound <= other.steps)
            let count = range.count * width
            let product = unsafe values.withUnsafeBufferPointer { mine in
                unsafe other.values.withUnsafeBufferPointer { theirs in
                    // Both have the range's steps.
                    guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return Float(0) }
                    return unsafe moire_movement_dot(
                        mine + range.lowerBound * width, theirs + otherRange.lowerBound * width, count)
                }
            }
            let xx = squares[range.upperBound] - squares[range.lowerBound]
            let yy = other.squares[otherRange.upperBound] - other.squares[otherRange.lowerBound]
            return xx > 0 && yy > 0 ? min(1, max(-1, Double(product) / (xx * yy).squareRoot())) : 0
        }

        /// How many independent numbers a step has, 1 ... cells: the correlation of two takes varies like that of so many. Of
        /// their moments A and B it is tr A · tr B / tr AB (what two normal series that know nothing of each other have).
        func freedom(beside other: Changes) -> Double {
            var trace = 0.0, otherTrace = 0.0, common = 0.0
            for cell in 0..<width {
                trace += moments[cell * width + cell]
                otherTrace += other.moments[cell * width + cell]
            }
            for (mine, theirs) in zip(moments, other.moments) { common += mine * theirs }
            return common > 0 ? max(1, min(Double(width), trace * otherTrace / common)) : 1
        }
    }
}
