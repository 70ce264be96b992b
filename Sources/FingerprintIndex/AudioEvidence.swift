import Fingerprints

/// What the sounds of two clips say about each other.
///
/// Peaks that meet vote for delays (`SoundDelays`), under every hypothesis of what was done to speed and pitch. The
/// best lines are fitted to the peaks that meet on them, looked at closely (`SoundCloseUp`), and judged moment by
/// moment: in each quarter of a second of the query, how much meets on the line, against how much meets beside it. A
/// drone meets itself beside the line as well and says little; one loud instant with many peaks is one moment.
struct AudioEvidence {
    private let query: SoundPrint
    private let reference: SoundPrint
    private let parameters: AlignerParameters
    private let delays: SoundDelays
    private let closeUp: SoundCloseUp
    private let hopSeconds = AudioFingerprint.hopSeconds

    /// Two peaks on one line.
    struct Meeting {
        /// Hops.
        var query: Double
        var reference: Double
        /// Quarters of a band.
        var queryBand: Int
        var referenceBand: Int
        /// How well they meet, 0...1.
        var weight: Double
    }

    struct Path {
        var line: Line
        /// By how much the query is higher, quarters of a band.
        var pitch: Double
        var queryStart: Double
        var queryEnd: Double
        /// Decades, before the price of the search.
        var decades: Double
        /// Decades that the search for it costs.
        var cost: Double
        /// Moments that agree.
        var moments: Int
        /// Peaks that meet, in the query's order.
        var meetings: [Meeting]
    }

    init(query: Prepared, reference: Prepared, parameters: AlignerParameters = .current) {
        self.query = query.sound
        self.reference = reference.sound
        self.parameters = parameters
        delays = SoundDelays(query: query.sound, reference: reference.sound, parameters: parameters)
        closeUp = SoundCloseUp(query: query.sound, reference: reference.sound)
    }

    var isEmpty: Bool { query.isEmpty || reference.isEmpty }

    // MARK: Lines

    /// The stretches that sound alike, most evidence first. Whatever explains most of the query as it is makes it
    /// needless to ask whether its speed or pitch was changed, and if one of them was, whether both were.
    func paths() -> [Path] {
        guard !isEmpty else { return [] }
        var summits = summits(of: [.asItIs])
        var found = paths(from: summits)
        if found.contains(where: explains) { return found }
        summits += self.summits(of: SoundHypothesis.all.filter { $0 != .asItIs })
        found = paths(from: summits)
        if found.contains(where: explains) { return found }
        let apart = self.summits(of: SoundPlane(query: query, reference: reference).suggested())
        return apart.isEmpty ? found : paths(from: summits + apart)
    }

    private func explains(_ path: Path) -> Bool {
        (path.queryEnd - path.queryStart) / hopSeconds >= parameters.soundExplainedShare * Double(query.span)
            && path.decades - path.cost >= parameters.soundExplainedDecades
    }

    private typealias PricedSummit = (summit: SoundDelays.Summit, net: Double)

    /// What stands out under some hypotheses by more than it costs to ask.
    private func summits(of hypotheses: [SoundHypothesis]) -> [PricedSummit] {
        hypotheses.flatMap { hypothesis in
            let price = cost(hypothesis)
            return delays.summits(hypothesis).filter { $0.decades > price }.map { ($0, $0.decades - price) }
        }
    }

    private func paths(from unordered: [PricedSummit]) -> [Path] {
        let summits = unordered.sorted { a, b in
            if a.net != b.net { return a.net > b.net }
            if a.summit.offset != b.summit.offset { return a.summit.offset < b.summit.offset }
            return (a.summit.hypothesis.tempo, a.summit.hypothesis.pitch)
                < (b.summit.hypothesis.tempo, b.summit.hypothesis.pitch)
        }
        let middle = Double(query.hops[query.count / 2])
        var kept: [SoundDelays.Summit] = []
        for (summit, _) in summits where kept.count < parameters.soundLinesMax {
            let place = summit.hypothesis.tempo * middle + summit.offset
            let isNew = kept.allSatisfy {
                abs($0.hypothesis.tempo * middle + $0.offset - place) > parameters.sameLineSeconds / hopSeconds
            }
            if isNew { kept.append(summit) }
        }
        return kept.compactMap { path(from: $0, cost: cost($0.hypothesis)) }
    }

