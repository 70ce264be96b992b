import CKernels

/// A query as the kernels want it: landmarks ascending by key, then tick.
struct SoundQuery {
    /// Different ones, ascending.
    private(set) var keys: [UInt32] = []
    /// Where each key stands among those of all queries that are asked together.
    fileprivate(set) var ranks: [UInt32] = []
    /// Landmarks of key i: `starts[i]..<starts[i + 1]`.
    private(set) var starts: [UInt32] = [0]
    /// `zero` − tick of each landmark: never negative, and `zero` is a multiple of the bin, so that bins lie the same
    /// for every query.
    private(set) var shifts: [UInt32] = []
    /// Which of the query's different ticks a landmark has; empty where that does not matter.
    private(set) var moments: [UInt32] = []
    private(set) var momentCount = 1
    private(set) var zero = 0

    init(_ unordered: [SoundLandmark], _ parameters: SoundVoteParameters) {
        precondition(unordered.count <= SoundVoteParameters.landmarksMax, "\(unordered.count) landmarks")
        // Landmarks mostly come in order of time, and the sort by key below keeps it.
        let inOrder = zip(unordered, unordered.dropFirst()).allSatisfy { $0.tick <= $1.tick }
        let landmarks = inOrder ? unordered : unordered.sorted { $0.tick < $1.tick }
        guard let first = landmarks.first?.tick, let last = landmarks.last?.tick else { return }
        precondition(Int(last) - Int(first) < 1 << 31, "ticks \(first) to \(last)")
        var sorted = landmarks.indices.map { index -> UInt64 in
            precondition(landmarks[index].key < SoundPostings.keys, "key \(landmarks[index].key)")
            return UInt64(landmarks[index].key) << UInt64(moire_votes_landmark_bits) | UInt64(index)
        }
        var spare = sorted
        // Keys have 24 bits, and the spare is as long.
        unsafe moire_votes_sort(&sorted, &spare, sorted.count, 24)
        zero = (Int(last) + parameters.binTicks - 1) & -parameters.binTicks
        shifts.reserveCapacity(sorted.count)
        keys.reserveCapacity(sorted.count)
        starts.reserveCapacity(sorted.count + 1)
        var key = UInt32.max, tick = Int32.min
        for item in sorted {
            let landmark = landmarks[Int(item & UInt64(SoundVoteParameters.landmarksMax - 1))]
            if landmark.key == key && landmark.tick == tick { continue }
            if landmark.key != key {
                if !keys.isEmpty { starts.append(UInt32(shifts.count)) }
                keys.append(landmark.key)
            }
            (key, tick) = (landmark.key, landmark.tick)
            shifts.append(UInt32(zero - Int(tick)))
        }
        starts.append(UInt32(shifts.count))
        if parameters.votesPerTick > 0 { numberMoments() }
    }

    /// Numbers the ticks: sorts them with their landmarks and counts the changes.
    private mutating func numberMoments() {
        moments = [UInt32](repeating: 0, count: shifts.count)
        momentCount = 0
        var ordered = shifts.indices.map { UInt64(shifts[$0]) << 32 | UInt64($0) }
        ordered.sort()
        for (index, item) in ordered.enumerated() {
            if index > 0, item >> 32 != ordered[index - 1] >> 32 { momentCount += 1 }
            moments[Int(UInt32(truncatingIfNeeded: item))] = UInt32(momentCount)
        }
        momentCount += 1
    }
}

/// Queries that are asked together, and all of their keys.
struct SoundQueries {
    private(set) var queries: [SoundQuery]
    /// Different ones, ascending.
    private(set) var keys: [UInt32] = []

    /// - Complexity: 5 ns a key, and 0.1 ms for the set.
    init(_ unranked: [SoundQuery]) {
        queries = unranked
        guard queries.count > 1 else {
            for index in queries.indices {
                keys = queries[index].keys
                queries[index].ranks = Array(0..<UInt32(keys.count))
            }
            return
        }
        // A set of bits counts each key once, and numbers them in order.
        let top = queries.reduce(0) { max($0, $1.keys.last ?? 0) }
        var set = [UInt64](repeating: 0, count: Int(top >> 6) + 1)
        for query in queries { for key in query.keys { set[Int(key >> 6)] |= 1 << UInt64(key & 63) } }
        var before = [UInt32](repeating: 0, count: set.count)
        for word in set.indices {
            before[word] = UInt32(keys.count)
            var bits = set[word]
            while bits != 0 {
                keys.append(UInt32(word << 6 | bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
        for index in queries.indices {
            queries[index].ranks = queries[index].keys.map { key in
                before[Int(key >> 6)] + UInt32((set[Int(key >> 6)] & (1 << UInt64(key & 63) - 1)).nonzeroBitCount)
            }
        }
    }
}
