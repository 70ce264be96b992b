import CKernels

/// Which blocks of the frame lists one question opens; made again for each question, in the same memory.
@safe final class FramePlan {
    private let memory: UnsafeMutableRawPointer
    /// Lives as long as the plan.
    var kernel: OpaquePointer { unsafe OpaquePointer(memory) }
    /// Of the lists that it is for.
    private(set) var highBits = 0

    init() {
        unsafe memory = .allocate(byteCount: moire_frame_plan_bytes(), alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    /// - Parameters:
    ///   - highBits: of the lists.
    ///   - postings: of each list, about.
    ///   - blocks: to open in each.
    func make(for query: moire_frame_query, highBits: Int, postings: Int, blocks: Int) {
        self.highBits = highBits
        var query = query
        unsafe moire_frame_plan_make(kernel, UInt32(highBits), Double(postings), &query, UInt32(max(0, blocks)))
    }
}

/// Segments whose lists are alike: one plan of a question serves them all.
struct FrameLists {
    /// 0 for segments that are scanned.
    var highBits: Int
    /// Numbers of the segments.
    var segments: [Int] = []
    /// Of a list, on average.
    var postings = 0
    /// Blocks that a question opens in each of these lists, of each that it opened in one list of all codes.
    var share = 0.0

    /// All segments with codes, those with the shortest names of blocks first.
    static func all(_ segments: [Snapshot.Live]) -> [FrameLists] {
        let codes = segments.reduce(0) { $0 + $1.segment.layout.codes }
        var found: [Int: FrameLists] = [:]
        for (number, live) in segments.enumerated() where live.segment.layout.codes > 0 {
            let list = live.segment.frames, bits = list?.highBits ?? 0
            var lists = found[bits] ?? FrameLists(highBits: bits)
            lists.segments.append(number)
            lists.postings += list?.postings ?? 0
            lists.share += max(1.0 / 8, Double(live.segment.layout.codes) / Double(codes))
            found[bits] = lists
        }
        return found.values.sorted { $0.highBits < $1.highBits }.map { sum in
            var lists = sum
            lists.postings /= sum.segments.count
            lists.share /= Double(sum.segments.count)
            return lists
        }
    }
}
