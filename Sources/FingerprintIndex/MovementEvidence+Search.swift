import Fingerprints

/// Lines of time on which more of the movement agrees.
extension MovementEvidence {
    struct Found {
        var line: Line
        var agreement: Agreement
    }

    /// The line on which most agrees, shifted by at most `MovementMatching.reach` from where `line` has the stretch's middle.
    ///
    /// Most of the stretch must be in the reference, or it would be another stretch.
    ///
    /// - Parameters:
    ///   - speeds: that are tried; negative ones play backwards.
    func best(about line: Line, speeds: [Double]) -> Found {
        let period = MovementTrace.period
        let middle = (span.start + span.end) / 2, at = line.reference(at: middle)
        let lags = Int((MovementMatching.current.reach / period).rounded(.up))
        func worth(_ found: Found) -> Double {
            let isOwn = abs(abs(found.line.speed) - 1) < 1e-6
            return found.agreement.surprise - (isOwn ? 0 : MovementMatching.current.speedCost)
        }
        func consider(_ speed: Double, _ offset: Double, lags: ClosedRange<Int>, _ best: inout Found) {
            guard let played = played(speed: speed, phase: offset) else { return }
            for lag in lags {
                let agreement = agreement(of: played, lag: lag)
                guard agreement.steps * 10 >= 6 * played.steps else { continue }
                let line = Line(speed: speed, offset: offset + Double(lag) * period, mirrored: line.mirrored)
                let found = Found(line: line, agreement: agreement)
                if worth(found) > worth(best) { best = found }
            }
        }
        let none = Found(line: line, agreement: .none)
        // The best of each speed; between two speeds and two phases a line may be half missed, so a few are looked at closely.
        var coarse = speeds.map { speed in
            var best = none
            for phase in [0, period / 2] { consider(speed, at - speed * middle + phase, lags: -lags...lags, &best) }
            return best
        }.filter { $0.agreement.steps > 0 }
        coarse.sort { (-worth($0), $0.line.speed) < (-worth($1), $1.line.speed) }
        var best = none
        for var fine in coarse.prefix(Self.closeLooks) {
            // Turned about the middle, and shifted.
            for (turn, shift) in [(0.01, 0.06), (0.005, 0.03), (0.0025, 0.015)] {
                let from = fine.line, at = from.reference(at: middle)
                for speed in abs(from.speed) == 1 ? [from.speed] : [from.speed - turn, from.speed, from.speed + turn] {
                    for shift in [-shift, 0, shift] {
                        consider(speed, at - speed * middle + shift, lags: 0...0, &fine)
                    }
                }
            }
            if worth(fine) > worth(best) { best = fine }
        }
        return best
    }

    private static let closeLooks = 3

    /// How well a line's neighbours agree, where it may be off by half a step.
    func agreement(near line: Line) -> Agreement {
        [0, -0.5, -0.25, 0.25, 0.5].map { share in
            var near = line
            near.offset += share * MovementTrace.period
            return agreement(on: near)
        }.max { $0.correlation < $1.correlation } ?? .none
    }

    /// What agrees where the stretch was played backwards, at a speed that no path has, or in pieces that changed places.
    struct Strange {
        /// Backwards, and at far speeds.
        var played: [Agreement]
        /// See `pieces(of:about:speed:)`.
        var pieces: Double

        /// What agrees so, or as found otherwise where that is more.
        func or(_ best: Agreement) -> Agreement {
            var best = best
            for strange in played
            where strange.surprise > max(best.surprise, MovementMatching.current.chanceSurprise.upperBound) {
                best = strange
            }
            best.correlation = max(best.correlation, pieces)
            return best
        }
    }

    /// - Parameter speeds: of the pieces.
    func strange(about line: Line, speeds: Set<Double>) -> Strange {
        let matching = MovementMatching.current
        let pieces = speeds.flatMap { speed in
            matching.pieceSteps.map { self.pieces(of: $0, about: line, speed: speed) }
        }
        return Strange(
            played: [[-1], matching.farSpeeds].map { best(about: line, speeds: $0).agreement },
            pieces: pieces.max() ?? 0)
    }

    /// How well short pieces of the stretch agree, each on a line of its own, by how much moves in each: 0 where it is what
    /// the best of many lines reaches by chance, 1 where all of them agree. So a copy is one whose pieces changed places.
    /// Where two of them meet is a cut, and in that piece most moves: none counts for more than two of middling ones.
    ///
    /// - Parameter length: steps of a piece.
    func pieces(of length: Int, about line: Line, speed: Double) -> Double {
        let matching = MovementMatching.current, period = MovementTrace.period
        let middle = (span.start + span.end) / 2, at = line.reference(at: middle)
        let lags = Int((matching.reach / period).rounded(.up))
        var most = 0.0
        for phase in [0, period / 2] {
            guard let played = played(speed: speed, phase: at - speed * middle + phase), played.steps >= 2 * length
            else { continue }
            var pieces: [(share: Double, energy: Double)] = []
            for from in stride(from: 0, through: played.steps - length, by: length / 2) {
                let piece = part(of: played, from: from, steps: length)
                var best = Agreement.none
                for lag in -lags...lags {
                    let found = agreement(of: piece, lag: lag)
                    if found.steps == length, found.surprise > best.surprise { best = found }
                }
                guard best.chance < 1 else { continue }
                pieces.append((max(0, (best.correlation - best.chance) / (1 - best.chance)), best.queryEnergy))
            }
            guard !pieces.isEmpty else { continue }
            let loudest = 2 * pieces.map(\.energy).sorted()[pieces.count / 2]
            let weights = pieces.map { min($0.energy, loudest) }
            let sum = zip(pieces, weights).reduce(0) { $0 + $1.1 * $1.0.share }, energy = weights.reduce(0, +)
            if energy > 0 { most = max(most, sum / energy) }
        }
        return most
    }
}
