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
    /// What whole frames say where movement leaves it open, nil where they were not asked.
    let frames: Frames?
    /// What counts therefore of the evidence, 0.04...1.
    let weight: Double
    /// What it adds to the evidence of the pictures on their line: 0...4 decades.
    let decades: Double

    /// - Parameter onLine: `.none` where the pictures' own line has none.
    init(
        _ agreement: MovementEvidence.Agreement, onLine: MovementEvidence.Agreement = .none, expected: Double,
        frames: Frames? = nil
    ) {
        (self.agreement, self.onLine, self.expected, self.frames) = (agreement, onLine, expected, frames)
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
        weight =
            frames?.isConfirmed == true
            ? 1 : min(frames?.weight ?? 1, max(matching.weightLeast, left * left))
        var least = onLine
        least.correlation = matching.leastCorrelation
        let chance = max(matching.chanceSurprise.upperBound, matching.chanceShare * least.surprise)
        decades = weight * max(0, min(matching.decadesMost, (onLine.surprise - chance) / log(10)))
    }

    /// The same on a line on which nothing was compared.
    var elsewhere: MovementVerdict { MovementVerdict(agreement, expected: expected, frames: frames) }

    /// The same where more is expected.
    func expecting(_ expected: Double) -> MovementVerdict {
        MovementVerdict(agreement, onLine: onLine, expected: max(expected, self.expected), frames: frames)
    }

    /// Whether the stretch is surely a copy.
    var isConfirmed: Bool {
        let matching = MovementMatching.current
        if let frames, frames.isConfirmed || frames.weight < matching.framesRefusing { return frames.isConfirmed }
        return decades > 0 || agreement.surprise >= matching.foundSurprise && agreement.correlation >= expected
    }

    /// Whether it is one on the very line on which the pictures agree.
    var isSureOfLine: Bool { decades > 0 && isConfirmed }

    /// Whether whole frames speak against it, and no less than movement itself.
    var isRefusedByFrames: Bool { weight < 1 && frames.map { $0.weight <= weight } == true }

    var movement: Match.Movement {
        Match.Movement(
            correlation: agreement.correlation, expected: expected > 0 ? expected : nil,
            seconds: Double(agreement.steps) * MovementTrace.period, weight: weight, decades: decades,
            frames: frames?.reported)
    }
}

extension MovementVerdict {
    /// What whole frames say of it.
    struct Frames: Sendable, Equatable {
        let agreement: FrameMovement.Agreement
        let expected: Double
        /// As the verdict's.
        let weight: Double
        /// Whether they correlate as a copy's do and more than by chance; and whether so much that they alone say that it
        /// is one.
        let agrees: Bool
        let isConfirmed: Bool

        init(_ agreement: FrameMovement.Agreement, expected: Double) {
            (self.agreement, self.expected) = (agreement, expected)
            let matching = MovementMatching.current
            var copy = agreement
            copy.correlation = expected
            let sure = max(matching.framesChance.upperBound, matching.framesChanceShare * copy.surprise)
            let unlikely = sure * matching.framesChance.lowerBound / matching.framesChance.upperBound
            let chance = max(
                matching.framesChanceCorrelation, Surprise.correlation(nats: unlikely, freedom: agreement.freedom))
            let telling = max(0, min(1, (expected - chance) / matching.framesTellingMargin))
            let missing = expected > 0 ? 1 - agreement.correlation / expected : 0
            let lacking = max(0, min(1, missing / matching.framesLackingShare))
            let unsure = max(0, min(1, (sure - agreement.surprise) / (sure - unlikely)))
            let left = 1 - telling * lacking * unsure
            weight = max(matching.weightLeast, left * left)
            agrees =
                expected > 0 && agreement.correlation >= max(expected, matching.framesAgreeLeast)
                && agreement.surprise >= sure
            isConfirmed = agrees && agreement.surprise >= matching.foundSurprise
        }

        var reported: Match.Movement.Frames {
            Match.Movement.Frames(
                correlation: agreement.correlation, expected: expected > 0 ? expected : nil,
                seconds: agreement.seconds)
        }
    }
}
