import Fingerprints
import Glibc

/// Where tempo and pitch were changed apart from each other: hypotheses beside the three lines of `SoundHypothesis.all`
/// that the peaks of two clips suggest.
///
/// To ask all of the plane would cost five times what the three lines do. Pairs of peaks say where to ask: two peaks
/// keep how far the second lies above the first whatever was done, and a pair that is found again tells the tempo (by
/// the time between its peaks), the pitch (by its first peak's band) and, with both, the delay. Pairs of a copy agree
/// on all three; a cell of this three-dimensional histogram in which more of them meet than chance allows is a
/// suggestion, and judged as every other hypothesis is.
struct SoundPlane {
    private let query: SoundPrint
    private let reference: SoundPrint
    private let parameters: SoundPlaneParameters

    init(query: SoundPrint, reference: SoundPrint, parameters: SoundPlaneParameters = .v1) {
        self.query = query
        self.reference = reference
        self.parameters = parameters
    }

    /// Two peaks; 64 bits, as many thousands are laid out for each comparison.
    private struct Pair {
        var hop: Int32
        var band: UInt16
        /// How far up, and how much later, as one number: `kind`.
        var kind: UInt16
    }

    /// Different hops between two peaks.
    private var lengths: Int { parameters.mostHops - parameters.leastHops + 1 }
    private func kind(up: Int, hops: Int) -> Int { (up + parameters.mostBands) * lengths + hops - parameters.leastHops }

    /// The most surprising ones first, each with its neighbours in tempo.
    func suggested() -> [SoundHypothesis] {
        guard query.count > 1, reference.count > 1 else { return [] }
        let stored = Kinds(pairs(of: reference, from: 0, step: 1), kinds: (2 * parameters.mostBands + 1) * lengths)
        let tempos = SoundHypothesis.coarseTempos
        let longest = Int(tempos[tempos.count - 1] * Double(query.hops[query.count - 1])) + 1
        let places = (longest + Int(reference.hops[reference.count - 1])) / parameters.delayHops + 2
        let pitches = 2 * parameters.pitchSteps + 1
        guard places * pitches * tempos.count <= parameters.cellsMax else { return [] }
        var cells = [UInt16](repeating: 0, count: places * pitches * tempos.count)
        let fitting = fittingTempos()
        let crowd = max(parameters.crowdLeast, stored.pairs.count / parameters.crowdShare)
        var total = 0

        // So that two long clips cost no more than some, not every peak of the query begins pairs.
        let meetings = query.count * parameters.pairs * stored.pairs.count / parameters.sharing
        let step = 1 + meetings / parameters.meetingsMax
        for asked in pairs(of: query, from: step / 2, step: step) {
            let up = Int(asked.kind) / lengths - parameters.mostBands, length = Int(asked.kind) % lengths
            let fits = fitting[length]
            for near in max(-parameters.mostBands, up - 1)...min(parameters.mostBands, up + 1) {
                let row = kind(up: near, hops: parameters.leastHops)
                let alike = stored.range(row + fits.lowerBound, row + fits.upperBound)
                // What sounds all the time tells no place, would cost the more, and is part of what chance gives.
                guard alike.count <= crowd else {
                    total += alike.count
                    continue
                }
                for met in stored.pairs[alike] {
                    // To the nearest step; between two steps both are near enough for the votes that judge.
                    let pitch = (Int(asked.band) - Int(met.band) + parameters.pitchSteps * 4 + 2) >> 2
                    guard pitch >= 0 && pitch < pitches else { continue }
                    let tempo =
                        Double(Int(met.kind) - row + parameters.leastHops) / Double(length + parameters.leastHops)
                    let slack = parameters.tempoSlack * tempo + 1.5 / Double(length + parameters.leastHops)
                    for number in tempos.indices where abs(tempos[number] - tempo) <= slack {
                        let delay = Int(met.hop) - Int(tempos[number] * Double(asked.hop)) + longest
                        cells[(number * pitches + pitch) * places + delay / parameters.delayHops] &+= 1
                        total += 1
                    }
                }
            }
        }
        return best(of: cells, places: places, pitches: pitches, mean: Double(total) / Double(cells.count))
    }

    /// For each length of a query's pair, which lengths one of the reference has at the tempos asked.
    private func fittingTempos() -> [ClosedRange<Int>] {
        let tempos = SoundHypothesis.coarseTempos
        let slowest = tempos[0] * (1 - parameters.tempoSlack),
            fastest = tempos[tempos.count - 1] * (1 + parameters.tempoSlack)
        return (0..<lengths).map { length in
            let hops = Double(length + parameters.leastHops)
            let low = max(parameters.leastHops, Int((slowest * hops - 1.5).rounded(.up)))
            let high = min(parameters.mostHops, Int(fastest * hops + 1.5))
            return low - parameters.leastHops...max(low, high) - parameters.leastHops
        }
    }

