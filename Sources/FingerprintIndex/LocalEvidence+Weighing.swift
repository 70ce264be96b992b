import CKernels
import Glibc

/// What a stretch of frames that agree is worth.
extension LocalEvidence {
    /// Stretches without a long gap, each cut to where frames agree.
    func stretches(_ aligned: [Aligned?], _ line: Line, isExact: Bool) -> [Path] {
        var paths: [Path] = [], current: [Aligned] = [], lastEnd = -Double.infinity
        func close() {
            if let path = path(current, line, isExact: isExact) { paths.append(path) }
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
    private func path(_ frames: [Aligned], _ line: Line, isExact: Bool) -> Path? {
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
            line: line, frames: frames, queryStart: 0, queryEnd: 0, decades: evidence, moments: moments,
            distinct: distinct, best: best)
        // What says nothing is none, of whatever mind.
        if evidence > 0 { path.decades *= consistency(&path) }
        if !isExact { path.line = refined(path) }
        (path.queryStart, path.queryEnd) = edges(path)
        return path
    }

    /// How far a path's frames are of one mind, 0...1: places agree rather than show something else, agree where the
    /// transform puts them rather than near it, and most of what the reference shows is there. Two faces filmed alike,
    /// or two chequered shirts, share many places, contradict each other at half as many, where they agree lie anywhere
    /// within the search's reach, and of most places the other shows nothing.
    ///
    /// A picture seen from an angle is looked at again as it was seen: an affine map puts its corners elsewhere.
    private func consistency(_ path: inout Path) -> Double {
        let view = PictureView(path, query: query.print, reference: reference)
        path.knownView = view
        var agreeing = 0, contradicted = 0, exact = 0, scales = 0.0, visible = 0, found = 0, said = 0.0
        for frame in path.frames {
            var frame = frame
            let seen = PictureView(view, movedTo: frame.transform)
            if view.isBent {
                let reach = matching.secondReach(frame.transform.scale)
                frame = match(frame.query, frame.reference, frame.transform, through: seen, reach: reach)
            }
            agreeing += frame.pairs.count
            contradicted += frame.contradicted
            said += frame.pairs.reduce(0) { $0 + Double($1.weight) }
            scales += Double(frame.transform.scale) * Double(frame.pairs.count)
            let reach = matching.exactly(frame.transform.scale).reach
            exact += frame.pairs.count { pair in
                let place = seen(reference.x[pair.reference], reference.y[pair.reference])
                let dx = place.x - query.print.x[pair.query], dy = place.y - query.print.y[pair.query]
                return dx * dx + dy * dy < reach * reach
            }
            if let finest = finest(frame, seen) {
                visible += reference.features(frame.reference).count { isVisible($0, in: frame, seen, finest) }
                found += frame.pairs.count { isVisible($0.reference, in: frame, seen, finest) }
            }
        }
        guard agreeing > 0 else { return 0 }
        path.decadesOfPlace = said / Double(agreeing)
        return matching.consistency(
            agreement: Double(agreeing) / Double(agreeing + contradicted), exactness: Double(exact) / Double(agreeing),
            scale: scales / Double(agreeing),
            coverage: visible > 0 ? Double(found) / Double(visible) : 1)
    }

    /// The size, log₂, over which nine of ten features are that a query frame has where it shows the reference; nil
    /// where it has none there. What a blur took away is finer, and says nothing by being away.
    private func finest(_ frame: Aligned, _ view: PictureView) -> Float? {
        let print = query.print
        let sizes = print.features(frame.query).filter { feature in
            let place = view.undone(print.x[feature], print.y[feature])
            return place.x > 0 && place.y > 0 && place.x < reference.width && place.y < reference.height
        }.map { print.size[$0] }.sorted()
        return sizes.isEmpty ? nil : sizes[sizes.count / 10]
    }

    /// Whether a reference's feature lies in the query's picture and is as large there as those that it shows.
    private func isVisible(_ feature: Int, in frame: Aligned, _ view: PictureView, _ finest: Float) -> Bool {
        let place = view(reference.x[feature], reference.y[feature])
        return place.x > 0 && place.y > 0 && place.x < query.print.width && place.y < query.print.height
            && reference.size[feature] + Float(log2(Double(frame.transform.scale))) >= finest
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
}
