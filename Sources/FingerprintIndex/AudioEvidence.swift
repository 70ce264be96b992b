import Fingerprints

/// What the sounds of two clips say about each other.
///
/// Landmarks with equal hashes vote for a line. A line is then judged moment by moment: in each quarter of
/// a second of the query, how many landmarks agree, against how many would by chance, given how often these
/// hashes occur in the two clips. A hum, a loop or a metronome agrees everywhere, is expected to, and so
/// says little; one loud instant with many hashes is one moment.
struct AudioEvidence {
    private let query: Prepared
    private let reference: Prepared
    private let parameters: AlignerParameters
    /// Pairs of landmarks with equal hashes, in the query's order.
    let hits: [Hit]
    /// Landmarks that could have agreed with a chance worth counting: hop and expected accidents at any
    /// one offset; ascending by hop.
    private let expected: [(hop: Double, accidents: Double)]

    struct Hit {
        var query: Double
        var reference: Double
        /// Chance that this hash agrees by accident at one offset.
        var accidents: Double
    }

    struct Path {
        var line: Line
        var queryStart: Double
        var queryEnd: Double
        /// Decades, before the price of the search.
        var decades: Double
        /// Moments that agree.
        var moments: Int
        /// Landmarks that agree.
        var landmarks: Int
        /// Agreeing landmarks: query and reference seconds.
        var pairs: [(query: Double, reference: Double)]
    }

    init(query: Prepared, reference: Prepared, parameters: AlignerParameters = .v1) {
        self.query = query
        self.reference = reference
        self.parameters = parameters
        let a = query.landmarks, b = reference.landmarks
        var runs: [(query: Range<Int>, reference: Range<Int>)] = []
        var i = 0, j = 0
        while i < a.count {
            let hash = a[i].hash
            var iEnd = i
            while iEnd < a.count, a[iEnd].hash == hash { iEnd += 1 }
            while j < b.count, b[j].hash < hash { j += 1 }
            var jEnd = j
            while jEnd < b.count, b[jEnd].hash == hash { jEnd += 1 }
            if jEnd > j { runs.append((i..<iEnd, j..<jEnd)) }
            i = iEnd
            j = jEnd
        }
        var common = parameters.commonProduct
        func total() -> Int {
            runs.reduce(0) {
                $0 + ($1.query.count * $1.reference.count <= common ? $1.query.count * $1.reference.count : 0)
            }
        }
        while common > 1, total() > parameters.hitsMax { common /= 2 }

        let width = 2 * parameters.toleranceHops + 1
        var hits: [Hit] = [], expected: [(hop: Double, accidents: Double)] = []
        for run in runs where run.query.count * run.reference.count <= common {
            // Rarity in the clip where it is more common: the same from either side.
            let rate = max(Double(run.query.count) / query.hopSpan, Double(run.reference.count) / reference.hopSpan)
            let accidents = min(0.9, width * rate)
            for left in a[run.query] {
                expected.append((Double(left.hop), accidents))
                for right in b[run.reference] {
                    hits.append(Hit(query: Double(left.hop), reference: Double(right.hop), accidents: accidents))
                }
            }
        }
        self.hits = hits.sorted { ($0.query, $0.reference) < ($1.query, $1.reference) }
        self.expected = expected.sorted { ($0.hop, $0.accidents) < ($1.hop, $1.accidents) }
    }

    var isEmpty: Bool { query.landmarks.isEmpty || reference.landmarks.isEmpty }

    // MARK: Votes

    /// The lines most rare landmarks fall on, best first. In seconds.
    func lines() -> [(line: Line, votes: Double)] {
        guard let last = hits.map(\.query).max(), let lastReference = hits.map(\.reference).max() else { return [] }
        let weights = hits.map { max(0.05, -log10Of($0.accidents)) }
        let slowest = parameters.tempos.max() ?? 1
        var sums = [Double](repeating: 0, count: Int(slowest * last + lastReference) + 4)
        var bins = [Int](repeating: 0, count: hits.count)
        var peaks: [(line: Line, votes: Double)] = []
        var floor = 0.0
        for tempo in parameters.tempos {
            let lowest = -tempo * last
            for index in hits.indices {
                bins[index] = Int(hits[index].reference - tempo * hits[index].query - lowest + 1.5)
                sums[bins[index]] += weights[index]
            }
            for bin in bins where sums[bin] >= sums[bin - 1] && sums[bin] > sums[bin + 1] {
                let sum = sums[bin - 1] + sums[bin] + sums[bin + 1]
                guard sum > floor else { continue }
                let line = Line(speed: tempo, offset: (lowest + Double(bin - 1)) * query.hopSeconds, mirrored: false)
                // A line whose votes together would not pay for the search cannot become a match.
                let wide = sum + (bin > 1 ? sums[bin - 2] : 0) + (bin + 2 < sums.count ? sums[bin + 2] : 0)
                guard wide > searchCost(line) else { continue }
                if peaks.contains(where: { $0.line == line }) { continue }
                peaks.append((line, sum))
                if peaks.count >= 2 * parameters.tempoPeaksMax {
                    peaks.sort(by: Self.precedes)
                    peaks.removeLast(peaks.count - parameters.tempoPeaksMax)
                    floor = peaks.last?.votes ?? 0
                }
            }
            for bin in bins { sums[bin] = 0 }
        }
        peaks.sort(by: Self.precedes)
        let middle = last * query.hopSeconds / 2
        var kept: [(line: Line, votes: Double)] = []
        for peak in peaks where kept.count < parameters.tempoLinesMax {
            let place = peak.line.reference(at: middle)
            if kept.allSatisfy({ abs($0.line.reference(at: middle) - place) > parameters.sameLineSeconds }) {
                kept.append(peak)
            }
        }
        return kept
    }

