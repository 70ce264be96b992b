import CKernels

/// A frame of the query and one of the reference that share places in the same arrangement.
struct LocalAnchor {
    var query: Int
    var reference: Int
    /// From the reference's picture to the query's.
    var transform: LocalTransform
    var decades: Double
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
        var order: [(key: Int, hit: Int)] = []
        order.reserveCapacity(hits.count)
        for (index, hit) in hits.enumerated() {
            order.append(
                (
                    Int(query.owners[Int(hit.query)]) * frames + Int(referenceOwners[Int(hit.reference)]), index
                ))
        }
        order.sort { $0.key != $1.key ? $0.key < $1.key : $0.hit < $1.hit }
        var anchors: [LocalAnchor] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, order[end].key == order[start].key { end += 1 }
            if end - start >= 2 {
                var group = order[start..<end].map { hits[$0.hit] }
                if group.count > matching.hitsOfFrames {
                    group.sort {
                        $0.similarity != $1.similarity
                            ? $0.similarity > $1.similarity : ($0.query, $0.reference) < ($1.query, $1.reference)
                    }
                    group.removeLast(group.count - matching.hitsOfFrames)
                }
                let key = order[start].key
                if let anchor = anchor(group, query: key / frames, reference: key % frames) { anchors.append(anchor) }
            }
            start = end
        }
        anchors.sort {
            $0.decades != $1.decades
                ? $0.decades > $1.decades : ($0.query, $0.reference) < ($1.query, $1.reference)
        }
        if anchors.count > matching.anchorsMax { anchors.removeLast(anchors.count - matching.anchorsMax) }
        return anchors
    }

    private struct Point {
        var qx: Float, qy: Float, rx: Float, ry: Float
        /// log₂ of the change of size, and the change.
        var octaves: Float, scale: Float
        var decades: Double
        /// Cell of the reference's picture.
        var cell: Int
    }

    private func anchor(_ group: [moire_local_hit], query frame: Int, reference other: Int) -> LocalAnchor? {
        let points = group.map { hit -> Point in
            let q = Int(hit.query), r = Int(hit.reference)
            let octaves = query.print.size[q] - reference.size[r]
            return Point(
                qx: query.print.x[q], qy: query.print.y[q], rx: reference.x[r], ry: reference.y[r], octaves: octaves,
                scale: exp2Of(octaves), decades: LocalMatching.weight(Int32(hit.similarity)),
                cell: LocalEvidence.cell(reference.x[r], reference.y[r]))
        }
        var best = 0.0, bestPoint = 0
        for (index, guess) in points.enumerated() {
            let sum = agreeing(points, with: guess).decades
            if sum > best { (best, bestPoint) = (sum, index) }
        }
        let guess = points[bestPoint]
        let result = agreeing(points, with: guess)
        guard result.cells >= 2, result.decades >= matching.anchorDecades else { return nil }
        var fit = LocalFit()
        var scale: Float = 0, count: Float = 0
        for index in result.members {
            let point = points[index]
            fit.add((point.rx, point.ry), (point.qx, point.qy), weight: 1)
            scale += point.octaves
            count += 1
        }
        let prior = LocalTransform.similarity(
            scale: exp2Of(scale / count), from: (guess.rx, guess.ry), to: (guess.qx, guess.qy))
        let transform = fit.solved(expecting: prior, pull: 0.03)
        guard transform.isPlausible else { return nil }
        return LocalAnchor(query: frame, reference: other, transform: transform, decades: result.decades)
    }

    private func agreeing(_ points: [Point], with guess: Point) -> (decades: Double, cells: Int, members: [Int]) {
        var cells: [Int: Double] = [:]
        var members: [Int] = []
        for (index, point) in points.enumerated() where abs(point.octaves - guess.octaves) <= matching.octaveReach {
            let dx = point.rx - guess.rx, dy = point.ry - guess.ry
            let ex = point.qx - guess.qx - guess.scale * dx, ey = point.qy - guess.qy - guess.scale * dy
            let reach = matching.placeReach + matching.sizeReach * guess.scale * (dx * dx + dy * dy).squareRoot()
            guard ex * ex + ey * ey <= reach * reach else { continue }
            members.append(index)
            cells[point.cell, default: 0] = max(cells[point.cell, default: 0], point.decades)
        }
        // In a fixed order, so that the sum is the same every time.
        return (cells.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }, cells.count, members)
    }
}
