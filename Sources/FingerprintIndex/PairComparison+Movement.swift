import Fingerprints

/// What moves, asked where pictures that agree say that it should.
extension PairComparison {
    /// Paths by places, best first, with their movement looked at. What stands still agrees on many lines; once movement has
    /// confirmed one of these itself, it is not looked at again for others of the same stretch.
    func timed(_ paths: [LocalEvidence.Path], _ evidence: LocalEvidence) -> [LocalEvidence.Path] {
        var timed: [LocalEvidence.Path] = []
        for var path in paths {
            let sure = timed.first { other in
                other.movement?.isSureOfLine == true
                    && Self.covers((other.queryStart, other.queryEnd), (path.queryStart, path.queryEnd))
            }
            if let sure, let movement = sure.movement {
                path.movement = movement.elsewhere
                timed.append(followed(path, on: sure.line, movement, evidence) ?? path)
            } else {
                timed.append(self.timed(path, evidence))
            }
        }
        return timed
    }

    private static func covers(_ stretch: (start: Double, end: Double), _ other: (start: Double, end: Double)) -> Bool {
        min(stretch.end, other.end) - max(stretch.start, other.start) >= 0.8 * (other.end - other.start)
    }

    /// A path by places with its movement looked at, and followed anew where that agrees on another line.
    private func timed(_ path: LocalEvidence.Path, _ evidence: LocalEvidence) -> LocalEvidence.Path {
        let matching = MovementMatching.current
        guard mayMatter(path.decades, path.line), let movement = movement(of: path) else { return path }
        let cleanness = matching.cleanness(decadesOfPlace: path.decadesOfPlace)
        let (verdict, another) = verdict(movement, on: path.line, cleanness: cleanness)
        var path = path
        path.movement = verdict
        return another.flatMap { followed(path, on: $0.line, $0.verdict, evidence) } ?? path
    }

    /// A path as it is on a line on which movement agrees; nil where it is not there. What stands still agrees on any line, so
    /// little may be lost.
    private func followed(
        _ path: LocalEvidence.Path, on line: Line, _ movement: MovementVerdict, _ evidence: LocalEvidence
    ) -> LocalEvidence.Path? {
        guard var again = evidence.path(like: path, on: line).map(calibrated) else { return nil }
        let common = min(again.queryEnd, path.queryEnd) - max(again.queryStart, path.queryStart)
        guard again.decades >= path.decades / 2, 2 * common >= path.queryEnd - path.queryStart else { return nil }
        (again.isTimed, again.movement) = (true, movement)
        return again
    }

    /// The same of whole frames, which show all of the reference: of the few lines that say most.
    func weighed(_ candidates: [Candidate]) -> [Candidate] {
        let asked = candidates.indices.filter { candidates[$0].movement == nil && candidates[$0].video != nil }
            .sorted { (-candidates[$0].seenDecades, $0) < (-candidates[$1].seenDecades, $1) }
            .prefix(MovementMatching.current.linesMost)
        var weighed = candidates
        for index in asked {
            let asking = candidates[index], stretch = (asking.queryStart, asking.queryEnd)
            let sure = weighed.first { other in
                other.movement?.isSureOfLine == true && other.line.mirrored == asking.line.mirrored
                    && Self.covers((other.queryStart, other.queryEnd), stretch)
            }
            if let sure {
                let middle = (asking.queryStart + asking.queryEnd) / 2
                let apart = abs(sure.line.reference(at: middle) - asking.line.reference(at: middle))
                let isSame = apart <= MovementMatching.current.sameLineSeconds
                weighed[index].movement = isSame ? sure.movement : sure.movement?.elsewhere
            } else {
                weighed[index] = self.weighed(asking)
            }
        }
        return weighed
    }

