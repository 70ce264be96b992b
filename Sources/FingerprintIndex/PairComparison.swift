import Fingerprints

/// One pair on the way to its verdict.
struct PairComparison {
    private let query: Prepared
    private let reference: Prepared
    private let video: VideoEvidence
    private let audio: AudioEvidence
    private let parameters = AlignerParameters.v4
    /// Whether the report names the peaks of sound that agree.
    var listsPeaks = false

    /// A line with all that speaks for it.
    struct Candidate {
        var line: Line
        /// By whole frames.
        var video: VideoEvidence.Path?
        /// By places in the frames.
        var local: LocalEvidence.Path?
        var audio: AudioEvidence.Path?
        var cost: Double
        /// Whole frames and places are of the same picture: the one that says more counts.
        var videoDecades: Double { max(video?.decades ?? 0, local?.decades ?? 0) }
        var audioDecades: Double { audio?.decades ?? 0 }
        var decades: Double { videoDecades + audioDecades - cost }
        var queryStart: Double {
            min(video?.queryStart ?? .infinity, local?.queryStart ?? .infinity, audio?.queryStart ?? .infinity)
        }
        var queryEnd: Double { max(video?.queryEnd ?? 0, local?.queryEnd ?? 0, audio?.queryEnd ?? 0) }
        /// Of the query that is seen in the reference.
        var pictureSpan: (start: Double, end: Double)? {
            guard video != nil || local != nil else { return nil }
            return (
                min(video?.queryStart ?? .infinity, local?.queryStart ?? .infinity),
                max(video?.queryEnd ?? 0, local?.queryEnd ?? 0)
            )
        }
        var seenMoments: Int { max(video?.distinct ?? 0, local?.distinct ?? 0) }
    }

    init(query: Prepared, reference: Prepared) {
        self.query = query
        self.reference = reference
        video = VideoEvidence(query: query, reference: reference)
        audio = AudioEvidence(query: query, reference: reference)
    }

