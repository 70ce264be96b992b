import CKernels

/// Hits of a kernel, however many there are.
enum LocalHits {
    /// More than this are not held, 48 MB: then the closest.
    static let heldMax = 1 << 22

    /// Everything a kernel finds.
    ///
    /// - Parameter kernel: writes hits of a least similarity into the array, as many as fit, and returns how many there
    ///   are, or a negative number.
    /// - Returns: nil where the kernel returned a negative number.
    static func all(least: Int32, _ kernel: (Int32, inout [moire_local_hit]) -> Int64) -> [moire_local_hit]? {
        let none = moire_local_hit(query: 0, reference: 0, similarity: 0)
        var least = least, hits = [moire_local_hit](repeating: none, count: 1 << 12)
        while true {
            let found = kernel(least, &hits)
            guard found >= 0 else { return nil }
            if found <= hits.count {
                hits.removeLast(hits.count - Int(found))
                return hits
            }
            if found <= heldMax {
                hits = [moire_local_hit](repeating: none, count: Int(found))
            } else {
                least += 16
            }
        }
    }

    /// At most `most` hits of each feature, the closest, in the order given.
    ///
    /// A logo that stays for minutes meets itself in every pair of frames: a common bound on all hits would leave it
    /// alone and drop the content behind it.
    ///
    /// - Parameter feature: equal for hits that lie next to each other.
    static func thinned(
        _ hits: [moire_local_hit], most: Int, by feature: (moire_local_hit) -> UInt32
    ) -> [moire_local_hit] {
        var kept: [moire_local_hit] = []
        kept.reserveCapacity(hits.count)
        var start = 0
        while start < hits.count {
            var end = start + 1
            while end < hits.count, feature(hits[end]) == feature(hits[start]) { end += 1 }
            if end - start <= most {
                kept += hits[start..<end]
            } else {
                let closest = (start..<end).sorted {
                    (hits[$1].similarity, $0) < (hits[$0].similarity, $1)
                }.prefix(most)
                kept += closest.sorted().map { hits[$0] }
            }
            start = end
        }
        return kept
    }
}
