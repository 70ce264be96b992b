import CKernels

/// One line, looked at more closely than the histogram of all delays can afford.
///
/// Peaks of one sound that were found twice lie within a hop and a quarter of a band of each other; the vote over all
/// delays, in bins of two hops, counts what is a whole band and three hops off as well. Where a line is already known,
/// its few hundred hops of delay are counted hop by hop, each pair by how near its bands are, and judged as there:
/// against the votes around them, with as much spread as those show.
struct SoundCloseUp {
    private let query: SoundPrint
    private let reference: SoundPrint
    private let votesMax: Int

    /// - Parameter votesMax: votes of one line; beyond, where peaks lie closer than a fingerprinter puts them, the first
    ///   speak for all.
    init(query: SoundPrint, reference: SoundPrint, votesMax: Int = AlignerParameters.current.soundLineVotesMax) {
        self.query = query
        self.reference = reference
        self.votesMax = votesMax
    }

    /// By how much the votes on a line surprise, decades, before the price of the search.
    ///
    /// - Parameters:
    ///   - offset: reference hop minus tempo × query hop.
    ///   - peaks: those of the query that vote.
    func decades(tempo: Double, pitch: Int, offset: Double, peaks: Range<Int>) -> Double {
        let votes = votes(tempo: tempo, pitch: pitch, offset: offset, peaks: peaks)
        let smooth = (0..<votes.count).map { bin -> Double in
            var sum = 0
            for (step, weight) in Self.kernel.enumerated() {
                let at = bin + step - Self.kernel.count / 2
                if votes.indices.contains(at) { sum += weight * Int(votes[at]) }
            }
            return Double(sum) / Self.unit
        }
        let means = Self.around(smooth, reach: Self.nearReach)
        let squares = zip(smooth, means).map { ($0 - $1) * ($0 - $1) }
        let line = Self.reach
        var best = 0.0
        for bin in line - Self.slack...line + Self.slack {
            let mean = max(0.5, means[bin])
            // Votes that come in bunches are fewer than they seem.
            let bunch = max(1, Self.around(squares, at: bin, reach: Self.farReach) / mean)
            best = max(best, poissonSurprise(smooth[bin] / bunch, mean: mean / bunch))
        }
        return best
    }

    /// Weights of pairs whose bands differ by 0, ±1 … ±4 quarters, and of the hops beside a bin.
    private static let bandWeights: [UInt32] = [30, 24, 14, 5, 1]
    private static let kernel = [1, 2, 3, 2, 1]
    /// What one pair adds to its own bin when it meets exactly.
    private static let unit = 90.0
    /// As far as means, and how the means around vary, are looked at, hops; what lies this near is the summit itself.
    private static let nearReach = 60
    private static let farReach = 240
    private static let ownReach = 6
    /// How far the fit may be off, hops.
    private static let slack = 2
    private static let reach = nearReach + farReach + slack + kernel.count

    /// One bin a hop, `reach` to both sides of the line.
    private func votes(tempo: Double, pitch: Int, offset: Double, peaks: Range<Int>) -> [UInt32] {
        let reach = Double(Self.reach), bandReach = Self.bandWeights.count - 1
        var votes = [UInt32](repeating: 0, count: 2 * Self.reach + 1)
        var cursors = reference.starts, left = votesMax
        for peak in peaks where left > 0 {
            let place = tempo * Double(query.hops[peak]) + offset
            let wanted = Int(query.bands[peak]) - pitch
            for off in -bandReach...bandReach {
                let band = wanted + off
                guard (0..<Int(moire_delay_bands)).contains(band) else { continue }
                let end = Int(reference.starts[band + 1])
                var at = Int(cursors[band])
                while at < end, Double(reference.hopsByBand[at]) < place - reach { at += 1 }
                cursors[band] = UInt32(at)
                while at < end, left > 0, Double(reference.hopsByBand[at]) <= place + reach {
                    let bin = Int((Double(reference.hopsByBand[at]) - place).rounded()) + Self.reach
                    votes[bin] += Self.bandWeights[abs(off)]
                    left -= 1
                    at += 1
                }
            }
        }
        return votes
    }

    /// Each bin's mean of those around it, itself left out.
    private static func around(_ values: [Double], reach: Int) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return (0..<values.count).map { bin in
            let low = max(0, bin - reach), high = min(values.count, bin + reach + 1)
            let own = max(0, bin - ownReach), ownEnd = min(values.count, bin + ownReach + 1)
            let sum = sums[high] - sums[low] - (sums[ownEnd] - sums[own])
            return sum / Double(max(1, high - low - (ownEnd - own)))
        }
    }

    private static func around(_ values: [Double], at bin: Int, reach: Int) -> Double {
        let low = max(0, bin - reach), high = min(values.count, bin + reach + 1)
        let own = max(0, bin - ownReach), ownEnd = min(values.count, bin + ownReach + 1)
        let sum = values[low..<high].reduce(0, +) - values[own..<ownEnd].reduce(0, +)
        return sum / Double(max(1, high - low - (ownEnd - own)))
    }
}
