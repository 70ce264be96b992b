import Fingerprints

/// The query as it plays on a line of time, and how well it agrees there.
extension MovementEvidence {
    func agreement(on line: Line) -> Agreement {
        guard let played = played(speed: line.speed, phase: line.offset) else { return .none }
        return agreement(of: played, lag: 0)
    }

    /// The query's changes, step by step of a clock at which it plays at a speed.
    struct Played {
        /// Step of the reference's at which it begins, were there no lag.
        var first: Int
        var steps: Int
        var changes: Changes
        /// Independent numbers in a step, about.
        var freedom: Double
        /// As `Agreement` has it.
        var hidden: Double
    }

    /// - Parameter phase: seconds of the reference's clock at the query's zero.
    func played(speed: Double, phase: Double) -> Played? {
        guard let (first, loud) = changes(speed: speed, phase: phase) else { return nil }
        var changes = loud
        let hidden = quieten(&changes), white = Changes(changes, whitening)
        return Played(
            first: first, steps: white.steps, changes: white, freedom: white.freedom(beside: reference), hidden: hidden)
    }

    /// How much of the query trembles at all times and places and in none of the reference, as what was filmed off a screen
    /// with a camera in a hand: its mean square in a whitened cell, over the reference's own.
    func noise(on line: Line) -> Double {
        guard let (_, changes) = changes(speed: line.speed, phase: line.offset) else { return 0 }
        let quiet = Self.quietQuarter(of: changes)
        return max(0, quiet * quiet - self.quiet * self.quiet) / Self.quietSquare * noiseGain
    }

    /// What a quarter of all changes do not exceed, luma levels: next to nothing where only a part moves, or not always.
    static func quietQuarter(of changes: [Float]) -> Double {
        changes.isEmpty ? 0 : Double(changes.map { abs($0) }.sorted()[changes.count / 4])
    }

    /// Its square where all changes are normal and have a variance of one: 0.319².
    private static let quietSquare = 0.1015

    /// - Returns: of the query played so, its first step of the reference's clock and its changes, a row for each step.
    private func changes(speed: Double, phase: Double) -> (first: Int, changes: [Float])? {
        let period = MovementTrace.period
        let ends = [span.start, span.end].map { (speed * $0 + phase) / period }
        let from = Int((ends.min() ?? 0).rounded(.up)), to = Int((ends.max() ?? 0).rounded(.down))
        guard to - from >= Self.stepsLeast else { return nil }
        let width = cells.count, steps = to - from
        var levels = [Float](repeating: 0, count: steps * width)
        func fieldStep(_ step: Int) -> Double {
            let place = ((Double(step) * period - phase) / speed - span.start) / MovementField.period
            return min(max(place, 0), Double(fieldSteps))
        }
        for step in 0..<steps {
            let a = fieldStep(from + step), b = fieldStep(from + step + 1)
            let (low, high) = (min(a, b), max(a, b))
            guard high - low > 1e-6 else { return nil }
            let (i, j) = (min(Int(low), fieldSteps - 1), min(Int(high), fieldSteps - 1))
            let (f, g) = (low - Double(i), high - Double(j))
            for cell in 0..<width {
                func sum(_ row: Int, _ share: Double) -> Double {
                    let at = sums[row * width + cell]
                    return at + share * (sums[(row + 1) * width + cell] - at)
                }
                levels[step * width + cell] = Float((sum(j, g) - sum(i, f)) / (high - low))
            }
        }
        return (from, changes(levels, steps: steps))
    }

    /// Less the mean over 1.25 s, then over the cells, and cut off where the trace is.
    private func changes(_ levels: [Float], steps: Int) -> [Float] {
        let width = cells.count, reach = 2
        var changes = [Float](repeating: 0, count: levels.count)
        let most = MovementTrace.levels[MovementTrace.levels.count - 1]
        for step in 0..<steps {
            let near = max(0, step - reach)...min(steps - 1, step + reach)
            var mean: Float = 0
            for cell in 0..<width {
                var sum: Float = 0
                for other in near { sum += levels[other * width + cell] }
                let change = levels[step * width + cell] - sum / Float(near.count)
                changes[step * width + cell] = isNegative ? -change : change
                mean += changes[step * width + cell]
            }
            mean /= Float(width)
            for cell in 0..<width {
                changes[step * width + cell] = min(most, max(-most, changes[step * width + cell] - mean))
            }
        }
        return changes
    }

    /// Lets what moves in the query alone, such as a caption, have its say, but not the only one.
    ///
    /// - Returns: as `Agreement` has it.
    private func quieten(_ changes: inout [Float]) -> Double {
        let width = cells.count, steps = changes.count / width
        var before: Float = 0, after: Float = 0
        for cell in 0..<width {
            var loud: Float = 0
            for step in 0..<steps { loud += changes[step * width + cell] * changes[step * width + cell] }
            loud /= Float(steps)
            let allowed = 2 * loudness[cell] + 0.02
            before += loud
            after += min(loud, allowed)
            guard loud > allowed else { continue }
            let quieter = (allowed / loud).squareRoot()
            for step in 0..<steps { changes[step * width + cell] *= quieter }
        }
        return after > 0 ? Double(before / after) : 1
    }

    func agreement(of played: Played, lag: Int) -> Agreement {
        // Of the reference's steps, which lies at the query's first.
        let shift = played.first + lag - referenceFirst
        let from = max(0, -shift), to = min(played.steps, reference.steps - shift)
        guard to - from >= min(Self.stepsLeast, played.steps) else { return .none }
        let (correlation, steps) = played.changes.correlation(from..<to, reference, from + shift..<to + shift)
        return Agreement(
            correlation: correlation, steps: to - from, freedom: steps * played.freedom,
            queryEnergy: played.changes.energy(from..<to), referenceEnergy: reference.energy(from + shift..<to + shift),
            hidden: played.hidden)
    }

    func part(of played: Played, from: Int, steps: Int) -> Played {
        Played(
            first: played.first + from, steps: steps, changes: played.changes.part(from..<from + steps),
            freedom: played.freedom, hidden: played.hidden)
    }
}