    private func weighed(_ candidate: Candidate) -> Candidate {
        guard let frames = candidate.video, mayMatter(frames.decades, frames.line),
            let series = query.field
        else { return candidate }
        let view = MovementSeries.View(time: 0) { [turn = reference.turn] u, v in
            let place = turn.turned(u, v)
            return (frames.line.mirrored ? 1 - place.u : place.u, place.v)
        }
        guard
            let movement = MovementEvidence(
                series, reference.trace, span: (frames.queryStart, frames.queryEnd), about: frames.line,
                isNegative: reference.turn.isNegative, views: [view])
        else { return candidate }
        var candidate = candidate
        let cleanness = MovementMatching.current.cleanness(distance: frames.meanDistance)
        candidate.movement = verdict(movement, on: frames.line, cleanness: cleanness).verdict
        return candidate
    }

    /// Lets what speaks against a stretch hold for all that was found of it, but for what movement confirms or whole frames
    /// agree with: of two takes, a short stretch has too little movement to tell, and frames on another line are of the same
    /// standing picture.
    func shared(_ candidates: [Candidate]) -> [Candidate] {
        let doubtful = candidates.filter { $0.movement?.weight ?? 1 < 1 }
        guard !doubtful.isEmpty else { return candidates }
        return candidates.map { candidate in
            guard candidate.seenDecades > 0, candidate.movement?.isConfirmed != true,
                candidate.movement?.frames?.agrees != true
            else { return candidate }
            let worst = doubtful.filter { other in
                let common = min(candidate.queryEnd, other.queryEnd) - max(candidate.queryStart, other.queryStart)
                return 2 * common >= candidate.queryEnd - candidate.queryStart
            }.compactMap(\.movement).min { $0.weight < $1.weight }
            guard let worst, worst.weight < candidate.movement?.weight ?? 1 else { return candidate }
            var candidate = candidate
            if let own = candidate.movement, 4 * own.agreement.steps >= 3 * worst.agreement.steps,
                !worst.isRefusedByFrames
            {
                candidate.movement = own.expecting(worst.expected)
            } else {
                candidate.movement = worst
            }
            return candidate
        }
    }

    private func mayMatter(_ decades: Double, _ line: Line) -> Bool {
        !isProbing && reference.trace.steps > 0
            && decades - video.searchCost(line) >= MovementMatching.current.decadesLeast
    }

    /// - Returns: also the line on which movement agrees, where it is another, and the verdict of whoever follows it.
    private func verdict(_ movement: MovementEvidence, on line: Line, cleanness: Double)
        -> (verdict: MovementVerdict, another: (line: Line, verdict: MovementVerdict)?)
    {
        let matching = MovementMatching.current
        let own = movement.agreement(near: line)
        let wear = movement.wear(on: line, cleanness: cleanness)
        if own.surprise >= matching.sureSurprise, own.correlation >= matching.sureCorrelation {
            return (MovementVerdict(own, onLine: own, expected: matching.expected(own, wear)), nil)
        }
        let speeds = AlignerParameters.current.speeds
        let found = movement.best(
            about: line, speeds: speeds.contains(line.speed) ? speeds : [line.speed] + speeds)
        var best = found.agreement.surprise > own.surprise ? found.agreement : own
        let expected = matching.expected(best, wear)
        var frames = Frames()
        if best.surprise < matching.framesSurprise || best.correlation < matching.framesShare * expected {
            frames.onLine = self.frames(movement, on: line, hidden: own.hidden, wear)
            if found.line != line {
                frames.elsewhere = self.frames(movement, on: found.line, hidden: found.agreement.hidden, wear)
            }
        }
        if MovementVerdict(best, onLine: own, expected: expected, frames: frames.verdict).weight < 1 {
            // Cut up, backwards or at a far speed it would be a copy all the same, whatever frames say on these lines.
            let strange = movement.strange(best, about: line, speeds: [1, line.speed, found.line.speed])
            if strange.correlation > best.correlation, strange.correlation >= max(expected, matching.strangeCorrelation)
            {
                frames = Frames()
            }
            best = strange
        }
        let verdict = MovementVerdict(best, onLine: own, expected: expected, frames: frames.verdict)
        let isElsewhere = [movement.span.start, movement.span.end].contains {
            abs(line.reference(at: $0) - found.line.reference(at: $0)) > matching.sameLineSeconds
        }
        let isBetter =
            found.agreement.surprise
            >= max(matching.foundSurprise, matching.foundRatio * own.surprise, own.surprise + matching.foundGain)
        guard isBetter, isElsewhere else { return (verdict, nil) }
        let there = MovementVerdict(
            best, onLine: found.agreement, expected: expected, frames: frames.elsewhere)
        return (verdict, (found.line, there))
    }

