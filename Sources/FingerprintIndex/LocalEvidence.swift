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
        /// What a place says on average that shows the same, decades.
        var decadesOfPlace = 0.0
        /// How the best frame's picture lies; `view(query:reference:)` finds it where it is not known.
        var knownView: PictureView?
        /// What movement says of it, and whether it gave the line.
        var movement: MovementVerdict?
        var isTimed = false
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

    /// Whether anchors agree on a line of time that says so much, decades.
    func hasLine(least: Double) -> Bool {
        bestLine(anchors(query.hits(in: reference, matching: matching)), least: least) != nil
    }

    // MARK: Lines of time

    private func isOn(_ anchor: LocalAnchor, _ line: Line) -> Bool {
        distance(anchor.query, anchor.reference, line) <= matching.toleranceSeconds
    }

    /// Seconds between a reference frame's stand and the line over a query frame's.
    func distance(_ frame: Int, _ other: Int, _ line: Line) -> Double {
        let from = line.reference(at: query.print.times[frame])
        let to = max(from, line.reference(at: query.print.ends[frame] - LocalPrint.period))
        let start = reference.times[other], end = max(start, reference.ends[other] - LocalPrint.period)
        return max(0, max(start - to, from - end))
    }

    private func bestLine(_ anchors: [LocalAnchor], least: Double? = nil) -> Line? {
        let votes = anchors.prefix(LocalLines.votesMax).map { anchor in
            LocalLines.Vote(
                query: anchor.query, queryTime: query.print.times[anchor.query],
                referenceTime: reference.times[anchor.reference], decades: anchor.decades)
        }
        return LocalLines.best(votes, least: least ?? matching.lineDecades, isMirrored: isMirrored)?.line
    }
}
