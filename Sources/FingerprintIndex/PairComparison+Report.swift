import Fingerprints
import Frames

/// What is said of a pair.
extension PairComparison {
    /// - Parameter turned: of the same pair, asked for where the picture as it is explains nothing.
    func report(
        _ upright: Upright, turned: () -> PairComparison?, names: Aligner.Names, minimumScore: Double
    ) -> PairReport {
        guard !upright.found.showsPicture, let turned = turned() else {
            return report(upright.found, names: names, minimumScore: minimumScore)
        }
        return turned.report(turned.findings(upright.sounds), names: names, minimumScore: minimumScore)
    }

    private func report(_ found: Findings, names: Aligner.Names, minimumScore: Double) -> PairReport {
        var report = PairReport(
            gate: found.gate, explanation: found.explanation, matches: [], nearest: nil,
            queryFrames: query.codes.count, referenceFrames: reference.codes.count, queryPeaks: query.sound.count,
            referencePeaks: reference.sound.count, closestFrames: found.closest?.pair.distance,
            closestPair: found.closest, method: parameters.version)
        var candidates = found.candidates
        guard let best = candidates.first else { return report }
        report.nearest = alignment(best, minimumScore: minimumScore)
        let score = Calibration.score(decades: best.decades)
        guard score >= minimumScore, score > 0 else {
            if let other = candidates.first(where: { isOtherTake($0, minimumScore: minimumScore) }) {
                report.gate = .otherTake
                report.explanation =
                    "The pictures agree, but not what moves in them: \(other.movement.map(disagreement) ?? ""). So it is "
                    + "likely another take of the same scene, and its evidence scores \(fixed(score, 3)); a match needs "
                    + "\(fixed(minimumScore, 3))."
                return report
            }
            let moments = best.seenMoments + (best.audio?.moments ?? 0)
            report.gate = moments < 2 ? .tooFewMoments : .scoreBelowThreshold
            report.explanation =
                "The best line of time has \(moments == 1 ? "one moment" : "\(moments) moments that agree") and "
                + "\(fixed(max(0, best.decades), 2)) decades of evidence, which score \(fixed(score, 3)); a match needs "
                + "\(fixed(Calibration.decades(score: minimumScore), 2)), which score \(fixed(minimumScore, 3))."
            return report
        }
        report.gate = .matched
        while let next = candidates.first, report.matches.count < parameters.matchesMax {
            let score = Calibration.score(decades: next.decades)
            if score < minimumScore || score <= 0 { break }
            report.matches.append(match(next, names: names))
            // The rest must lie elsewhere in the query.
            candidates.removeAll { other in
                let common = min(other.queryEnd, next.queryEnd) - max(other.queryStart, next.queryStart)
                return common > 0.25 * (other.queryEnd - other.queryStart)
            }
        }
        report.explanation =
            "\(report.matches.count == 1 ? "One stretch" : "\(report.matches.count) stretches") of the same "
            + "content; the best scores \(fixed(score, 3))."
        return report
    }

    /// What was found and what a copy would have.
    private func disagreement(_ verdict: MovementVerdict) -> String {
        if verdict.isRefusedByFrames, let frames = verdict.frames {
            return "from one whole frame to the next the changes correlate by "
                + "\(fixed(max(0, frames.agreement.correlation), 2)), those of a copy like this by at least "
                + fixed(frames.expected, 2)
        }
        return "its best correlation is \(fixed(max(0, verdict.agreement.correlation), 2)), that of a copy like this "
            + "at least \(fixed(verdict.expected, 2))"
    }

    /// Whether it would be reported but for its movement.
    private func isOtherTake(_ candidate: Candidate, minimumScore: Double) -> Bool {
        candidate.seenDecades > candidate.videoDecades
            && Calibration.score(decades: candidate.unweighedDecades) >= minimumScore
    }

    /// The ends of what a match of this line would show.
    private func stretch(of candidate: Candidate) -> (query: TimeSpan, reference: TimeSpan) {
        let start = max(0, candidate.queryStart)
        let end = min(max(query.duration, start), candidate.queryEnd)
        let referenceStart = max(0, candidate.line.reference(at: start))
        let referenceEnd = min(max(reference.duration, referenceStart), candidate.line.reference(at: end))
        return (TimeSpan(start: start, end: end), TimeSpan(start: referenceStart, end: referenceEnd))
    }