    /// Pairs in the order of their kinds, those of one kind in the order of time.
    private struct Kinds {
        private(set) var pairs: [Pair]
        private var starts: [Int32]

        init(_ unordered: [Pair], kinds: Int) {
            starts = [Int32](repeating: 0, count: kinds + 1)
            for pair in unordered { starts[Int(pair.kind) + 1] += 1 }
            for kind in 1...kinds { starts[kind] += starts[kind - 1] }
            var next = starts
            pairs = unordered
            for pair in unordered {
                pairs[Int(next[Int(pair.kind)])] = pair
                next[Int(pair.kind)] += 1
            }
        }

        /// Those of the kinds from one to another.
        func range(_ first: Int, _ last: Int) -> Range<Int> { Int(starts[first])..<Int(starts[last + 1]) }
    }

    /// Cells with both neighbours in time; those that surprise most, and their hypotheses.
    private func best(of cells: [UInt16], places: Int, pitches: Int, mean: Double) -> [SoundHypothesis] {
        var found: [(decades: Double, hypothesis: SoundHypothesis)] = []
        for (number, tempo) in SoundHypothesis.coarseTempos.enumerated() {
            for pitch in 0..<pitches {
                let hypothesis = SoundHypothesis(tempo: tempo, pitch: 4 * (pitch - parameters.pitchSteps))
                guard hypothesis.isApart else { continue }
                let row = (number * pitches + pitch) * places
                var most = 0
                for place in 1..<places - 1 {
                    let at = row + place
                    most = max(most, Int(cells[at - 1]) + Int(cells[at]) + Int(cells[at + 1]))
                }
                guard most >= parameters.votesLeast else { continue }
                let decades = poissonSurprise(Double(most), mean: 3 * mean)
                if decades >= parameters.decadesLeast { found.append((decades, hypothesis)) }
            }
        }
        found.sort { a, b in
            a.decades != b.decades
                ? a.decades > b.decades
                : (a.hypothesis.tempo, a.hypothesis.pitch) < (b.hypothesis.tempo, b.hypothesis.pitch)
        }
        var asked: [SoundHypothesis] = []
        for (_, hypothesis) in found.prefix(parameters.suggestionsMax) {
            for near in hypothesis.withNeighbours where !asked.contains(near) { asked.append(near) }
        }
        return asked
    }

    /// Pairs of peaks far enough apart to tell a tempo.
    private func pairs(of print: SoundPrint, from: Int, step: Int) -> [Pair] {
        var pairs: [Pair] = []
        pairs.reserveCapacity(print.count / step * parameters.pairs)
        for first in stride(from: from, to: print.count, by: step) {
            var number = 0, second = first + 1
            let end = min(print.count, first + parameters.looksMax)
            while second < end, number < parameters.pairs {
                let hops = Int(print.hops[second] - print.hops[first])
                let up = Int(print.bands[second]) - Int(print.bands[first])
                second += 1
                if hops > parameters.mostHops { break }
                guard hops >= parameters.leastHops, abs(up) <= parameters.mostBands else { continue }
                number += 1
                pairs.append(
                    Pair(hop: print.hops[first], band: print.bands[first], kind: UInt16(kind(up: up, hops: hops))))
            }
        }
        return pairs
    }
}

/// The tuned numbers of `SoundPlane`.
struct SoundPlaneParameters: Sendable {
    static let v1 = SoundPlaneParameters()
    /// Each peak is paired with this many that follow, hops later: 0.28 s, over which a tempo four per cent off moves a
    /// peak by a hop, to 0.93 s.
    let pairs = 4
    let leastHops = 24
    let mostHops = 80
    /// Quarters of a band between them: an octave.
    let mostBands = 96
    /// Peaks that are looked through for those: four times what a second has.
    let looksMax = 160
    /// Half semitones to either side.
    let pitchSteps = 7
    /// How far a pair's tempo may lie from a step's: half of one.
    let tempoSlack = 0.02
    /// Hops of a cell: 0.37 s, what ten seconds drift to either side when the tempo is two per cent off.
    let delayHops = 32
    /// Votes and surprise of a cell with its neighbours that suggest anything, and cells that do. Two peaks that happen
    /// to meet may be in several pairs: the best cells of strangers surprise by five to nine decades, those of copies of
    /// which a seventh of the peaks is left by twenty and more.
    let votesLeast = 5
    let decadesLeast = 10.0
    let suggestionsMax = 6
    /// Ceilings for clips that last for hours: cells, and pairs compared, of which one in `sharing` lies as high and as
    /// long.
    let cellsMax = 1 << 24
    let meetingsMax = 1 << 20
    let sharing = 128
    /// Pairs of the reference that are as high and as long as one of the query's, beyond which it is passed over: this
    /// share of all, thirty times what is usual, and never fewer than the least.
    let crowdShare = 16
    let crowdLeast = 256
}
