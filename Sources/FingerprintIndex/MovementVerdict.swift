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
        // Whether a copy would reach more than the best of many lines does by chance, whether what was found may be chance,
        // and by how much it is less than a copy's.
        let telling = max(0, min(1, (expected - agreement.chance) / matching.tellingMargin))
        var copy = agreement
        copy.correlation = expected
        let most = max(matching.chanceSurprise.upperBound, matching.chanceShare * copy.surprise)
        let least = most * matching.chanceSurprise.lowerBound / matching.chanceSurprise.upperBound
        let unsure = max(0, min(1, (most - agreement.surprise) / (most - least)))
        let missing = expected > 0 ? 1 - agreement.correlation / expected : 0
        let lacking = max(0, min(1, missing / matching.lackingShare))
        let left = 1 - telling * unsure * lacking
        weight = max(matching.weightLeast, left * left)
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