    mutating func report(names: Aligner.Names, minimumScore: Double) -> PairReport {
        var report = PairReport(
            gate: .noCodes, explanation: "", matches: [], nearest: nil, queryFrames: query.codes.count,
            referenceFrames: reference.codes.count, queryPeaks: query.sound.count,
            referencePeaks: reference.sound.count, closestFrames: nil, method: parameters.version)
        let places = localPaths()
        if video.isEmpty && audio.isEmpty && places.isEmpty {
            report.explanation =
                "There is nothing to compare: \(query.codes.count) and \(reference.codes.count) usable "
                + "frames, \(query.sound.count) and \(reference.sound.count) peaks of sound."
            return report
        }
        let straight = video.isEmpty ? [] : video.votes(mirrored: false, radius: parameters.voteRadius)
        let mirrored = video.isEmpty ? [] : video.votes(mirrored: true, radius: parameters.voteRadius)
        report.closestFrames = (straight + mirrored).map(\.distance).min()
        let near = (straight + mirrored).count { $0.distance <= Int(parameters.gateRadius) }
        let seen = near >= parameters.gatePairs
        let sounds = audio.paths()
        guard seen || !sounds.isEmpty || !places.isEmpty else {
            report.gate = .nothingAlike
            report.explanation =
                "No two frames are closer than \(report.closestFrames.map(String.init) ?? "\(parameters.voteRadius)") "
                + "bits, and no stretch of sound agrees more than chance allows."
            return report
        }
        var candidates = candidates(
            straight: seen ? straight : [], mirrored: seen ? mirrored : [], places: places, sounds: sounds)
        guard let best = candidates.first else {
            report.gate = .noLine
            report.explanation = "Frames or sounds are alike, but not one after the other in the same order."
            return report
        }
        report.nearest = alignment(best)
        let score = Calibration.score(decades: best.decades)
        guard score >= minimumScore, score > 0 else {
            let moments = best.seenMoments + (best.audio?.moments ?? 0)
            report.gate = moments < 2 ? .tooFewMoments : .scoreBelowThreshold
            report.explanation =
                "The best line of time has \(moments) moments that agree and score \(rounded(score)); "
                + "a match needs \(rounded(minimumScore))."
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
            + "content; the best scores \(rounded(score))."
        return report
    }

    // MARK: Candidates

    /// Every line that anything speaks for, best first.
    private func candidates(
        straight: [VideoEvidence.Vote], mirrored: [VideoEvidence.Vote], places: [LocalEvidence.Path],
        sounds: [AudioEvidence.Path]
    ) -> [Candidate] {
        var found: [Candidate] = sounds.map { withPlaces(withPicture($0), places) }
        for path in places { found.append(withFrames(path)) }
        for (votes, isMirrored) in [(straight, false), (mirrored, true)] {
            for (line, _) in video.lines(votes: votes, mirrored: isMirrored) {
                for path in video.paths(on: line) { found.append(withSound(refine(path))) }
            }
        }
        found.removeAll { $0.decades <= 0 }
        found.sort { a, b in
            if a.decades != b.decades { return a.decades > b.decades }
            let (x, y) = (abs(a.line.speed - 1), abs(b.line.speed - 1))
            if x != y { return x < y }
            return (a.line.offset, a.queryStart) < (b.line.offset, b.queryStart)
        }
        if let best = found.first, best.line.speed != 1,
            let straight = found.firstIndex(where: {
                let common = min($0.queryEnd, best.queryEnd) - max($0.queryStart, best.queryStart)
                return $0.line.speed == 1 && $0.decades >= parameters.straightShare * best.decades
                    && common >= 0.8 * (best.queryEnd - best.queryStart)
                    && ($0.video?.meanDistance ?? 0) <= (best.video?.meanDistance ?? 256) + parameters.straightBits
            })
        {
            found.insert(found.remove(at: straight), at: 0)
        }
        return found
    }

    private func refine(_ path: VideoEvidence.Path) -> VideoEvidence.Path {
        let line = video.refined(path)
        let again = video.paths(on: line).filter {
            min($0.queryEnd, path.queryEnd) > max($0.queryStart, path.queryStart)
        }
        let best = again.max { $0.decades < $1.decades }
        // Fewer bits at the same places is a better line, even where it says no more.
        guard let best, best.decades >= path.decades - 0.25 else { return path }
        return best
    }

    private func withSound(_ path: VideoEvidence.Path) -> Candidate {
        withSound(Candidate(line: path.line, video: path, audio: nil, cost: video.searchCost(path.line)))
    }

    private func withSound(_ candidate: Candidate) -> Candidate {
        guard !audio.isEmpty, let sound = audio.near(candidate.line),
            sound.decades - sound.cost >= parameters.supportDecades,
            min(sound.queryEnd, candidate.queryEnd) > max(sound.queryStart, candidate.queryStart)
        else { return candidate }
        var candidate = candidate
        if sound.moments >= parameters.timingMoments { candidate.line.offset = sound.line.offset }
        candidate.audio = sound
        candidate.cost += sound.cost
        return candidate
    }

    // MARK: Places in the pictures

    private func localPaths() -> [LocalEvidence.Path] {
        guard let asking = query.asking, !reference.local.isEmpty else { return [] }
        return [(asking.straight, false), (asking.mirrored, true)].flatMap { print, isMirrored in
            LocalEvidence(query: print, isMirrored: isMirrored, reference: reference.local, matching: .v1).paths()
        }.map { path in
            var path = path
            // Frames stand for their time to the next, and the last to the end.
            path.queryEnd = min(path.queryEnd, max(path.queryStart, query.duration))
            path.decades = LocalMatching.calibrated(path.decades, searchCost: video.searchCost(path.line))
            return path
        }
    }

    /// A path by places, with what whole frames and sound say on its line.
    private func withFrames(_ path: LocalEvidence.Path) -> Candidate {
        var candidate = Candidate(
            line: path.line, video: nil, local: path, audio: nil, cost: video.searchCost(path.line))
        if !video.isEmpty {
            let whole = video.paths(on: path.line).filter {
                min($0.queryEnd, path.queryEnd) > max($0.queryStart, path.queryStart)
            }.max { $0.decades < $1.decades }
            if let whole, whole.decades >= parameters.supportDecades {
                let finer = refine(whole)
                candidate.video = finer
                // Four frames a second place a moment better than two.
                if finer.decades >= 3 * parameters.supportDecades { candidate.line = finer.line }
            }
        }
        return withSound(candidate)
    }

    /// The path by places that lies on a candidate's line, if one does.
    private func withPlaces(_ candidate: Candidate, _ places: [LocalEvidence.Path]) -> Candidate {
        let near = places.filter { path in
            let middle = (path.queryStart + path.queryEnd) / 2
            return abs(path.line.reference(at: middle) - candidate.line.reference(at: middle)) <= 0.75
                && min(path.queryEnd, candidate.queryEnd) > max(path.queryStart, candidate.queryStart)
                && (candidate.video == nil || candidate.line.mirrored == path.line.mirrored)
        }.max { $0.decades < $1.decades }
        guard let near, near.decades >= parameters.supportDecades else { return candidate }
        var candidate = candidate
        candidate.local = near
        candidate.line.mirrored = near.line.mirrored
        return candidate
    }

    private func withPicture(_ path: AudioEvidence.Path) -> Candidate {
        let candidate = Candidate(line: path.line, video: nil, audio: path, cost: path.cost)
        guard !video.isEmpty else { return candidate }
        var best: VideoEvidence.Path?
        for mirrored in [false, true] {
            var line = path.line
            line.mirrored = mirrored
            for picture in video.paths(on: line) where overlap(path, picture) {
                var priced = picture
                priced.decades -= mirrored ? parameters.mirrorCost : 0
                if priced.decades > max(parameters.supportDecades, best?.decades ?? 0) { best = priced }
            }
        }
        guard let best else { return candidate }
        return Candidate(line: best.line, video: best, audio: path, cost: candidate.cost)
    }

    private func overlap(_ sound: AudioEvidence.Path, _ picture: VideoEvidence.Path) -> Bool {
        min(sound.queryEnd, picture.queryEnd) > max(sound.queryStart, picture.queryStart)
    }

    // MARK: Reporting

    private func alignment(_ candidate: Candidate) -> PairReport.Alignment {
        var perSecond = [Int](repeating: 0, count: Int(min(86_400, query.duration.rounded(.up))))
        for meeting in candidate.audio?.meetings ?? [] {
            let second = Int(meeting.query * AudioFingerprint.hopSeconds)
            if perSecond.indices.contains(second) { perSecond[second] += 1 }
        }
        return PairReport.Alignment(
            score: Calibration.score(decades: candidate.decades), speed: candidate.line.speed,
            offset: candidate.line.offset, mirrored: candidate.line.mirrored, videoDecades: candidate.videoDecades,
            audioDecades: candidate.audioDecades, searchCost: candidate.cost,
            videoMoments: candidate.seenMoments, audioMoments: candidate.audio?.moments ?? 0,
            framePairs: candidate.video.map { video.pairs(of: $0) } ?? [], peaksPerSecond: perSecond,
            soundPairs: SoundPair.peaks(of: listsPeaks ? candidate.audio?.meetings ?? [] : []),
            pitch: semitones(candidate.audio), placePairs: listsPeaks ? placePairs(candidate) : [])
    }

    private func placePairs(_ candidate: Candidate) -> [PlacePair] {
        guard let path = candidate.local, let asking = query.asking else { return [] }
        let print = path.line.mirrored ? asking.mirrored.print : asking.straight.print
        let step = max(1, (path.frames.count + PlacePair.reportMax - 1) / PlacePair.reportMax)
        return stride(from: 0, to: path.frames.count, by: step).map {
            PlacePair(
                path.frames[$0], on: candidate.line, query: print, reference: reference.local)
        }
    }

    /// Rounded to a cent; 0 without sound.
    private func semitones(_ sound: AudioEvidence.Path?) -> Double {
        let cents = (SoundHypothesis.semitones(sound?.pitch ?? 0) * 100).rounded()
        return cents == 0 ? 0 : cents / 100
    }

    private func match(_ candidate: Candidate, names: Aligner.Names) -> Match {
        let line = candidate.line
        let start = max(0, candidate.queryStart)
        let end = min(max(query.duration, start), candidate.queryEnd)
        let referenceStart = max(0, line.reference(at: start))
        let referenceEnd = min(max(reference.duration, referenceStart), line.reference(at: end))
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
            modality: seen && heard ? .both : heard ? .audio : .video, queryStart: start, queryEnd: end,
            referenceStart: referenceStart, referenceEnd: referenceEnd, speed: line.speed, offset: line.offset,
            mirrored: line.mirrored, queryCoverage: share(end - start, query.duration),
            referenceCoverage: share(referenceEnd - referenceStart, reference.duration),
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
            transform: candidate.local.flatMap { path in
                query.asking.map { asking in
                    MatchTransform(
                        path, query: path.line.mirrored ? asking.mirrored.print : asking.straight.print,
                        reference: reference.local)
                }
            },
            method: parameters.version)
    }

    private func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
