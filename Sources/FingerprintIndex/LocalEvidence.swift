import CKernels
import Glibc

func exp2Of(_ value: Float) -> Float { exp2(value) }

/// What the places in two clips' pictures say about each other.
///
/// Anchors (frame pairs whose hits agree on an arrangement) vote for lines of time. Along a line the transform of the
/// best anchor is carried from frame to frame: each reference feature is looked for where it should lie, with a much
/// wider ear than a blind search could afford, and the transform follows what is found, so that a hand's shake or a
/// slow zoom is no obstacle.
struct LocalEvidence {
    /// The query as it is, or in the mirror.
    let query: LocalQuery
    let isMirrored: Bool
    let reference: LocalPrint
    let matching: LocalMatching

    /// A query frame on the line with the reference frame that it shows.
    struct Aligned {
        var query: Int
        var reference: Int
        var decades: Double
        var transform: LocalTransform
        /// Features of both, query's first.
        var pairs: [(query: Int, reference: Int, weight: Float)]
        /// Places where the query shows something else.
        var contradicted: Int
    }

    /// Agreement along one line of time.
    struct Path {
        var line: Line
        /// In the query's order.
        var frames: [Aligned]
        var queryStart: Double
        var queryEnd: Double
        /// Before the price of the search.
        var decades: Double
        /// Sum of the distinct moments' weights, and how many there are.
        var moments: Double
        var distinct: Int
        /// Of the frame that says most.
        var best: Aligned
    }

    /// Cell of a picture's place, an eighth of the longest side each.
    @inline(__always) static func cell(_ x: Float, _ y: Float) -> Int {
        max(0, min(7, Int(y * 8))) * 8 + max(0, min(7, Int(x * 8)))
    }

    private func anchors(_ hits: [moire_local_hit]) -> [LocalAnchor] {
        LocalAnchors(query: query, reference: reference, referenceOwners: reference.owners, matching: matching)
            .find(hits)
    }

    /// Disjoint in the query or in time, best first.
    func paths() -> [Path] {
        var rest = anchors(query.hits(in: reference, matching: matching))
        var paths: [Path] = []
        for _ in 0..<matching.linesMax {
            guard let line = bestLine(rest) else { break }
            // The strongest anchor on the line carries the transform.
            guard let seed = rest.first(where: { isOn($0, line) }) else { break }
            let found = self.paths(on: line, from: seed)
            for path in found where path.decades > 0 { paths.append(path) }
            rest.removeAll { anchor in
                (anchor.query == seed.query && anchor.reference == seed.reference)
                    || found.contains { path in
                        query.print.times[anchor.query] >= path.queryStart - 0.25
                            && query.print.times[anchor.query] < path.queryEnd && isOn(anchor, path.line)
                    }
            }
        }
        return paths.sorted { $0.decades != $1.decades ? $0.decades > $1.decades : $0.queryStart < $1.queryStart }
    }

    /// What the places say about whole pictures laid over each other on a line, at some of the query's times.
    ///
    /// - Returns: how many places should show, and their evidence, decades. Places agree wherever the pictures are the
    ///   same, even when they are blurred or recoloured; two pictures that are alike only in their rough lights and
    ///   shades share none.
    func support(_ line: Line, at times: [Double]) -> (places: Int, decades: Double) {
        let whole = LocalTransform(
            xx: query.print.width / reference.width, xy: 0, yx: 0, yy: query.print.height / reference.height, x: 0, y: 0
        )
        var places = 0, decades = 0.0
        var asked: Set<Int> = []
        for time in times {
            guard let frame = query.print.frame(at: time), asked.insert(frame).inserted,
                let found = look(frame, line, whole, reach: matching.firstReach(1))
            else { continue }
            places += min(reference.features(found.reference).count, query.print.features(frame).count)
            decades += found.decades
        }
        return (places, decades)
    }

    // MARK: Lines of time

    private func isOn(_ anchor: LocalAnchor, _ line: Line) -> Bool {
        distance(anchor.query, anchor.reference, line) <= matching.toleranceSeconds
    }

    /// Seconds between a reference frame's stand and the line over a query frame's.
    private func distance(_ frame: Int, _ other: Int, _ line: Line) -> Double {
        let from = line.reference(at: query.print.times[frame])
        let to = max(from, line.reference(at: query.print.ends[frame] - LocalPrint.period))
        let start = reference.times[other], end = max(start, reference.ends[other] - LocalPrint.period)
        return max(0, max(start - to, from - end))
    }