    /// More votes first; of equals the straighter speed, then the earlier place.
    private static func precedes(_ a: (line: Line, votes: Double), _ b: (line: Line, votes: Double)) -> Bool {
        if a.votes != b.votes { return a.votes > b.votes }
        let (x, y) = (abs(a.line.speed - 1), abs(b.line.speed - 1))
        return x != y ? x < y : a.line.offset < b.line.offset
    }

    // MARK: Judging one line

    /// The stretch of a line that agrees most.
    func path(on line: Line) -> Path? {
        let hop = query.hopSeconds
        let offset = line.offset / hop
        let cellHops = parameters.cellSeconds / hop
        guard let firstHop = expected.first?.hop, let lastHop = expected.last?.hop else { return nil }
        let cellCount = Int((lastHop - firstHop) / cellHops) + 1
        var chance = [Double](repeating: 0, count: cellCount)
        for item in expected {
            let place = line.speed * item.hop + offset
            guard place >= -parameters.toleranceHops else { continue }
            chance[Int((item.hop - firstHop) / cellHops)] += item.accidents
        }
        var agreeing = [Int](repeating: 0, count: cellCount)
        var on: [Hit] = []
        var previous: Hit?
        for hit in hits where abs(hit.reference - line.speed * hit.query - offset) <= parameters.toleranceHops {
            // A query landmark that meets two of the reference's agrees once.
            if let previous, previous.query == hit.query, previous.accidents == hit.accidents { continue }
            previous = hit
            on.append(hit)
            agreeing[Int((hit.query - firstHop) / cellHops)] += 1
        }
        guard !on.isEmpty else { return nil }
        let share = parameters.agreeingShare
        let values = (0..<cellCount).map { cell -> Double in
            if agreeing[cell] == 0 { return log10Of(1 - share) + 0.43 * min(2, chance[cell]) }
            return min(parameters.cellDecadesMax, poissonSurprise(agreeing[cell], mean: chance[cell])) + log10Of(share)
        }
        var best = 0.0, range = 0..<0, sum = 0.0, from = 0, silent = 0
        for cell in 0..<cellCount {
            silent = agreeing[cell] == 0 ? silent + 1 : 0
            if sum <= 0 || silent >= parameters.gapCells { (sum, from) = (0, cell) }
            sum += min(values[cell], agreeing[cell] == 0 ? 0 : parameters.cellDecadesMax)
            if sum > best { (best, range) = (sum, from..<cell + 1) }
        }
        let inside = on.filter { range.contains(Int(($0.query - firstHop) / cellHops)) }
        guard let first = inside.first, let last = inside.last else { return nil }
        let pairs = inside.map { (query: $0.query * hop, reference: $0.reference * hop) }
        return Path(
            line: line, queryStart: first.query * hop, queryEnd: last.query * hop, decades: best,
            moments: range.count { agreeing[$0] > 0 }, landmarks: inside.count, pairs: pairs)
    }

    /// The line through the agreeing landmarks.
    func refined(_ path: Path) -> Line {
        var fit = LineFit()
        for pair in path.pairs { fit.add(pair.query, pair.reference, weight: 1) }
        var line = path.line
        if fit.spread >= 0.75, fit.weight >= 6, let (slope, intercept) = fit.solution,
            abs(slope / line.speed - 1) < 0.03
        {
            // A landmark is placed to about a hop; over the fit's spread that is the slope's error.
            if abs(slope - 1) > 1.5 * query.hopSeconds / fit.spread / fit.weight.squareRoot() || line.speed != 1 {
                line.speed = slope
                line.offset = intercept
                return line
            }
        }
        if let intercept = fit.intercept(slope: line.speed) { line.offset = intercept }
        return line
    }

    /// What it costs to have looked everywhere, decades.
    func searchCost(_ line: Line) -> Double {
        log10Of(1 + (query.hopSpan + reference.hopSpan) / parameters.toleranceHops)
            + (abs(line.speed - 1) > 0.004 ? log10Of(Double(parameters.tempos.count)) : 0)
    }

    /// The best agreement within the sync tolerance of a line that pictures suggest, with the cost of
    /// having tried a few hops.
    func near(_ line: Line) -> Path? {
        let hop = query.hopSeconds
        let reach = Int(parameters.syncSeconds / hop)
        var sums = [Double](repeating: 0, count: 2 * reach + 1)
        for hit in hits {
            let off = hit.reference - line.speed * hit.query - line.offset / hop
            let place = Int((off + Double(reach) + 0.5).rounded(.down))
            if sums.indices.contains(place) { sums[place] += max(0.05, -log10Of(hit.accidents)) }
        }
        guard let top = sums.indices.max(by: { (sums[$0], -abs($0 - reach)) < (sums[$1], -abs($1 - reach)) }),
            sums[top] > 0
        else { return nil }
        var shifted = line
        shifted.offset += Double(top - reach) * hop
        guard var path = path(on: shifted) else { return nil }
        path.decades -= log10Of(Double(2 * reach + 1) / parameters.toleranceHops)
        return path
    }
}
