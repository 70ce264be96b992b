import CKernels
import Fingerprints

/// Frame codes → the bytes of `FramePostings`; the same codes give the same bytes.
enum FramePostingsEncoder {
    /// - Parameter references: the codes of each, in the segment's order. Their sum is at most `FramePostings.codesMax`.
    /// - Returns: nothing where there are too few to be worth a list.
    /// - Complexity: O(*n*), about 0.3 µs a code; 16 bytes of memory a stretch.
    static func bytes(of references: [[FrameCode]]) -> [UInt8] {
        let codes = references.reduce(0) { $0 + $1.count }
        guard codes >= FramePostings.codesLeast else { return [] }
        precondition(codes <= FramePostings.codesMax, "\(codes) codes in one segment")
        var stretches: [(hash: PDQHash, code: UInt32)] = []
        var before = 0
        for frames in references {
            for first in FrameStretches.firsts(of: frames) {
                stretches.append((frames[first].hash, UInt32(before + first)))
            }
            before += frames.count
        }
        let bits = FramePostings.highBits(postings: stretches.count)
        var writer = ByteWriter()
        writer.reserve(FramePostings.byteCount(postings: stretches.count, highBits: bits))
        writer.append(FramePostings.magic)
        writer.append(FramePostings.formatVersion)
        writer.append(UInt32(bits))
        writer.append(UInt32(stretches.count))
        writer.append(UInt32(codes))
        writer.append(contentsOf: [UInt8](repeating: 0, count: FramePostings.checksumOffset - writer.bytes.count))
        writer.append(SectionChecksum.of(writer.bytes, 0..<FramePostings.checksumOffset))
        for table in 0..<FramePostings.tables { write(stretches, table: table, bits: bits, to: &writer) }
        return writer.bytes
    }

    /// Counts each block, then puts every posting where its block has room: numbers ascend as the stretches do.
    private static func write(
        _ stretches: [(hash: PDQHash, code: UInt32)], table: Int, bits: Int, to writer: inout ByteWriter
    ) {
        let keys = stretches.map { stretch -> UInt64 in
            let words = [stretch.hash.word0, stretch.hash.word1, stretch.hash.word2, stretch.hash.word3]
            // Four words, as the kernel reads them.
            return unsafe moire_frame_key(words, UInt32(table), UInt32(bits))
        }
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
        for start in starts { writer.append(start) }
        writer.pad(to: 8)
        for number in order { writer.append(UInt16(truncatingIfNeeded: keys[Int(number)])) }
        writer.append(contentsOf: [UInt8](repeating: 0, count: FramePostings.slackBytes))
        writer.pad(to: 8)
        for number in order {
            let code = stretches[Int(number)].code
            writer.append(UInt16(truncatingIfNeeded: code))
            writer.append(UInt8(code >> 16))
        }
        writer.pad(to: 8)
    }
}
