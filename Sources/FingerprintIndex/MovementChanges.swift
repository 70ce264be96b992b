import CKernels

extension MovementEvidence {
    /// How cells change, step by step, made ready to be correlated.
    struct Changes: Sendable {
        let steps: Int
        private let width: Int
        /// Whitened, a number for each cell of each step; and running sums of their squares: of step k over all before.
        private let values: [Float]
        private let squares: [Double]
        /// The squares themselves: how much moves in each step.
        private let loudness: [Float]
        /// The same sums before whitening, luma levels squared.
        private let energies: [Double]
        /// Of what is whitened: mean products of every two cells.
        private let moments: [Cells]

        /// - Parameter changes: luma levels, step by step.
        init(_ changes: [Cells], _ whitening: Whitening) {
            width = whitening.width
            steps = changes.count
            let white = whitening(changes)
            values = white.flatMap { [width] cells in (0..<width).lazy.map { cells[$0] } }
            loudness = white.map { ($0 * $0).sum() }
            squares = Self.sums(loudness)
            energies = Self.sums(changes.map { ($0 * $0).sum() })
            moments = Whitening.moments(white)
        }

        private init(_ whole: Changes, _ range: Range<Int>) {
            steps = range.count
            width = whole.width
            values = Array(whole.values[range.lowerBound * width..<range.upperBound * width])
            squares = whole.squares[range.lowerBound...range.upperBound].map { $0 - whole.squares[range.lowerBound] }
            loudness = Array(whole.loudness[range])
            energies = whole.energies[range.lowerBound...range.upperBound].map { $0 - whole.energies[range.lowerBound] }
            moments = whole.moments
        }

        func part(_ range: Range<Int>) -> Changes { Changes(self, range) }

        /// Of step k, those of all before.
        private static func sums(_ numbers: [Float]) -> [Double] {
            var sums: [Double] = [0]
            sums.reserveCapacity(numbers.count + 1)
            var sum = 0.0
            for number in numbers {
                sum += Double(number)
                sums.append(sum)
            }
            return sums
        }

        /// Mean square of a cell's change, luma levels squared.
        func energy(_ range: Range<Int>) -> Double {
            (energies[range.upperBound] - energies[range.lowerBound]) / Double(range.count * width)
        }

        /// Mean square of a whitened cell.
        var whiteEnergy: Double { steps > 0 ? squares[steps] / Double(steps * width) : 0 }

        /// -1 ... 1; 0 where nothing moves. Both ranges have as many steps.
        ///
        /// - Returns: also for how many steps those count that were compared, at most as many: where x² and y² move in each
        ///   and nothing else is known, the correlation of d independent numbers a step has the variance
        ///   Σ x²y² / d Σ x² Σ y². A cut counts for one, however much changes in it.
        func correlation(
            _ range: Range<Int>, _ other: Changes, _ otherRange: Range<Int>
        ) -> (value: Double, steps: Double) {
            precondition(range.count == otherRange.count && width == other.width)
            let xx = squares[range.upperBound] - squares[range.lowerBound]
            let yy = other.squares[otherRange.upperBound] - other.squares[otherRange.lowerBound]
            guard xx > 0, yy > 0 else { return (0, 0) }
            let product = Self.product(
                values, from: range.lowerBound * width, other.values, from: otherRange.lowerBound * width,
                count: range.count * width)
            let common = Self.product(
                loudness, from: range.lowerBound, other.loudness, from: otherRange.lowerBound, count: range.count)
            return (
                min(1, max(-1, product / (xx * yy).squareRoot())),
                common > 0 ? min(Double(range.count), xx * yy / common) : Double(range.count)
            )
        }

        /// The scalar product of two stretches.
        static func product(
            _ a: [Float], from start: Int, _ b: [Float], from other: Int, count: Int
        ) -> Double {
            precondition(start >= 0 && other >= 0 && start + count <= a.count && other + count <= b.count)
            return unsafe a.withUnsafeBufferPointer { a in
                unsafe b.withUnsafeBufferPointer { b in
                    // Both have `count` numbers from there on.
                    guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                    return unsafe Double(moire_movement_dot(a + start, b + other, count))
                }
            }
        }

        /// How many independent numbers a step has, 1 ... cells: the correlation of two takes varies like that of so many. Of
        /// their moments A and B it is tr A · tr B / tr AB (what two normal series that know nothing of each other have).
        func freedom(beside other: Changes) -> Double {
            var trace = 0.0, otherTrace = 0.0, common = 0.0
            for cell in 0..<width {
                trace += Double(moments[cell][cell])
                otherTrace += Double(other.moments[cell][cell])
                common += Double((moments[cell] * other.moments[cell]).sum())
            }
            return common > 0 ? max(1, min(Double(width), trace * otherTrace / common)) : 1
        }
    }
}
