import CKernels
import Fingerprints

/// Writes the frame codes of a segment's references as `FramePostings`; the same codes give the same bytes.
///
/// - Complexity: O(*n*), about 0.3 µs a code; 16 bytes of memory a stretch.
struct FramePostingsEncoder {
    private let batch: SegmentBatch
    /// The codes that begin a stretch.
    private var firsts: [UInt32] = []
    private let bits: Int
    /// None where there are too few codes to be worth a list.
    let byteCount: Int

    /// Reads the codes once. Their sum is at most `FramePostings.codesMax`.
    init(_ batch: SegmentBatch) {
        let codes = batch.size.codes
        self.batch = batch
        guard codes >= FramePostings.codesLeast else {
            (bits, byteCount) = (0, 0)
            return
        }
        precondition(codes <= FramePostings.codesMax, "\(codes) codes in one segment")
        var before = 0
        for member in batch.members {
            let own = batch.stretches(of: member)
            for first in own.firsts { firsts.append(UInt32(before + first)) }
            before += own.codes
        }
        bits = FramePostings.highBits(postings: firsts.count)
        byteCount = FramePostings.byteCount(postings: firsts.count, highBits: bits)
    }

    func write(to output: inout SectionOutput) throws(IndexError) {
        guard byteCount > 0 else { return }
        var header = ByteWriter()
        header.append(FramePostings.magic)
        for value in [
            FramePostings.formatVersion, UInt32(bits), UInt32(firsts.count), UInt32(batch.size.codes),
        ] {
            header.append(value)
        }
        header.append(contentsOf: [UInt8](repeating: 0, count: FramePostings.checksumOffset - header.bytes.count))
        header.append(SectionChecksum.of(header.bytes, 0..<FramePostings.checksumOffset))
        try output.append(contentsOf: header.bytes)
        for table in 0..<FramePostings.tables { try write(table: table, to: &output) }
    }

    /// The keys of the stretches in one table.
    private func keys(table: Int) -> [UInt64] {
        var keys: [UInt64] = []
        keys.reserveCapacity(firsts.count)
        var before = 0
        for member in batch.members {
            let codes = batch.codes(of: member)
            while keys.count < firsts.count, Int(firsts[keys.count]) < before + codes {
                let hash = batch.hash(of: member, code: Int(firsts[keys.count]) - before)
                let words = [hash.word0, hash.word1, hash.word2, hash.word3]
                // Four words, as the kernel reads them.
                keys.append(unsafe moire_frame_key(words, UInt32(table), UInt32(bits)))
            }
            before += codes
        }
        return keys
    }

    /// Counts each block, then puts every posting where its block has room: numbers ascend as the stretches do.
    private func write(table: Int, to output: inout SectionOutput) throws(IndexError) {
        let keys = keys(table: table)
        let blocks = 1 << bits, restBits = UInt64(moire_frame_rest_bits)
        var starts = [UInt32](repeating: 0, count: blocks + 1)
        for key in keys { starts[Int(key >> restBits) + 1] += 1 }
        for block in 0..<blocks { starts[block + 1] += starts[block] }
        var next = starts
        var order = [Int32](repeating: 0, count: keys.count)
        for (number, key) in keys.enumerated() {
            let block = Int(key >> restBits)
            order[Int(next[block])] = Int32(number)
            next[block] += 1
        }
        for start in starts { try output.append(start) }
        try output.pad(to: 8)
        for number in order { try output.append(UInt16(truncatingIfNeeded: keys[Int(number)])) }
        try output.append(contentsOf: [UInt8](repeating: 0, count: FramePostings.slackBytes))
        try output.pad(to: 8)
        for number in order {
            let code = firsts[Int(number)]
            try output.append(UInt16(truncatingIfNeeded: code))
            try output.append(UInt8(code >> 16))
        }
        try output.pad(to: 8)
    }
}
