import Fingerprints

/// What movement says of a stretch.
struct MovementVerdict: Sendable, Equatable {
    /// The most that any line has.
    let agreement: MovementEvidence.Agreement
    /// See `MovementMatching.expected`.
    let expected: Double
    /// What counts therefore of the evidence, 0.04...1.
    let weight: Double

    init(_ agreement: MovementEvidence.Agreement, expected: Double) {
        (self.agreement, self.expected) = (agreement, expected)
        let matching = MovementMatching.current
        // Little is to be concluded where a copy may reach no more than the best of many lines by chance, and nothing where
        // no chance does, unless a copy would say far more.
        let telling = max(0, min(1, (expected - agreement.chance) / 0.1))
        var copy = agreement
        copy.correlation = expected
        let most = max(matching.chanceSurprise.upperBound, 0.6 * copy.surprise)
        let least = most * matching.chanceSurprise.lowerBound / matching.chanceSurprise.upperBound
        let unsure = max(0, min(1, (most - agreement.surprise) / (most - least)))
        let lacking = expected > 0 ? max(0, min(1, (expected - agreement.correlation) / (0.3 * expected))) : 0
        let left = 1 - telling * unsure * lacking
        weight = max(0.04, left * left)
    }

    /// Whether the stretch is surely a copy.
    var isConfirmed: Bool {
        agreement.surprise >= MovementMatching.current.foundSurprise && agreement.correlation >= expected
    }

    var movement: Match.Movement {
        Match.Movement(
            correlation: agreement.correlation, expected: expected > 0 ? expected : nil,
            seconds: Double(agreement.steps) * MovementTrace.period, weight: weight)
    }
}
