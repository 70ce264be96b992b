import Fingerprints

/// What moves, asked where pictures that agree say that it should.
extension PairComparison {
    /// Whole frames with their movement looked at, which show all of the reference: of the few lines that say most.
    func weighed(_ candidates: [Candidate]) -> [Candidate] {
        let asked = candidates.indices.filter { candidates[$0].movement == nil && candidates[$0].video != nil }
            .sorted { (-candidates[$0].seenDecades, $0) < (-candidates[$1].seenDecades, $1) }
            .prefix(MovementMatching.current.linesMost)
        var weighed = candidates, looked: [StretchMovement] = []
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
                weighed[index] = self.weighed(asking, &looked)
            }
        }
        return weighed
    }

    private func weighed(_ candidate: Candidate, _ looked: inout [StretchMovement]) -> Candidate {
        guard let frames = candidate.video, mayMatter(frames.decades, frames.line) else { return candidate }
        let view = MovementSeries.View(time: 0) { [turn = reference.turn] u, v in
            let place = turn.turned(u, v)
            return (frames.line.mirrored ? 1 - place.u : place.u, place.v)
        }
        guard let movement = movement((frames.queryStart, frames.queryEnd), frames.line, [view], &looked) else {
            return candidate
        }
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

    func mayMatter(_ decades: Double, _ line: Line) -> Bool {
        !isProbing && reference.trace.steps > 0
            && decades - video.searchCost(line) >= MovementMatching.current.decadesLeast
    }

    /// - Returns: also the line on which movement agrees, where it is another, and the verdict of whoever follows it.
    func verdict(_ stretch: StretchMovement, on line: Line, cleanness: Double)
        -> (verdict: MovementVerdict, another: (line: Line, verdict: MovementVerdict)?)
    {
        let matching = MovementMatching.current, movement = stretch.evidence
        let own = movement.agreement(near: line)
        let wear = movement.wear(on: line, cleanness: cleanness)
        if own.surprise >= matching.sureSurprise, own.correlation >= matching.sureCorrelation {
            return (MovementVerdict(own, onLine: own, expected: matching.expected(own, wear)), nil)
        }
        let found = stretch.found
        var best = found.agreement.surprise > own.surprise ? found.agreement : own
        let expected = matching.expected(best, wear)
        var frames = Frames()
        if best.surprise < matching.framesSurprise || best.correlation < matching.framesShare * expected {
            frames.onLine = self.frames(movement, on: line, hidden: own.hidden, wear)
            if found.agreement.steps > 0, found.line != line {
                frames.elsewhere = self.frames(movement, on: found.line, hidden: found.agreement.hidden, wear)
            }
        }
        if MovementVerdict(best, onLine: own, expected: expected, frames: frames.verdict).weight < 1 {
            // Cut up, backwards or at a far speed it would be a copy all the same, whatever frames say on these lines.
            let strange = stretch.strange.or(best)
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
            let agreement = FrameMovement(movement.field, reference, span: movement.span, on: line)?.agreement()
        else { return nil }
        let expected = MovementMatching.current.expected(agreement, hidden: hidden, wear)
        return MovementVerdict.Frames(agreement, expected: expected)
    }

    // MARK: How the pictures lie

    /// What is known of a stretch, or will be: nil where one of the two has no movement to compare, or too little of it is
    /// seen.
    func movement(
        _ span: (start: Double, end: Double), _ line: Line, _ views: [MovementSeries.View],
        _ looked: inout [StretchMovement]
    ) -> StretchMovement? {
        if let known = looked.first(where: { $0.holds(for: line, span: span, views: views) }) { return known }
        guard let series = query.field, !views.isEmpty,
            let evidence = MovementEvidence(
                series, reference.trace, span: span, about: line, isNegative: reference.turn.isNegative, views: views)
        else { return nil }
        let made = StretchMovement(evidence, span: span, about: line)
        looked.append(made)
        return made
    }

    /// How the reference's picture lies in a path's, as each part of it has it where the picture moves or grows.
    func views(of path: LocalEvidence.Path) -> [MovementSeries.View] {
        guard let asking = query.asking else { return [] }
        let print = path.line.mirrored ? asking.mirrored.print : asking.straight.print
        let view = path.view(query: print, reference: reference.local)
        var views: [MovementSeries.View] = []
        let span = MovementEvidence.looked(at: (path.queryStart, path.queryEnd))
        for frame in path.frames {
            guard (span.start - 1...span.end + 1).contains(print.times[frame.query]) else { continue }
            let next = self.view(
                at: print.times[frame.query], PictureView(view, movedTo: frame.transform), print, path)
            if let last = views.last, last.distance(to: next) < Self.viewsApart { continue }
            views.append(next)
        }
        return views.count < 2 ? [self.view(at: 0, view, print, path)] : views
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
