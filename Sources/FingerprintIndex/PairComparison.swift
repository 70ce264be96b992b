import Fingerprints

/// One pair on the way to its verdict.
struct PairComparison {
    let query: Prepared
    let reference: Prepared
    let video: VideoEvidence
    let audio: AudioEvidence
    let parameters = AlignerParameters.current
    /// Whether the report names the peaks of sound that agree.
    var listsPeaks = false
    /// Whether it is only asked if the picture is sure: the best lines of places will do, and sound on a picture's line is
    /// not weighed.
    var isProbing = false

    /// A line with all that speaks for it.
    struct Candidate {
        var line: Line
        /// By whole frames.
        var video: VideoEvidence.Path?
        /// By places in the frames.
        var local: LocalEvidence.Path?
        var audio: AudioEvidence.Path?
        /// By movement.
        var movement: MovementVerdict?
        /// Whether sound gave the line.
        var isBySound = false
        var cost: Double
        /// Whole frames and places are of the same picture: the one that says more counts, and what moves in it.
        var videoDecades: Double { seenDecades * (movement?.weight ?? 1) + (movement?.decades ?? 0) }
        /// Before what moves was asked.
        var seenDecades: Double { max(video?.decades ?? 0, local?.decades ?? 0) }
        /// On a line that a picture gave, sound is as good as that picture.
        var audioDecades: Double { (audio?.decades ?? 0) * (isBySound ? 1 : movement?.weight ?? 1) }
        var decades: Double { videoDecades + audioDecades - cost }
        /// The same before what moves was asked.
        var unweighedDecades: Double { seenDecades + (audio?.decades ?? 0) - cost }
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

    // MARK: What speaks for the pair

    /// What speaks for a pair with the picture as it is or in the mirror.
    struct Upright {
        var sounds: [AudioEvidence.Path]
        var found: Findings
    }

    func upright() -> Upright {
        let sounds = audio.isEmpty ? [] : audio.paths()
        return Upright(sounds: sounds, found: findings(sounds))
    }

    /// All that speaks for a pair, before anything is said of it.
    struct Findings {
        var candidates: [Candidate] = []
        /// Why there are none.
        var gate = PairReport.Gate.noLine
        var explanation = "Frames or sounds are alike, but not one after the other in the same order."
        var closest: PairReport.ClosestFrames?

        /// Whether something would be reported of which the picture is a part.
        var showsPicture: Bool {
            candidates.contains {
                Calibration.score(decades: $0.decades) >= Aligner.confidentScore
                    && $0.videoDecades >= AlignerParameters.current.supportDecades
            }
        }
    }

    /// - Parameter withPlaces: whether places in the pictures are looked at.
    func findings(_ sounds: [AudioEvidence.Path], withPlaces: Bool = true) -> Findings {
        var found = Findings()
        let places = withPlaces ? localPaths() : []
        if video.isEmpty && audio.isEmpty && places.isEmpty {
            found.gate = .noCodes
            found.explanation =
                "There is nothing to compare: \(query.codes.count) and \(reference.codes.count) usable "
                + "frames, \(query.sound.count) and \(reference.sound.count) peaks of sound."
            return found
        }
        let straight = video.isEmpty ? [] : video.votes(mirrored: false, radius: parameters.voteRadius)
        let mirrored = video.isEmpty ? [] : video.votes(mirrored: true, radius: parameters.voteRadius)
        found.closest = closest(straight: straight, mirrored: mirrored)
        let near = (straight + mirrored).count { $0.distance <= Int(parameters.gateRadius) }
        let seen = near >= parameters.gatePairs
        guard seen || !sounds.isEmpty || !places.isEmpty else {
            found.gate = .nothingAlike
            found.explanation =
                "No two frames are closer than \(found.closest?.pair.distance ?? Int(parameters.voteRadius)) "
                + "bits, and no stretch of sound agrees more than chance allows."
            return found
        }
        found.candidates = candidates(
            straight: seen ? straight : [], mirrored: seen ? mirrored : [], places: places, sounds: sounds)
        return found
    }