    private func bestLine(_ anchors: [LocalAnchor]) -> Line? {
        let votes = anchors.prefix(LocalLines.votesMax).map { anchor in
            LocalLines.Vote(
                query: anchor.query, queryTime: query.print.times[anchor.query],
                referenceTime: reference.times[anchor.reference], decades: anchor.decades)
        }
        return LocalLines.best(votes, least: matching.lineDecades, isMirrored: isMirrored)?.line
    }

    // MARK: Along a line

    private func paths(on line: Line, from seed: LocalAnchor) -> [Path] {
        var aligned: [Aligned?] = Array(repeating: nil, count: query.print.times.count)
        guard let start = begin(seed) else { return [] }
        aligned[seed.query] = start.frame
        walk(seed.query + 1..<query.print.times.count, line, from: start.pose, seed, &aligned)
        walk((0..<seed.query).reversed(), line, from: start.pose, seed, &aligned)
        return stretches(aligned, line)
    }

    /// Where the picture lies, as the frames so far have it, the latest counting most.
    private struct Pose {
        var transform: LocalTransform
        var fit = LocalFit()

        mutating func take(_ frame: Aligned, _ evidence: LocalEvidence) {
            fit.fade(evidence.matching.memory)
            for pair in frame.pairs {
                let (q, r) = (pair.query, pair.reference)
                fit.add(
                    (evidence.reference.x[r], evidence.reference.y[r]),
                    (evidence.query.print.x[q], evidence.query.print.y[q]), weight: pair.weight)
            }
            let next = fit.solved(expecting: transform, pull: evidence.matching.pull)
            if next.isPlausible { transform = next }
        }
    }

    /// The anchor's own frames. Their transform was fitted to what it is judged by, so that freedom is paid for.
    private func begin(_ seed: LocalAnchor) -> (frame: Aligned, pose: Pose)? {
        var pose = Pose(transform: seed.transform)
        pose.take(
            match(seed.query, seed.reference, pose.transform, reach: matching.firstReach(pose.transform.scale)), self)
        var frame = match(seed.query, seed.reference, pose.transform, reach: matching.secondReach(pose.transform.scale))
        guard frame.pairs.count >= 3 else { return nil }
        pose.take(frame, self)
        frame = match(seed.query, seed.reference, pose.transform, reach: matching.secondReach(pose.transform.scale))
        frame.decades -= matching.freedomDecades
        return (frame, pose)
    }

    /// Carries the picture's place on from frame to frame. A frame is judged by where the frames before put it, and
    /// only then helps to say where the next one lies.
    private func walk(
        _ frames: some Sequence<Int>, _ line: Line, from start: Pose, _ seed: LocalAnchor, _ aligned: inout [Aligned?]
    ) {
        var pose = start, lastSeen = query.print.times[seed.query]
        for frame in frames {
            let since = abs(query.print.times[frame] - lastSeen)
            if since > 4 * matching.gapSeconds { break }
            let reach = matching.nextReach(pose.transform.scale, after: max(0, since - LocalPrint.period))
            guard var found = look(frame, line, pose.transform, reach: reach) else { continue }
            if found.decades >= matching.frameDecades {
                pose.take(found, self)
                lastSeen = query.print.times[frame]
                let closer = match(
                    frame, found.reference, pose.transform, reach: matching.secondReach(pose.transform.scale))
                if closer.pairs.count >= found.pairs.count * 2 / 3 { found.pairs = closer.pairs }
                found.transform = pose.transform
            }
            aligned[frame] = found
        }
    }

    /// The best reference frame near the line for one query frame; nil when the reference has none there.
    private func look(_ frame: Int, _ line: Line, _ transform: LocalTransform, reach: Float) -> Aligned? {
        var best: Aligned?
        // Reference frames are in order of time, and few: those about the line.
        for other in reference.times.indices where distance(frame, other, line) <= matching.toleranceSeconds {
            let found = match(frame, other, transform, reach: reach)
            if found.decades > best?.decades ?? -.infinity { best = found }
        }
        return best
    }