    private func alignment(_ candidate: Candidate, minimumScore: Double) -> PairReport.Alignment {
        let (stretch, shown) = stretch(of: candidate)
        var perSecond = [Int](repeating: 0, count: Int(min(86_400, query.duration.rounded(.up))))
        for meeting in candidate.audio?.meetings ?? [] {
            let second = Int(meeting.query * AudioFingerprint.hopSeconds)
            if perSecond.indices.contains(second) { perSecond[second] += 1 }
        }
        return PairReport.Alignment(
            score: Calibration.score(decades: candidate.decades), speed: candidate.line.speed,
            offset: candidate.line.offset, mirrored: candidate.line.mirrored, queryStart: stretch.start,
            queryEnd: stretch.end, referenceStart: shown.start, referenceEnd: shown.end,
            videoDecades: candidate.videoDecades, audioDecades: candidate.audioDecades, searchCost: candidate.cost,
            decades: candidate.decades, decadesNeeded: Calibration.decades(score: minimumScore),
            videoMoments: candidate.seenMoments, audioMoments: candidate.audio?.moments ?? 0,
            framePairs: candidate.video.map { video.pairs(of: $0) } ?? [], peaksPerSecond: perSecond,
            soundPairs: SoundPair.peaks(of: listsPeaks ? candidate.audio?.meetings ?? [] : []),
            pitch: semitones(candidate.audio), placePairs: listsPeaks ? placePairs(candidate) : [],
            transform: listsPeaks ? transform(candidate) : nil,
            movement: candidate.movement.map { rounded($0.movement) })
    }

    private func placePairs(_ candidate: Candidate) -> [PlacePair] {
        guard let path = candidate.local, let asking = query.asking else { return [] }
        let print = path.line.mirrored ? asking.mirrored.print : asking.straight.print
        let view = path.view(query: print, reference: reference.local)
        let step = max(1, (path.frames.count + PlacePair.reportMax - 1) / PlacePair.reportMax)
        return stride(from: 0, to: path.frames.count, by: step).map {
            PlacePair(
                path.frames[$0], of: view, on: candidate.line, query: print, reference: reference.local,
                turn: reference.turn)
        }
    }

    /// Rounded to a cent; 0 without sound.
    private func semitones(_ sound: AudioEvidence.Path?) -> Double {
        let cents = (SoundHypothesis.semitones(sound?.pitch ?? 0) * 100).rounded()
        return cents == 0 ? 0 : cents / 100
    }

    private func match(_ candidate: Candidate, names: Aligner.Names) -> Match {
        let line = candidate.line
        let (stretch, shown) = stretch(of: candidate)
        let score = Calibration.score(decades: candidate.decades)
        let seen = candidate.videoDecades >= parameters.supportDecades
        let heard = candidate.audioDecades >= parameters.supportDecades
        func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? max(0, min(1, part / whole)) : 0 }
        func evidence(
            _ from: Double, _ to: Double, decades: Double, moments: Int, strength: Double, pitch: Double? = nil
        ) -> Match.Evidence {
            Match.Evidence(
                score: Calibration.score(decades: decades - candidate.cost), queryStart: max(0, from), queryEnd: to,
                referenceStart: max(0, line.reference(at: from)), referenceEnd: line.reference(at: to),
                moments: moments, strength: strength, pitch: pitch)
        }
        return Match(
            query: names.query, reference: names.reference, bank: names.bank, score: score,
            modality: seen && heard ? .both : heard ? .audio : .video, queryStart: stretch.start, queryEnd: stretch.end,
            referenceStart: shown.start, referenceEnd: shown.end, speed: line.speed, offset: line.offset,
            mirrored: line.mirrored, queryCoverage: share(stretch.seconds, query.duration),
            referenceCoverage: share(shown.seconds, reference.duration),
            falseMatchRate: Calibration.falseMatchRate(score: score),
            video: candidate.pictureSpan.map {
                evidence(
                    $0.start, $0.end, decades: candidate.videoDecades, moments: candidate.seenMoments,
                    strength: candidate.video?.meanDistance ?? 0)
            },
            audio: candidate.audio.map {
                evidence(
                    $0.queryStart, $0.queryEnd, decades: $0.decades, moments: $0.moments,
                    strength: Double($0.meetings.count) / max(1, $0.queryEnd - $0.queryStart),
                    pitch: semitones($0))
            },
            transform: transform(candidate), movement: candidate.movement.map { rounded($0.movement) },
            method: parameters.version)
    }

    /// As places tell; where whole frames alone agree with a turned picture, what they tell.
    private func transform(_ candidate: Candidate) -> MatchTransform? {
        if let path = candidate.local, let asking = query.asking {
            return MatchTransform(
                path, query: path.line.mirrored ? asking.mirrored.print : asking.straight.print,
                reference: reference.local, turn: reference.turn)
        }
        guard reference.turn != .none, candidate.video != nil else { return nil }
        return MatchTransform(whole: reference.turn, isMirrored: candidate.line.mirrored)
    }

    private func rounded(_ movement: Match.Movement) -> Match.Movement {
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        return Match.Movement(
            correlation: rounded(movement.correlation), expected: movement.expected.map(rounded),
            seconds: movement.seconds, weight: rounded(movement.weight), decades: movement.decades.map(rounded),
            frames: movement.frames.map {
                Match.Movement.Frames(
                    correlation: rounded($0.correlation), expected: $0.expected.map(rounded),
                    seconds: rounded($0.seconds))
            })
    }

    private func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "no end of" }
        let unit = (0..<digits).reduce(1) { unit, _ in 10 * unit }
        let units = Int((value * Double(unit)).rounded())
        let fraction = String(units % unit)
        return "\(units / unit)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
