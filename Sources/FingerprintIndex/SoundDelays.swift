import CKernels

/// Where two constellations meet more often than chance allows.
///
/// For one hypothesis, every peak of the query votes for all delays at which it would meet a peak of the
/// reference. Delays without meaning get votes, too: a rhythm, a drone and a loop agree everywhere, more or less. So a
/// delay is judged against those around it: its votes, against their mean, with as much spread as they show.
struct SoundDelays {
    private let query: SoundPrint
    private let reference: SoundPrint
    private let parameters: AlignerParameters
    /// Pieces of the query, as ranges of its peaks, `blockHops` long; two neighbours are a window.
    private let blocks: [Range<Int>]

    struct Summit {
        var hypothesis: SoundHypothesis
        /// Reference hop minus tempo × query hop.
        var offset: Double
        /// Decades by which the votes surprise, before the price of the search.
        var decades: Double
        /// The query's peaks that voted.
        var peaks: Range<Int>
    }

    init(query: SoundPrint, reference: SoundPrint, parameters: AlignerParameters = .current) {
        self.query = query
        self.reference = reference
        self.parameters = parameters
        var blocks: [Range<Int>] = []
        if query.span <= parameters.soundWholeHops {
            blocks = [0..<query.count]
        } else if let first = query.hops.first {
            var from = 0
            while from < query.count {
                let number = (Int(query.hops[from]) - Int(first)) / parameters.soundBlockHops
                let end = Int(first) + (number + 1) * parameters.soundBlockHops
                var to = from
                while to < query.count, Int(query.hops[to]) < end { to += 1 }
                blocks.append(from..<to)
                from = to
            }
        }
        self.blocks = blocks
    }

    /// Every summit under one hypothesis: of each window, and of the query as a whole.
    func summits(_ hypothesis: SoundHypothesis) -> [Summit] {
        guard !query.isEmpty, !reference.isEmpty else { return [] }
        var tally = Tally(query: query, reference: reference, hypothesis: hypothesis, parameters: parameters)
        var found: [Summit] = []
        if blocks.count < 3 {
            for block in blocks { tally.vote(block) }
            return tally.summits(0..<tally.bins, of: 0..<query.count)
        }
        let windows = windows(of: hypothesis)
        var whole = tally
        for window in windows {
            let peaks = blocks[window.lowerBound].lowerBound..<blocks[window.upperBound - 1].upperBound
            let bins = tally.bins(peaks)
            for block in blocks[window] { tally.vote(block) }
            found += tally.summits(bins, of: peaks)
            // Windows overlap by half: every other one makes the whole.
            if window.lowerBound % 2 == 0 { whole.add(tally, bins) }
            tally.clear(bins)
        }
        // Of one window that is all two long clips can afford, the whole says nothing more.
        return windows.count == 1 ? found : found + whole.summits(0..<whole.bins, of: 0..<query.count)
    }

    /// How much the votes within `reach` hops of one delay surprise; 0 when nothing stands out.
    func decades(_ hypothesis: SoundHypothesis, offset: Double, reach: Double) -> Summit? {
        summits(hypothesis).filter { abs($0.offset - offset) <= reach }.max { $0.decades < $1.decades }
    }

    /// Which pairs of neighbouring blocks are asked: all of them as the sound is; a few spread over it for each
    /// of the other hypotheses, since whoever changes the speed changes it throughout. Fewer, too, where both
    /// clips last for hours.
    private func windows(of hypothesis: SoundHypothesis) -> [Range<Int>] {
        let all = max(1, blocks.count - 1)
        let hops = Int(hypothesis.tempo * Double(2 * parameters.soundBlockHops)) + reference.span
        let bins = hops / Int(moire_delay_hops) + 2 * Tally.surroundings
        let votesOfWindow = max(1, 2 * query.count / max(1, blocks.count) * reference.count / 40)
        let affordable = min(parameters.soundBinsMax / bins, parameters.soundVotesMax / votesOfWindow)
        var wanted = hypothesis == .asItIs ? affordable : min(affordable / 32, parameters.soundWindowsChanged)
        wanted = max(1, min(wanted, all))
        guard wanted > 1 else {
            let middle = all / 2
            return [middle..<min(middle + 2, blocks.count)]
        }
        return (0..<wanted).map { number in
            let at = number * (all - 1) / (wanted - 1)
            return at..<min(at + 2, blocks.count)
        }
    }
}