    /// Looks for every feature of a reference frame where the transform puts it.
    private func match(_ frame: Int, _ other: Int, _ transform: LocalTransform, reach: Float) -> Aligned {
        let scale = transform.scale, octaves = Float(log2(Double(scale)))
        let features = reference.features(other), print = query.print
        // The finest size that the query's picture can show: its own finest.
        let finest: Float = -8.2
        var cells = [Double](repeating: 0, count: 64)
        var missing = 0.0, contradicted = 0
        var pairs: [(query: Int, reference: Int, weight: Float)] = []
        for feature in features {
            let place = transform(reference.x[feature], reference.y[feature])
            let size = reference.size[feature] + octaves
            guard place.x > 0, place.y > 0, place.x < print.width, place.y < print.height, size > finest else {
                continue
            }
            var bestSimilarity: Int32 = -256, bestFeature = -1
            let code = reference.codes[feature].code
            query.around(frame, x: place.x, y: place.y, reach: reach) { candidate in
                let dx = print.x[candidate] - place.x, dy = print.y[candidate] - place.y
                guard dx * dx + dy * dy <= reach * reach, abs(print.size[candidate] - size) <= 0.5 else { return }
                let similarity = unsafe withUnsafePointer(to: code) {
                    unsafe $0.withMemoryRebound(to: UInt32.self, capacity: 3) {
                        unsafe moire_local_similarity(query.codePointer + candidate, $0)
                    }
                }
                if similarity > bestSimilarity { (bestSimilarity, bestFeature) = (similarity, candidate) }
            }
            guard bestFeature >= 0 else {
                missing += matching.missDecades
                continue
            }
            let decades = LocalMatching.evidence[Int(max(0, min(256, bestSimilarity)))]
            guard decades >= matching.fitDecades else {
                contradicted += 1
                missing -= decades
                continue
            }
            // A place of the query is the copy of one place only.
            if let taken = pairs.firstIndex(where: { $0.query == bestFeature }) {
                if Float(decades) > pairs[taken].weight { pairs[taken] = (bestFeature, feature, Float(decades)) }
            } else {
                pairs.append((bestFeature, feature, Float(decades)))
            }
        }
        for pair in pairs {
            let cell = Self.cell(reference.x[pair.reference], reference.y[pair.reference])
            cells[cell] = min(matching.cellDecades, cells[cell] + Double(pair.weight))
        }
        let decades = cells.reduce(0, +) - missing
        return Aligned(
            query: frame, reference: other, decades: decades, transform: transform, pairs: pairs,
            contradicted: contradicted)
    }

    // MARK: Spans

    /// Stretches without a long gap, each cut to where frames agree.
    private func stretches(_ aligned: [Aligned?], _ line: Line) -> [Path] {
        var paths: [Path] = [], current: [Aligned] = [], lastEnd = -Double.infinity
        func close() {
            if let path = path(current, line) { paths.append(path) }
            current = []
        }
        for case let frame? in aligned where frame.decades >= matching.frameDecades {
            let time = query.print.times[frame.query]
            if !current.isEmpty, time - lastEnd > matching.gapSeconds { close() }
            current.append(frame)
            lastEnd = query.print.ends[frame.query]
        }
        if !current.isEmpty { close() }
        return paths
    }

    /// Weighs a stretch: what a reference frame shows that an earlier one showed already is said but once.
    private func path(_ frames: [Aligned], _ line: Line) -> Path? {
        guard let best = frames.max(by: { $0.decades < $1.decades }),
            frames.contains(where: { $0.pairs.count >= matching.placesLeast })
        else { return nil }
        var ofReference: [Int: Aligned] = [:]
        for frame in frames where frame.decades > ofReference[frame.reference]?.decades ?? 0 {
            ofReference[frame.reference] = frame
        }
        var evidence = 0.0, moments = 0.0, distinct = 0
        var said: [Aligned] = []
        // The strongest moment counts in full, the others by what is new in them.
        for frame in ofReference.values.sorted(by: {
            $0.decades != $1.decades ? $0.decades > $1.decades : $0.reference < $1.reference
        }) {
            let weight = said.isEmpty ? 1 : novelty(frame, beside: said)
            evidence += weight * (frame.decades - beside(frame))
            moments += weight
            if weight > 0.25 { distinct += 1 }
            said.append(frame)
        }
        var path = Path(
            line: line, frames: frames, queryStart: 0, queryEnd: 0, decades: evidence * consistency(frames),
            moments: moments,
            distinct: distinct, best: best)
        path.line = refined(path)
        (path.queryStart, path.queryEnd) = edges(path)
        return path
    }

