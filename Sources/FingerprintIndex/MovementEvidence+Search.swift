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
        var best = Found(line: line, agreement: .none)
        func consider(_ speed: Double, _ offset: Double, lags: ClosedRange<Int>) {
            guard let played = played(speed: speed, phase: offset) else { return }
            for lag in lags {
                let found = agreement(of: played, lag: lag)
                guard found.steps * 10 >= 6 * played.steps, found.surprise > best.agreement.surprise else { continue }
                let offset = offset + Double(lag) * period
                best = Found(line: Line(speed: speed, offset: offset, mirrored: line.mirrored), agreement: found)
            }
        }
        for speed in speeds {
            for phase in [0, period / 2] { consider(speed, at - speed * middle + phase, lags: -lags...lags) }
        }
        guard best.agreement.steps > 0 else { return best }
        // Then finer: turned about the middle, and shifted.
        for (turn, shift) in [(0.01, 0.06), (0.005, 0.03), (0.0025, 0.015)] {
            let from = best.line, at = from.reference(at: middle)
            for speed in abs(from.speed) == 1 ? [from.speed] : [from.speed - turn, from.speed, from.speed + turn] {
                for shift in [-shift, 0, shift] { consider(speed, at - speed * middle + shift, lags: 0...0) }
            }
        }
        return best
    }

    /// How well a line's neighbours agree, where it may be off by half a step.
    func agreement(near line: Line) -> Agreement {
        [0, -0.5, -0.25, 0.25, 0.5].map { share in
            var near = line
            near.offset += share * MovementTrace.period
            return agreement(on: near)
        }.max { $0.correlation < $1.correlation } ?? .none
    }

    /// How well short pieces of the stretch agree, each on a line of its own: the mean of their best correlations, by
    /// how much moves in each; 0 where the stretch is shorter than a piece. So a copy is one whose pieces changed places.
    func pieces(about line: Line, speed: Double) -> Double {
        let matching = MovementMatching.current, length = matching.pieceSteps, period = MovementTrace.period
        let middle = (span.start + span.end) / 2, at = line.reference(at: middle)
        let lags = Int((matching.reach / period).rounded(.up))
        var most = 0.0
        for phase in [0, period / 2] {
            guard let played = played(speed: speed, phase: at - speed * middle + phase), played.steps >= length
            else { continue }
            var sum = 0.0, energy = 0.0
            for from in stride(from: 0, through: played.steps - length, by: matching.pieceStride) {
                let piece = part(of: played, from: from, steps: length)
                var best = Agreement.none
                for lag in -lags...lags {
                    let found = agreement(of: piece, lag: lag)
                    if found.steps * 4 >= 3 * length, found.correlation > best.correlation { best = found }
                }
                sum += best.queryEnergy * best.correlation
                energy += best.queryEnergy
            }
            if energy > 0 { most = max(most, sum / energy) }
        }
        return most
    }
}