/// The histogram of delays of one hypothesis.
private struct Tally {
    private let query: SoundPrint
    private let reference: SoundPrint
    private let hypothesis: SoundHypothesis
    private let parameters: AlignerParameters
    /// The query's hops at the reference's tempo, so that no delay is negative.
    private let times: [Int32]
    private let base: Int
    let bins: Int
    private var histogram: [UInt32]

    init(query: SoundPrint, reference: SoundPrint, hypothesis: SoundHypothesis, parameters: AlignerParameters) {
        self.query = query
        self.reference = reference
        self.hypothesis = hypothesis
        self.parameters = parameters
        let last = hypothesis.tempo * Double(query.hops.last ?? 0)
        let base = Int(last.rounded(.up)) + 2
        self.base = base
        times = query.hops.map { Int32((hypothesis.tempo * Double($0)).rounded()) - Int32(base) }
        bins = (base + Int(reference.hops.last ?? 0)) / Int(moire_delay_hops) + 2
        histogram = [UInt32](repeating: 0, count: bins)
    }

    /// As far as the kernel looks around a bin: 30 for its mean, 120 more for how the means around it vary.
    static let surroundings = 160

    /// The bins that peaks of the query can vote for, with their surroundings: beyond, nothing changes a verdict.
    func bins(_ peaks: Range<Int>) -> Range<Int> {
        guard let first = reference.hops.first, let last = reference.hops.last, !peaks.isEmpty else { return 0..<0 }
        let low = Int(first - times[peaks.upperBound - 1]) / Int(moire_delay_hops) - Self.surroundings
        let high = Int(last - times[peaks.lowerBound]) / Int(moire_delay_hops) + 1 + Self.surroundings
        return max(0, low)..<min(bins, high)
    }

    mutating func clear(_ bins: Range<Int>) { for bin in bins { histogram[bin] = 0 } }

    mutating func add(_ other: Tally, _ bins: Range<Int>) {
        for bin in bins { histogram[bin] &+= other.histogram[bin] }
    }

    mutating func vote(_ block: Range<Int>) {
        guard !block.isEmpty else { return }
        unsafe times.withUnsafeBufferPointer { times in
            unsafe query.bands.withUnsafeBufferPointer { bands in
                // The block is not empty and lies within both; `starts` was built for the kernel's bands.
                unsafe moire_delay_votes(
                    times.baseAddress! + block.lowerBound, bands.baseAddress! + block.lowerBound, block.count,
                    -Int32(hypothesis.pitch), reference.hopsByBand, reference.starts, &histogram, bins)
            }
        }
    }

    /// - Parameter peaks: the query's that voted.
    func summits(_ bins: Range<Int>, of peaks: Range<Int>) -> [SoundDelays.Summit] {
        let capacity = parameters.soundSummitsMax
        let votes = Array(histogram[bins])
        var sixths = [UInt32](repeating: 0, count: bins.count), before = [UInt32](repeating: 0, count: bins.count + 1)
        guard
            unsafe moire_delay_stands_out(
                votes, votes.count, Float(parameters.soundSummitLeast), &sixths, &before) != 0
        else { return [] }
        var smooth = [Float](repeating: 0, count: bins.count),
            sums = [Double](repeating: 0, count: 2 * (bins.count + 1))
        var least = Float(parameters.soundSummitLeast)
        var found = [moire_delay_summit](repeating: moire_delay_summit(), count: capacity)
        var count = unsafe moire_delay_summits(votes, votes.count, least, &smooth, &sums, &found, capacity)
        // A sound that has more is asked for its higher ones.
        while count > capacity {
            least *= 1.25
            count = unsafe moire_delay_summits(votes, votes.count, least, &smooth, &sums, &found, capacity)
        }
        return found[..<count].map { summit in
            let mean = max(0.5, Double(summit.mean))
            // Votes that come in bunches are fewer than they seem.
            let bunch = max(1, Double(summit.variance) / mean)
            return SoundDelays.Summit(
                hypothesis: hypothesis,
                offset: Double((bins.lowerBound + Int(summit.bin)) * Int(moire_delay_hops) - base) + 0.5,
                decades: poissonSurprise(Double(summit.votes) / bunch, mean: mean / bunch), peaks: peaks)
        }
    }
}