    /// How far a path's frames are of one mind, 0...1: places agree rather than show something else, and agree where
    /// the transform puts them rather than near it. Two faces filmed alike, or two chequered shirts, share many places
    /// and contradict each other at as many.
    private func consistency(_ frames: [Aligned]) -> Double {
        var agreeing = 0, contradicted = 0, exact = 0
        for frame in frames {
            agreeing += frame.pairs.count
            contradicted += frame.contradicted
            let reach = matching.exactReach * max(0.3, min(1, frame.transform.scale))
            exact += frame.pairs.count { pair in
                let place = frame.transform(reference.x[pair.reference], reference.y[pair.reference])
                let dx = place.x - query.print.x[pair.query], dy = place.y - query.print.y[pair.query]
                return dx * dx + dy * dy < reach * reach
            }
        }
        guard agreeing > 0 else { return 0 }
        let agreement = Double(agreeing) / Double(agreeing + contradicted)
        let exactness = Double(exact) / Double(agreeing)
        return max(0.1, min(1, (agreement - 0.45) / 0.2)) * min(1, 0.4 + 2.4 * exactness)
    }

    /// What the same two frames say where they should say nothing: with the picture shifted. A texture that resembles
    /// itself everywhere, and one that is mere noise, say as much there as on the line.
    private func beside(_ frame: Aligned) -> Double {
        var sum = 0.0
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] as [(Float, Float)] {
            var shifted = frame.transform
            shifted.x += dx * matching.besideShift
            shifted.y += dy * matching.besideShift
            let found = match(frame.query, frame.reference, shifted, reach: matching.nextReach(shifted.scale, after: 0))
            sum += max(0, found.decades)
        }
        return matching.besideWeight * sum / 4
    }

    /// Share of a frame's agreeing features that no frame before showed at the same place, in either clip: a picture
    /// that changes in one and stays in the other is not the same.
    private func novelty(_ frame: Aligned, beside said: [Aligned]) -> Double {
        func same(_ a: Int, _ b: Int, in print: LocalPrint) -> Bool {
            let (p, q) = (print.codes[a].code, print.codes[b].code)
            return abs(print.x[a] - print.x[b]) < 0.02 && abs(print.y[a] - print.y[b]) < 0.02
                && (p.0 ^ q.0).nonzeroBitCount + (p.1 ^ q.1).nonzeroBitCount + (p.2 ^ q.2).nonzeroBitCount <= 24
        }
        let fresh = frame.pairs.count { pair in
            !said.contains { other in
                other.pairs.contains {
                    same($0.reference, pair.reference, in: reference) || same($0.query, pair.query, in: query.print)
                }
            }
        }
        return Double(fresh) / Double(max(1, frame.pairs.count))
    }

    /// Half a step beyond the first and the last frame that agree, and up to the clip's own ends.
    private func edges(_ path: Path) -> (start: Double, end: Double) {
        let first = path.frames[0].query, last = path.frames[path.frames.count - 1].query
        let half = LocalPrint.period / 2
        var start = first == 0 ? 0 : query.print.times[first] - half
        var end = query.print.ends[last] - (last + 1 < query.print.times.count ? half : -LocalPrint.period)
        start = max(start, path.line.query(at: 0))
        end = min(end, max(end - 2 * half, path.line.query(at: (reference.ends.last ?? 0) + LocalPrint.period)))
        return (start, max(start, end))
    }

    /// The line where each reference frame's closest moment lies, between the query's frames.
    private func refined(_ path: Path) -> Line {
        var fit = LineFit()
        for other in Set(path.frames.map(\.reference)).sorted() {
            guard reference.ends[other] - reference.times[other] < 1.6 else { continue }
            let near = path.frames.filter { $0.reference == other }
            guard let peak = near.max(by: { $0.decades < $1.decades }) else { continue }
            func decades(_ frame: Int) -> Double { near.first { $0.query == frame }?.decades ?? 0 }
            let before = decades(peak.query - 1), after = decades(peak.query + 1)
            let depth = 2 * peak.decades - before - after
            guard depth > 1, query.print.ends[peak.query] - query.print.times[peak.query] < 0.8 else { continue }
            let shift = max(-0.5, min(0.5, (after - before) / depth / 2 * 1.0))
            fit.add(
                query.print.times[peak.query] + shift * LocalPrint.period, reference.times[other],
                weight: min(depth, 8))
        }
        var line = path.line
        guard fit.weight > 0 else { return line }
        if fit.spread >= 1.5, let (slope, intercept) = fit.solution, slope > 0.7, slope < 1.4,
            abs(slope / line.speed - 1) < 0.06, line.speed != 1 || abs(slope - 1) > 0.15 / fit.spread
        {
            line.speed = slope
            line.offset = intercept
            return line
        }
        if let intercept = fit.intercept(slope: line.speed) { line.offset = intercept }
        return line
    }
}