    /// The best agreement within the sync tolerance of a line that pictures suggest, at its speed with the pitch left
    /// alone or changed with it.
    func near(_ line: Line) -> Path? {
        guard !isEmpty else { return nil }
        let reach = parameters.syncSeconds / hopSeconds
        var asked = [SoundHypothesis(tempo: line.speed, pitch: 0)]
        let turned = Int((SoundHypothesis.octave * log2Of(line.speed)).rounded())
        if turned != 0 { asked.append(SoundHypothesis(tempo: line.speed, pitch: turned)) }
        let best = asked.compactMap { delays.decades($0, offset: line.offset / hopSeconds, reach: reach) }
            .max { $0.decades < $1.decades }
        return best.flatMap {
            path(from: $0, cost: log10Of(2 * reach / parameters.soundSummitHops * Double(asked.count)))
        }
    }

    /// What it costs to have looked at every delay, and under every hypothesis, decades. The sound as it is comes
    /// first: half of all belief is its, the lines have another, and all the rest of the plane half as much as they.
    private func cost(_ hypothesis: SoundHypothesis) -> Double {
        let delays = log10Of(1 + Double(query.span + reference.span) / parameters.soundSummitHops)
        if hypothesis == .asItIs { return delays }
        // Each suggestion is asked with its two neighbours.
        let equals = hypothesis.isApart ? 2 * 3 * SoundHypothesis.apart.count : SoundHypothesis.all.count
        // Between two tempos the fit is free to choose the slope, and as many slopes differ as the clip's ends tell.
        let slopes = hypothesis.tempo == 1 ? 0 : SoundHypothesis.tempoStep * Double(query.span)
        return delays + log10Of(Double(2 * equals) * (1 + slopes / parameters.soundSummitHops))
    }

    // MARK: Judging one line

    /// The stretch of a summit's line that agrees most, on the line fitted to it.
    private func path(from summit: SoundDelays.Summit, cost: Double) -> Path? {
        let tempo = summit.hypothesis.tempo
        let coarse = Line(speed: tempo, offset: summit.offset * hopSeconds, mirrored: false)
        let wide = tempo == 1 ? parameters.soundMeetHops : parameters.soundSearchHops
        guard var first = stretch(on: coarse, pitch: Double(summit.hypothesis.pitch), reach: wide) else { return nil }
        let line = fitted(first, from: coarse), pitch = meanPitch(first.meetings)
        var afar = summit.decades
        if let better = stretch(on: line, pitch: pitch, reach: parameters.soundMeetHops),
            better.bound >= 0.8 * first.bound
        {
            first = better
            if line.speed != tempo {
                // Off the grid of hypotheses the votes gather more closely.
                let exact = SoundHypothesis(tempo: line.speed, pitch: Int(pitch.rounded()))
                let again = delays.decades(exact, offset: line.offset / hopSeconds, reach: parameters.soundSearchHops)
                afar = max(afar, again?.decades ?? 0)
            }
        }
        let near = closeUp.decades(
            tempo: first.line.speed, pitch: Int(first.pitch.rounded()), offset: first.line.offset / hopSeconds,
            peaks: summit.peaks)
        // What stands out must do so from both distances: a loop has sharp summits, too, and many of them.
        let decades = min(near, afar + parameters.soundCloserDecades)
        guard let start = first.meetings.first, let end = first.meetings.last else { return nil }
        return Path(
            line: first.line, pitch: first.pitch, queryStart: start.query * hopSeconds,
            queryEnd: end.query * hopSeconds, decades: min(decades, first.bound), cost: cost, moments: first.moments,
            meetings: first.meetings)
    }

    private struct Stretch {
        var line: Line
        var pitch: Double
        /// The most that its moments can say, decades.
        var bound: Double
        var moments: Int
        var meetings: [Meeting]
    }

