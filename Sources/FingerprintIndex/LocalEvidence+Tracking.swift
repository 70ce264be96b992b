import CKernels
import Glibc

/// Carrying the picture's place from frame to frame.
extension LocalEvidence {
    /// What agrees along a line of time, from the anchor that carries the transform.
    ///
    /// - Parameter isExact: whether the line is to stay as it is.
    func paths(on line: Line, from seed: LocalAnchor, isExact: Bool = false) -> [Path] {
        var aligned: [Aligned?] = Array(repeating: nil, count: query.print.times.count)
        guard let start = begin(seed) else { return [] }
        aligned[seed.query] = start.frame
        walk(seed.query + 1..<query.print.times.count, line, from: start.pose, seed, &aligned)
        walk((0..<seed.query).reversed(), line, from: start.pose, seed, &aligned)
        return stretches(aligned, line, isExact: isExact)
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

    /// Looks for every feature of a reference frame where the transform puts it, or the view of which that is the transform.
    func match(
        _ frame: Int, _ other: Int, _ transform: LocalTransform, through view: PictureView? = nil, reach: Float
    ) -> Aligned {
        let scale = transform.scale, octaves = Float(log2(Double(scale)))
        let features = reference.features(other), print = query.print
        // The finest size that the query's picture can show: its own finest.
        let finest: Float = -8.2
        var cells = [Double](repeating: 0, count: 64)
        var missing = 0.0, contradicted = 0
        var pairs: [(query: Int, reference: Int, weight: Float)] = []
        for feature in features {
            let (x, y) = (reference.x[feature], reference.y[feature])
            let place = view.map { $0(x, y) } ?? transform(x, y)
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
}
