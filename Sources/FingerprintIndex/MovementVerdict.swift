import Fingerprints
import Glibc

/// What movement says of a stretch.
struct MovementVerdict: Sendable, Equatable {
    /// The most that any line has.
    let agreement: MovementEvidence.Agreement
    /// On the line on which the pictures agree.
    private let onLine: MovementEvidence.Agreement
    /// See `MovementMatching.expected`.
    let expected: Double
    /// What counts therefore of the evidence, 0.04...1.
    let weight: Double
    /// What it adds to the evidence of the pictures on their line: 0...4 decades.
    let decades: Double

    /// - Parameter onLine: `.none` where the pictures' own line has none.
    init(
        _ agreement: MovementEvidence.Agreement, onLine: MovementEvidence.Agreement = .none, expected: Double
    ) {
        (self.agreement, self.onLine, self.expected) = (agreement, onLine, expected)
        let matching = MovementMatching.current
        // Whether a copy would reach more than the best of many lines does by chance, whether what was found may be chance,
        // and by how much it is less than a copy's.
        var copy = agreement
        copy.correlation = expected
        copy.freedom = max(agreement.freedom, onLine.freedom)
        let telling = max(0, min(1, (expected - copy.chance) / matching.tellingMargin))
        let most = max(matching.chanceSurprise.upperBound, matching.chanceShare * copy.surprise)
        let sure = most * matching.chanceSurprise.lowerBound / matching.chanceSurprise.upperBound
        let unsure = max(0, min(1, (most - agreement.surprise) / (most - sure)))
        let missing = expected > 0 ? 1 - agreement.correlation / expected : 0
        let lacking = max(0, min(1, missing / matching.lackingShare))
        let left = 1 - telling * unsure * lacking
        weight = max(matching.weightLeast, left * left)
        var least = onLine
        least.correlation = matching.leastCorrelation
        let chance = max(matching.chanceSurprise.upperBound, matching.chanceShare * least.surprise)
        decades = weight * max(0, min(matching.decadesMost, (onLine.surprise - chance) / log(10)))
    }

    /// The same on a line on which nothing was compared.
    var elsewhere: MovementVerdict { MovementVerdict(agreement, expected: expected) }

    /// The same where more is expected.
    func expecting(_ expected: Double) -> MovementVerdict {
        MovementVerdict(agreement, onLine: onLine, expected: max(expected, self.expected))
    }

    /// Whether the stretch is surely a copy.
    var isConfirmed: Bool {
        decades > 0
            || agreement.surprise >= MovementMatching.current.foundSurprise && agreement.correlation >= expected
    }

    var movement: Match.Movement {
        Match.Movement(
            correlation: agreement.correlation, expected: expected > 0 ? expected : nil,
            seconds: Double(agreement.steps) * MovementTrace.period, weight: weight, decades: decades)
    }
}