    /// Of all moments along a line the run that speaks for it most.
    private func stretch(on line: Line, pitch: Double, reach: Double) -> Stretch? {
        guard let firstHop = query.hops.first, let lastHop = query.hops.last else { return nil }
        let cellHops = parameters.cellSeconds / hopSeconds
        func cell(_ hop: Int32) -> Int { Int(Double(hop - firstHop) / cellHops) }
        let cells = cell(lastHop) + 1
        var meetings: [Meeting] = []
        var heard = [Double](repeating: 0, count: cells), beside = heard, peaks = heard
        let shift = Int(pitch.rounded()), offset = line.offset / hopSeconds
        let limits = 0.0...Double(reference.hops.last ?? 0)
        var cursor = 0, cursorsAside = parameters.soundBesideHops.map { _ in 0 }
        for (hop, band) in zip(query.hops, query.bands) {
            let place = line.speed * Double(hop) + offset
            guard limits.contains(place) else { continue }
            let wanted = Int(band) - shift, at = cell(hop)
            peaks[at] += 1
            if let met = reference.meeting(hop: place, band: wanted, reach: reach, from: &cursor) {
                heard[at] += met.weight
                meetings.append(
                    Meeting(
                        query: Double(hop), reference: Double(met.hop), queryBand: Int(band),
                        referenceBand: met.band, weight: met.weight))
            }
            for (index, aside) in parameters.soundBesideHops.enumerated() {
                let met = reference.meeting(
                    hop: place + aside, band: wanted, reach: reach, from: &cursorsAside[index])
                beside[at] += met?.weight ?? 0
            }
        }
        guard !meetings.isEmpty else { return nil }
        let total = peaks.reduce(0, +)
        let besides = Double(parameters.soundBesideHops.count)
        let everywhere = max(0.02, beside.reduce(0, +) / besides / total)
        // What is expected in a moment: what lies beside it, steadied by what lies beside all of them.
        let expected = (0..<cells).map { cell in
            peaks[cell] == 0 ? 0 : max(0.1, (beside[cell] / besides + 4 * everywhere) * peaks[cell] / (peaks[cell] + 4))
        }
        let share = max(
            parameters.soundShareLeast, (heard.reduce(0, +) - expected.reduce(0, +)) / total)
        let values = (0..<cells).map { cell -> Double in
            guard peaks[cell] > 0 else { return 0 }
            let copied = expected[cell] + share * peaks[cell]
            return heard[cell] * log10Of(copied / expected[cell]) - (copied - expected[cell]) * log10Of(2.718_281_828)
        }
        var best = 0.0, range = 0..<0, sum = 0.0, from = 0, silent = 0
        for cell in 0..<cells {
            silent = heard[cell] > expected[cell] ? 0 : silent + 1
            if sum <= 0 || silent >= parameters.gapCells { (sum, from) = (0, cell) }
            sum += min(values[cell], parameters.cellDecadesMax)
            if sum > best { (best, range) = (sum, from..<cell + 1) }
        }
        let inside = meetings.filter { range.contains(cell(Int32($0.query))) }
        guard !inside.isEmpty else { return nil }
        let bound = range.reduce(0.0) { sum, cell in
            let (k, mean) = (heard[cell], expected[cell])
            guard k > mean, mean > 0 else { return sum }
            return sum + min(parameters.cellDecadesMax, k * log10Of(k / mean) - (k - mean) * log10Of(2.718_281_828))
        }
        return Stretch(
            line: line, pitch: pitch, bound: bound, moments: range.count { heard[$0] > expected[$0] + 0.5 },
            meetings: inside)
    }

    /// The line through the peaks that meet.
    private func fitted(_ stretch: Stretch, from line: Line) -> Line {
        var fit = LineFit()
        for meeting in stretch.meetings {
            fit.add(meeting.query * hopSeconds, meeting.reference * hopSeconds, weight: meeting.weight)
        }
        var line = line
        if fit.spread >= 0.75, fit.weight >= 6, let (slope, intercept) = fit.solution,
            abs(slope / line.speed - 1) < 0.03,
            // A peak is placed to about a hop; over the fit's spread that is the slope's error.
            line.speed != 1 || abs(slope - 1) > 3 * hopSeconds / fit.spread / fit.weight.squareRoot()
        {
            line.speed = slope
            line.offset = intercept
        } else if let intercept = fit.intercept(slope: line.speed) {
            line.offset = intercept
        }
        return line
    }

    private func meanPitch(_ meetings: [Meeting]) -> Double {
        let weight = meetings.reduce(0) { $0 + $1.weight }
        return meetings.reduce(0) { $0 + $1.weight * Double($1.queryBand - $1.referenceBand) } / max(weight, 1e-9)
    }
}
