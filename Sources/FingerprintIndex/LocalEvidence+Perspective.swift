/// Whether a picture was seen from an angle.
extension LocalEvidence.Path {
    /// Pairs of places that a perspective needs, and how much better than the best affine map it must fit, nats: two
    /// numbers more are fitted, and places of neighbouring frames are not independent.
    private static let pairsLeast = 16
    private static let gainLeast = 12.0
    private static let gainOfPair = 0.08
    /// What a pair may say against it on average, nats. In copies that were slanted it was 0.9 to 1.3, between two people
    /// who were filmed alike 1.5 to 2.7: two numbers more bring any places together a little.
    private static let missMost = 1.3
    /// By how much it must move a corner, units of the longest side: less is within what places can tell.
    private static let bendLeast = 0.02
    /// Frames around the best whose places are asked together.
    private static let framesMost = 9

    /// The map of the best frame, where lines that are parallel in the reference meet in the query; nil where an affine map
    /// says as much.
    ///
    /// One frame has few places, so those of the frames around it help, moved by how their pictures lie to the best one's.
    func perspective(query: LocalPrint, reference: LocalPrint) -> Homography? {
        let steady = frames.filter { $0.decades >= LocalMatching.current.frameDecades }
        let near = steady.sorted { a, b in
            let (x, y) = (abs(a.query - best.query), abs(b.query - best.query))
            return x != y ? x < y : a.query < b.query
        }.prefix(Self.framesMost)
        var pairs: [Homography.Pair] = []
        for frame in near {
            guard let back = frame.transform.inverse else { continue }
            for pair in frame.pairs {
                let shown = back(query.x[pair.query], query.y[pair.query])
                let to = best.transform(shown.x, shown.y)
                pairs.append(
                    Homography.Pair(
                        from: (Double(reference.x[pair.reference]), Double(reference.y[pair.reference])),
                        to: (Double(to.x), Double(to.y))))
            }
        }
        guard pairs.count >= Self.pairsLeast else { return nil }
        let width = Double(reference.width), height = Double(reference.height)
        let start = Homography(best.transform, middle: (width / 2, height / 2))
        let affine = start.fitted(to: pairs, isAffine: true), cost = affine.cost(pairs)
        let count = Double(pairs.count), gainLeast = max(Self.gainLeast, Self.gainOfPair * count)
        // What fits so well can gain no more.
        guard cost >= gainLeast else { return nil }
        let bent = affine.fitted(to: pairs, isAffine: false), miss = bent.cost(pairs)
        guard miss <= Self.missMost * count, cost - miss >= gainLeast, bent.isInFront(width, height) else {
            return nil
        }
        let bends = Homography.corners(width, height).map { corner -> Double in
            let a = affine(corner.x, corner.y), b = bent(corner.x, corner.y)
            let dx = a.x - b.x, dy = a.y - b.y
            return (dx * dx + dy * dy).squareRoot()
        }
        return (bends.max() ?? 0) >= Self.bendLeast ? bent : nil
    }
}

extension Homography {
    fileprivate static func corners(_ width: Double, _ height: Double) -> [(x: Double, y: Double)] {
        [(0, 0), (width, 0), (width, height), (0, height)]
    }

    /// Whether all of a picture of this size lies before the camera, its farthest corner no more than three times as far as
    /// its nearest.
    func isInFront(_ width: Double, _ height: Double) -> Bool {
        let depths = Self.corners(width, height).map { depth($0.x - middle.x, $0.y - middle.y) }
        guard let nearest = depths.min(), let farthest = depths.max() else { return false }
        return nearest > 0 && farthest <= 3 * nearest
    }
}