    /// The two frames that are most alike. Beyond the radius of votes only for a person's eyes.
    private func closest(straight: [VideoEvidence.Vote], mirrored: [VideoEvidence.Vote]) -> PairReport.ClosestFrames? {
        var votes = [(straight, false), (mirrored, true)]
        if straight.isEmpty, mirrored.isEmpty, listsPeaks, !video.isEmpty {
            votes = [false, true].map { (video.votes(mirrored: $0, radius: 256), $0) }
        }
        let best = votes.compactMap { votes, isMirrored in
            votes.min { $0.distance < $1.distance }.map { (vote: $0, isMirrored: isMirrored) }
        }
        return best.min { $0.vote.distance < $1.vote.distance }.map { closest in
            PairReport.ClosestFrames(
                pair: FramePair(
                    query: query.times[closest.vote.query], reference: reference.times[closest.vote.reference],
                    distance: closest.vote.distance), mirrored: closest.isMirrored)
        }
    }

    // MARK: Candidates

    /// Every line that anything speaks for, best first.
    private func candidates(
        straight: [VideoEvidence.Vote], mirrored: [VideoEvidence.Vote], places: [LocalEvidence.Path],
        sounds: [AudioEvidence.Path]
    ) -> [Candidate] {
        var found: [Candidate] = sounds.map {
            var candidate = withPlaces(withPicture($0), places)
            candidate.isBySound = true
            return candidate
        }
        for path in places { found.append(withFrames(path)) }
        for (votes, isMirrored) in [(straight, false), (mirrored, true)] {
            for (line, _) in video.lines(votes: votes, mirrored: isMirrored) {
                for path in video.paths(on: line) { found.append(withSound(refine(path))) }
            }
        }
        found = shared(weighed(found))
        // What movement speaks against stays, for the report to say so.
        found.removeAll { max($0.decades, $0.unweighedDecades) <= 0 }
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
        guard !isProbing, !audio.isEmpty, let sound = audio.near(candidate.line),
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
        let matching = isProbing ? LocalMatching.probing : .current
        return [(asking.straight, false), (asking.mirrored, true)].flatMap { print, isMirrored in
            let evidence = LocalEvidence(
                query: print, isMirrored: isMirrored, reference: reference.local, matching: matching)
            return timed(evidence.paths().map(calibrated), evidence)
        }
    }

    func calibrated(_ path: LocalEvidence.Path) -> LocalEvidence.Path {
        var path = path
        // Frames stand for their time to the next, and the last to the end.
        path.queryEnd = min(path.queryEnd, max(path.queryStart, query.duration))
        path.decades = LocalMatching.calibrated(path.decades, searchCost: video.searchCost(path.line))
        return path
    }

    /// A path by places, with what whole frames and sound say on its line.
    private func withFrames(_ path: LocalEvidence.Path) -> Candidate {
        var candidate = Candidate(
            line: path.line, video: nil, local: path, audio: nil, movement: path.movement,
            cost: video.searchCost(path.line))
        if !video.isEmpty {
            let whole = video.paths(on: path.line).filter {
                min($0.queryEnd, path.queryEnd) > max($0.queryStart, path.queryStart)
            }.max { $0.decades < $1.decades }
            if let whole, whole.decades >= parameters.supportDecades {
                let finer = refine(whole)
                candidate.video = finer
                // Four frames a second place a moment better than two.
                let middle = (path.queryStart + path.queryEnd) / 2
                let isNear = abs(finer.line.reference(at: middle) - path.line.reference(at: middle)) <= 0.15
                if finer.decades >= 3 * parameters.supportDecades, !path.isTimed || isNear {
                    candidate.line = finer.line
                }
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
        let middle = (near.queryStart + near.queryEnd) / 2
        let isOnLine =
            abs(near.line.reference(at: middle) - candidate.line.reference(at: middle))
            <= MovementMatching.current.sameLineSeconds
        candidate.movement = isOnLine ? near.movement : near.movement?.elsewhere
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
}
