import CKernels
public import Fingerprints

/// A reference that shows a picture, and where it comes nearest to it.
public struct StillMatch: Sendable, Equatable {
    public var reference: Reference
    /// Seconds of the reference.
    public var time: Double
    /// Bits that differ, of 256.
    public var distance: Int
}

extension FingerprintIndex {
    /// References that show one picture, nearest first, of those that the policy leaves on: for hashes that came from elsewhere, without a video around them.
    ///
    /// One picture proves little: within 31 bits it is nearly always the same picture, which may be a title or a logo that
    /// many videos show. `lookup` wants several.
    ///
    /// - Parameter bits: how many may differ. Frames under quality 50 are passed over.
    /// - Complexity: looks at every frame code in the index, 2 ns each.
    public func references(
        showing picture: PDQHash, within bits: Int, banks: Set<String>? = nil
    ) throws(IndexError) -> [StillMatch] {
        let snapshot = try snapshot()
        let policy = snapshot.manifest.policy
        var found: [StillMatch] = []
        for live in snapshot.segments {
            let segment = live.segment
            var best: [Int: (code: Int, distance: Int)] = [:]
            for (code, distance) in segment.codes(within: bits, of: picture) {
                let record = segment.record(holding: code)
                guard !live.dead[record], FrameStretches.isUsable(quality: segment.quality(ofCode: code)),
                    distance < best[record]?.distance ?? Int.max
                else { continue }
                best[record] = (code, distance)
            }
            for (record, near) in best {
                let reference = segment.reference(record)
                guard banks?.contains(reference.bank) ?? true, policy.settings(of: reference.bank).isEnabled,
                    !policy.referencesOff.contains(reference.id)
                else { continue }
                found.append(
                    StillMatch(reference: reference, time: segment.seconds(ofCode: near.code), distance: near.distance))
            }
        }
        return found.sorted { ($0.distance, $0.reference.id) < ($1.distance, $1.reference.id) }
    }
}

extension Segment {
    /// Codes at most `bits` from a picture, ascending, with their distances.
    fileprivate func codes(within bits: Int, of picture: PDQHash) -> [(code: Int, distance: Int)] {
        let count = layout.codes
        guard count > 0, bits >= 0 else { return [] }
        let words = [picture.word0, picture.word1, picture.word2, picture.word3]
        // Room for a thousand; where there are more, all of them are looked at again.
        var capacity = min(1024, count)
        while true {
            var places = [UInt32](repeating: 0, count: capacity)
            var distances = [UInt16](repeating: 0, count: capacity)
            let found = unsafe withCodes(0..<count) { codes in
                // Four words for each of `count` codes; writes `capacity` at most.
                unsafe moire_hamming_scan(
                    words, codes, count, UInt32(min(bits, 256)), &places, &distances, capacity)
            }
            guard found > capacity else { return (0..<found).map { (Int(places[$0]), Int(distances[$0])) } }
            capacity = found
        }
    }
}
