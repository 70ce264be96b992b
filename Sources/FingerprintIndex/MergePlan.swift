import Fingerprints

/// Which segments are written anew together with fresh entries.
///
/// Size-tiered: a segment's tier is the power of four of its live bytes. Whenever the new segment would be
/// the fourth of its tier or above smaller ones, they become one, and the question is asked again one
/// tier up. Segments that are mostly dead join in, so that removed references do not stay for ever.
struct MergePlan {
    private(set) var segments: [Segment] = []
    private var live: [[Int]] = []
    private let room: IndexLimits.Room

    /// Segments under 4 KiB all count as the lowest tier.
    private static func tier(_ bytes: Int) -> Int {
        var tier = 0, rest = bytes >> 12
        while rest > 0 {
            rest >>= 2
            tier += 1
        }
        return tier
    }

    /// Everything alive, in as few segments as there is room for.
    init(compacting snapshot: Snapshot) {
        room = .compact
        // One segment without a dead record is as it should be.
        guard snapshot.segments.count > 1 || snapshot.segments.contains(where: { $0.dead.contains(true) }) else {
            return
        }
        for item in snapshot.segments {
            segments.append(item.segment)
            live.append(item.dead.indices.filter { !item.dead[$0] })
        }
    }

    init(adding fresh: [IndexEntry], to snapshot: Snapshot, tombstones: Set<Manifest.Tombstone>) {
        room = .everyday
        struct Candidate {
            var segment: Segment
            var live: [Int]
            var bytes: Int
        }
        var candidates = snapshot.segments.map { item in
            let number = item.segment.entry.number
            let live = item.dead.indices.filter {
                !item.dead[$0] && !tombstones.contains(Manifest.Tombstone(segment: number, record: UInt32($0)))
            }
            let share = item.dead.isEmpty ? 0 : Double(live.count) / Double(item.dead.count)
            return Candidate(segment: item.segment, live: live, bytes: Int(Double(item.segment.entry.bytes) * share))
        }
        var bytes = fresh.reduce(0) {
            $0 + 128 + 43 * $1.fingerprint.video.frames.count + 8 * $1.fingerprint.audio.peaks.count
                + 20 * $1.fingerprint.local.featureCount + 8 * $1.fingerprint.movement.trace.steps
        }
        func take(_ wanted: (Candidate) -> Bool) -> Bool {
            let taken = candidates.filter(wanted)
            candidates.removeAll(where: wanted)
            for candidate in taken {
                segments.append(candidate.segment)
                live.append(candidate.live)
                bytes += candidate.bytes
            }
            return !taken.isEmpty
        }
        _ = take { $0.live.count * 2 < $0.segment.layout.references || $0.live.isEmpty }
        guard !fresh.isEmpty else { return }
        while true {
            let tier = Self.tier(bytes)
            // What fills half of the room by itself would only be written anew as large as it was, again and again.
            let near = { (candidate: Candidate) in
                candidate.bytes <= IndexLimits.mergedBytes && Self.tier(candidate.bytes) <= tier
                    && 2 * candidate.segment.peakCount <= IndexLimits.Room.everyday.peaks
                    && 2 * candidate.segment.layout.codes <= IndexLimits.Room.everyday.codes
                    && 2 * (candidate.segment.places?.features ?? 0) <= IndexLimits.Room.everyday.places
            }
            guard candidates.count(where: near) >= 3, take(near) else { break }
        }
    }

    /// Hands out the fresh entries and everything alive in the merged segments, in portions of one segment each.
    ///
    /// What is copied is compared with its checksum before: damage must not get a checksum that fits.
    func forEachBatch(with fresh: [IndexEntry], _ body: (SegmentBatch) throws(IndexError) -> Void) throws(IndexError) {
        for segment in segments { try segment.verify(SegmentLayout.Section.copied) }
        let none = SegmentBatch(fresh: fresh.map(SegmentBatch.Fresh.init), segments: segments)
        var batch = none
        func put(_ member: SegmentBatch.Member) throws(IndexError) {
            if try batch.take(member, within: room) { return }
            try body(batch)
            batch = none
            _ = try batch.take(member, within: room)
        }
        for number in fresh.indices { try put(SegmentBatch.Member(fresh: number)) }
        for (segment, records) in live.enumerated() {
            for record in records { try put(SegmentBatch.Member(record: record, of: segment)) }
        }
        if !batch.members.isEmpty { try body(batch) }
    }
}