    /// What whole frames say on the pictures' own line, and on the one that movement found.
    private struct Frames {
        var onLine: MovementVerdict.Frames?
        var elsewhere: MovementVerdict.Frames?

        /// What still pictures say the line is may be wrong, and movement's may be chance: what agrees on either counts.
        /// Where the pictures' own has too few frames, the other can only speak for a copy.
        var verdict: MovementVerdict.Frames? {
            guard let onLine else { return elsewhere.flatMap { $0.agrees ? $0 : nil } }
            return [onLine, elsewhere].compactMap(\.self)
                .max { ($0.weight, $0.agreement.surprise) < ($1.weight, $1.agreement.surprise) }
        }
    }

    /// What whole frames say on a line, where the reference's codes are of its picture as it is.
    private func frames(
        _ movement: MovementEvidence, on line: Line, hidden: Double, _ wear: MovementMatching.Wear
    ) -> MovementVerdict.Frames? {
        guard reference.turn == .none,
            let agreement = FrameMovement(
                movement.series, reference, span: movement.span, on: line, views: movement.views
            )?.agreement()
        else { return nil }
        let expected = MovementMatching.current.expected(agreement, hidden: hidden, wear)
        return MovementVerdict.Frames(agreement, expected: expected)
    }

    // MARK: How the pictures lie

    /// nil where one of the two has no movement to compare, or too little of it is seen.
    private func movement(of path: LocalEvidence.Path) -> MovementEvidence? {
        guard let series = query.field, let asking = query.asking else { return nil }
        let print = path.line.mirrored ? asking.mirrored.print : asking.straight.print
        let view = path.view(query: print, reference: reference.local)
        // As each part of the path has it, where the picture moves or grows.
        var views: [MovementSeries.View] = []
        let span = MovementEvidence.looked(at: (path.queryStart, path.queryEnd))
        for frame in path.frames {
            guard (span.start - 1...span.end + 1).contains(print.times[frame.query]) else { continue }
            let next = self.view(
                at: print.times[frame.query], PictureView(view, movedTo: frame.transform), print, path)
            if let last = views.last, last.distance(to: next) < Self.viewsApart { continue }
            views.append(next)
        }
        if views.count < 2 { views = [self.view(at: 0, view, print, path)] }
        return MovementEvidence(
            series, reference.trace, span: (path.queryStart, path.queryEnd), about: path.line,
            isNegative: reference.turn.isNegative, views: views)
    }

    /// Share of the query's sides by which a corner moves from one view to the next.
    private static let viewsApart = 0.03

    private func view(
        at time: Double, _ view: PictureView, _ print: LocalPrint, _ path: LocalEvidence.Path
    ) -> MovementSeries.View {
        let (width, height) = (reference.local.width, reference.local.height)
        return MovementSeries.View(time: time) { [turn = reference.turn] u, v in
            let turned = turn.turned(u, v)
            let place = view(Float(turned.u) * width, Float(turned.v) * height)
            let x = Double(place.x / print.width)
            return (path.line.mirrored ? 1 - x : x, Double(place.y / print.height))
        }
    }
}

extension LocalEvidence {
    /// The same agreement followed on another line of time, which is taken to be exact.
    fileprivate func path(like path: Path, on line: Line) -> Path? {
        let at = line.reference(at: query.print.times[path.best.query])
        func away(_ frame: Int) -> Double { max(0, max(reference.times[frame] - at, at - reference.ends[frame])) }
        guard let nearest = reference.times.indices.min(by: { away($0) < away($1) }) else { return nil }
        let seed = LocalAnchor(
            query: path.best.query, reference: nearest, transform: path.best.transform, decades: path.best.decades)
        return paths(on: line, from: seed, isExact: true).max { $0.decades < $1.decades }
    }
}
