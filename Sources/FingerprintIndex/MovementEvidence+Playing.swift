import Fingerprints
import Glibc

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

    /// What a copy on this line may have lost of its movement.
    ///
    /// - Parameter cleanness: of its pictures, 0...1.
    func wear(on line: Line, cleanness: Double) -> MovementMatching.Wear {
        guard let (first, levels) = levels(speed: line.speed, phase: line.offset) else {
            return MovementMatching.Wear(cleanness: cleanness)
        }
        return MovementMatching.Wear(
            cleanness: cleanness, noise: noise(of: levels), steadiness: steadiness(of: levels, from: first))
    }

    private func noise(of levels: [Cells]) -> Double {
        let quiet = Self.quietQuarter(of: changes(levels), width: cells.count)
        return max(0, quiet * quiet - self.quiet * self.quiet) / Self.quietSquare * noiseGain
    }

    /// - Parameter first: the first step, of the reference's clock.
    private func steadiness(of levels: [Cells], from first: Int) -> Double {
        let from = max(first, referenceFirst), to = min(first + levels.count, referenceFirst + reference.steps)
        guard to - from >= Self.stepsLeast else { return 1 }
        let own = steadiness(of: levels[from - first..<to - first])
        let others = steadiness(of: referenceChanges[from - referenceFirst..<to - referenceFirst])
        return min(1, Self.steadinessAmple * own / others)
    }

    /// What moves from step to step: its geometric mean over the arithmetic one, 0...1. It is 1 where all steps are alike.
    private func steadiness(of steps: ArraySlice<Cells>) -> Double {
        let least = MovementMatching.current.coderEnergy, mask = Self.mask(width: cells.count)
        var sum = 0.0, logarithms = 0.0
        for (next, step) in zip(steps.dropFirst(), steps) {
            let change = next - step, jump = change - change.sum() / Float(cells.count) * mask
            let square = Double((jump * jump).sum()) / Double(cells.count) + least
            sum += square
            logarithms += log(square)
        }
        let count = Double(steps.count - 1)
        return exp(logarithms / count) / (sum / count)
    }

    /// By how many times a copy may be less steady and have lost nothing.
    private static let steadinessAmple = 1.5

    /// What a quarter of all changes do not exceed, luma levels: next to nothing where only a part moves, or not always.
    static func quietQuarter(of changes: [Cells], width: Int) -> Double {
        let sizes = changes.flatMap { cells in (0..<width).lazy.map { abs(cells[$0]) } }.sorted()
        return sizes.isEmpty ? 0 : Double(sizes[sizes.count / 4])
    }

    /// Its square where all changes are normal and have a variance of one: 0.319².
    private static let quietSquare = 0.1015

    private func changes(speed: Double, phase: Double) -> (first: Int, changes: [Cells])? {
        levels(speed: speed, phase: phase).map { ($0.first, changes($0.levels)) }
    }

    /// - Returns: of the query played so, its first step of the reference's clock and its luma, step by step.
    private func levels(speed: Double, phase: Double) -> (first: Int, levels: [Cells])? {
        let period = MovementTrace.period
        let ends = [span.start, span.end].map { (speed * $0 + phase) / period }
        let from = Int((ends.min() ?? 0).rounded(.up)), to = Int((ends.max() ?? 0).rounded(.down))
        guard to - from >= Self.stepsLeast else { return nil }
        // The field's place at which each step begins, and all that was before it.
        let begun = (from...to).map { step -> (place: Double, sum: SIMD16<Double>) in
            let place = ((Double(step) * period - phase) / speed - span.start) / MovementField.period
            let within = min(max(place, 0), Double(fieldSteps)), whole = min(Int(within), fieldSteps - 1)
            return (within, sums[whole] + (within - Double(whole)) * (sums[whole + 1] - sums[whole]))
        }
        var levels: [Cells] = []
        levels.reserveCapacity(to - from)
        for (a, b) in zip(begun, begun.dropFirst()) {
            let length = b.place - a.place
            guard abs(length) > 1e-6 else { return nil }
            levels.append(Cells((b.sum - a.sum) / length))
        }
        return (from, levels)
    }

    /// Less the mean over 1.25 s, then over the cells, and cut off where the trace is.
    private func changes(_ levels: [Cells]) -> [Cells] {
        let reach = 2, most = Cells(repeating: MovementTrace.levels[MovementTrace.levels.count - 1])
        let width = Float(cells.count), mask = Self.mask(width: cells.count)
        return levels.indices.map { step in
            let near = max(0, step - reach)...min(levels.count - 1, step + reach)
            var mean = Cells.zero
            for other in near { mean += levels[other] }
            var change = levels[step] - mean / Float(near.count)
            if isNegative { change = -change }
            return (change - change.sum() / width * mask).clamped(lowerBound: -most, upperBound: most)
        }
    }

    /// Lets what moves in the query alone, such as a caption, have its say, but not the only one.
    ///
    /// - Returns: as `Agreement` has it.
    private func quieten(_ changes: inout [Cells]) -> Double {
        let loud = changes.reduce(.zero) { $0 + $1 * $1 } / Float(changes.count)
        var before: Float = 0, after: Float = 0, quieter = Cells(repeating: 1)
        for cell in cells.indices {
            let allowed = 2 * loudness[cell] + 0.02
            before += loud[cell]
            after += min(loud[cell], allowed)
            if loud[cell] > allowed { quieter[cell] = (allowed / loud[cell]).squareRoot() }
        }
        for step in changes.indices { changes[step] *= quieter }
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
