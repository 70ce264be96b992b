import CKernels

/// A frame of the query and one of the reference that share places in the same arrangement.
struct LocalAnchor {
    var query: Int
    var reference: Int
    /// From the reference's picture to the query's.
    var transform: LocalTransform
    var decades: Double
}

/// A hit with the places of both features.
struct LocalMeeting {
    var qx: Float, qy: Float, rx: Float, ry: Float
    /// log₂ of the change of size, and the change.
    var octaves: Float, scale: Float
    var decades: Double
    /// Cell of the reference's picture.
    var cell: Int

    /// - Parameter reference: the place and the log₂ of the size.
    @inline(__always)
    init(_ query: LocalPrint, _ feature: Int, reference: (x: Float, y: Float, size: Float), similarity: UInt32) {
        (qx, qy) = (query.x[feature], query.y[feature])
        (rx, ry) = (reference.x, reference.y)
        octaves = query.size[feature] - reference.size
        scale = exp2Of(octaves)
        decades = LocalMatching.weight(Int32(similarity))
        cell = LocalEvidence.cell(rx, ry)
    }
}

/// Finds frame pairs whose hits agree on one shift and one change of size.
///
/// A single hit already says all of an upright transform: its place gives the shift, its size the scale. So every hit
/// is asked how many others it explains (a one-point RANSAC, every sample tried).
struct LocalAnchors {
    let query: LocalQuery
    let reference: LocalPrint
    let referenceOwners: [Int32]
    let matching: LocalMatching

    /// Best first.
    func find(_ hits: [moire_local_hit]) -> [LocalAnchor] {
        let frames = reference.times.count
        // One integer sorts by the pair of frames, then by the order of the hits.
        var order = hits.indices.map { index -> UInt64 in
            let hit = hits[index]
            let key = Int(query.owners[Int(hit.query)]) * frames + Int(referenceOwners[Int(hit.reference)])
            return UInt64(key) << 24 | UInt64(index)
        }
        precondition(hits.count <= 1 << 24, "\(hits.count) hits")
        order.sort()
        var anchors: [LocalAnchor] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, order[end] >> 24 == order[start] >> 24 { end += 1 }
            if end - start >= 2 {
                let key = Int(order[start] >> 24)
                let group = Self.closest(order[start..<end].map { hits[Int($0 & 0xFF_FFFF)] }, matching)
                let meetings = group.map { hit in
                    let r = Int(hit.reference)
                    return LocalMeeting(
                        query.print, Int(hit.query), reference: (reference.x[r], reference.y[r], reference.size[r]),
                        similarity: hit.similarity)
                }
                if let (transform, decades) = Self.arrangement(meetings, matching) {
                    anchors.append(
                        LocalAnchor(
                            query: key / frames, reference: key % frames, transform: transform, decades: decades))
                }
            }
            start = end
        }
        Self.sort(&anchors, matching)
        return anchors
    }

    /// Best first, and no more than are looked at.
    static func sort(_ anchors: inout [LocalAnchor], _ matching: LocalMatching) {
        anchors.sort {
            $0.decades != $1.decades
                ? $0.decades > $1.decades : ($0.query, $0.reference) < ($1.query, $1.reference)
        }
        if anchors.count > matching.anchorsMax { anchors.removeLast(anchors.count - matching.anchorsMax) }
    }

    /// Of too many hits of one pair of frames, the closest.
    static func closest(_ hits: [moire_local_hit], _ matching: LocalMatching) -> [moire_local_hit] {
        guard hits.count > matching.hitsOfFrames else { return hits }
        return Array(
            hits.sorted {
                $0.similarity != $1.similarity
                    ? $0.similarity > $1.similarity : ($0.query, $0.reference) < ($1.query, $1.reference)
            }.prefix(matching.hitsOfFrames))
    }

    /// What most of the hits of one pair of frames agree on; nil where that says too little.
    static func arrangement(_ meetings: [LocalMeeting], _ matching: LocalMatching)
        -> (transform: LocalTransform, decades: Double)?
    {
        var most = 0.0
        for meeting in meetings { most += meeting.decades }
        // No arrangement can say more than all of them; the margin is for the order of the sum.
        guard most >= matching.anchorDecades - 1e-9 else { return nil }
        var best = 0.0, bestPoint = 0
        for index in meetings.indices {
            let sum = agreeing(meetings, with: index, matching).decades
            if sum > best { (best, bestPoint) = (sum, index) }
        }
        let guess = meetings[bestPoint]
        let result = agreeing(meetings, with: bestPoint, matching)
        guard result.cells.nonzeroBitCount >= 2, result.decades >= matching.anchorDecades else { return nil }
        var fit = LocalFit()
        var scale: Float = 0, count: Float = 0
        for index in meetings.indices where result.members >> UInt64(index) & 1 == 1 {
            let meeting = meetings[index]
            fit.add((meeting.rx, meeting.ry), (meeting.qx, meeting.qy), weight: 1)
            scale += meeting.octaves
            count += 1
        }
        let prior = LocalTransform.similarity(
            scale: exp2Of(scale / count), from: (guess.rx, guess.ry), to: (guess.qx, guess.qy))
        let transform = fit.solved(expecting: prior, pull: 0.03)
        return transform.isPlausible ? (transform, result.decades) : nil
    }

    /// - Returns: the sum of what each cell says at best, the cells and the meetings that agree, a bit each.
    private static func agreeing(_ meetings: [LocalMeeting], with place: Int, _ matching: LocalMatching)
        -> (decades: Double, cells: UInt64, members: UInt64)
    {
        // There are 64 cells, and no more hits of one pair of frames than `hitsOfFrames`.
        var best = [64 of Double](repeating: 0)
        var cells: UInt64 = 0, members: UInt64 = 0
        let guess = meetings[place]
        for (index, meeting) in meetings.enumerated() {
            guard abs(meeting.octaves - guess.octaves) <= matching.octaveReach else { continue }
            let dx = meeting.rx - guess.rx, dy = meeting.ry - guess.ry
            let ex = meeting.qx - guess.qx - guess.scale * dx, ey = meeting.qy - guess.qy - guess.scale * dy
            let reach = matching.placeReach + matching.sizeReach * guess.scale * (dx * dx + dy * dy).squareRoot()
            guard ex * ex + ey * ey <= reach * reach else { continue }
            members |= 1 << UInt64(index)
            cells |= 1 << UInt64(meeting.cell)
            best[meeting.cell] = max(best[meeting.cell], meeting.decades)
        }
        // In a fixed order, so that the sum is the same every time.
        var sum = 0.0, rest = cells
        while rest != 0 {
            sum += best[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return (sum, cells, members)
    }
}
