import Fingerprints

/// On which line of time places agree, as what moves has it.
extension PairComparison {
    /// Paths by places, best first, with their movement looked at. What stands still agrees on many lines; once movement has
    /// confirmed one of these itself, it is not looked at again for others of the same stretch, and those that show no other
    /// picture are left out.
    func timed(_ paths: [LocalEvidence.Path], _ evidence: LocalEvidence) -> [LocalEvidence.Path] {
        var timed: [LocalEvidence.Path] = [], looked: [StretchMovement] = []
        for var path in paths {
            let sure = timed.first { other in
                other.movement?.isSureOfLine == true
                    && Self.covers((other.queryStart, other.queryEnd), (path.queryStart, path.queryEnd))
            }
            if let sure, let movement = sure.movement {
                // It would be followed to where that one is.
                if sure.stands(for: path, in: evidence) { continue }
                path.movement = movement.elsewhere
                timed.append(followed(path, on: sure.line, movement, evidence) ?? path)
            } else {
                timed.append(self.timed(path, evidence, &looked))
            }
        }
        return timed
    }

    static func covers(_ stretch: (start: Double, end: Double), _ other: (start: Double, end: Double)) -> Bool {
        min(stretch.end, other.end) - max(stretch.start, other.start) >= 0.8 * (other.end - other.start)
    }

    /// A path by places with its movement looked at, and followed anew where that agrees on another line.
    ///
    /// - Parameter looked: what was looked for in other paths' stretches.
    private func timed(_ path: LocalEvidence.Path, _ evidence: LocalEvidence, _ looked: inout [StretchMovement])
        -> LocalEvidence.Path
    {
        let matching = MovementMatching.current
        guard mayMatter(path.decades, path.line),
            let movement = movement((path.queryStart, path.queryEnd), path.line, views(of: path), &looked)
        else { return path }
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
}

extension LocalEvidence.Path {
    /// Whether another path's best frame lies in this one as that has it, as far as whoever followed that on this one's line
    /// would look, and says no more.
    fileprivate func stands(for other: LocalEvidence.Path, in evidence: LocalEvidence) -> Bool {
        guard decades >= other.decades, let own = frames.first(where: { $0.query == other.best.query }),
            own.pairs.count >= evidence.matching.placesLeast
        else { return false }
        let (width, height) = (evidence.reference.width, evidence.reference.height)
        let reach = evidence.matching.firstReach(own.transform.scale)
        return [(0, 0), (width, 0), (0, height), (width, height)].allSatisfy { x, y in
            let (a, b) = (own.transform(x, y), other.best.transform(x, y))
            return abs(a.x - b.x) <= reach && abs(a.y - b.y) <= reach
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
