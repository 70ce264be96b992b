import CKernels
import Fingerprints

/// Writes the local features of a segment's references as a `LocalSection`; the same features give the same bytes.
///
/// The list is made in portions of blocks: each reads all features and keeps what lies in its own. In memory are a
/// portion, and eight bytes for each block, of which there is one for about sixteen features.
struct LocalSectionEncoder {
    private let batch: SegmentBatch
    private let bits: Int
    private let numberBytes: Int
    /// Bytes of a portion; a block is never cut.
    private let portionBytes: Int

    /// - Parameter numberBytes: of a feature's number; nil for as few as will do.
    init(_ batch: SegmentBatch, numberBytes: Int? = nil, portionBytes: Int = 1 << 28) {
        let features = batch.size.places
        precondition(features <= LocalSection.featuresMax, "\(features) local features in a segment")
        self.batch = batch
        self.numberBytes = numberBytes ?? (features <= LocalSection.narrowMax ? 3 : 4)
        self.portionBytes = portionBytes
        bits = LocalSection.blockBits(features: features)
    }

    /// Nothing where there are no features.
    var byteCount: Int {
        guard batch.size.places > 0 else { return 0 }
        return LocalSection.parts(
            references: batch.size.references, frames: batch.size.pictures, features: batch.size.places,
            blockBits: bits, numberBytes: numberBytes
        ).reduce(LocalSection.headerBytes, +)
    }

    func write(to output: inout SectionOutput) throws(IndexError) {
        guard batch.size.places > 0 else { return }
        try output.append(contentsOf: header)
        var frame = 0
        for member in batch.members {
            let size = batch.pictureSize(of: member)
            try output.append(UInt32(frame))
            try output.append(size.width)
            try output.append(size.height)
            frame += try batch.pictures(of: member).frames
        }
        try output.append(UInt64(frame))
        var feature = 0
        for member in batch.members {
            for frame in try batch.frames(of: member) {
                try output.append(frame.ptsMs)
                try output.append(UInt32(feature))
                feature += frame.features
            }
        }
        try output.append(UInt64(feature) << 32)
        let starts = try writeFeatures(to: &output)
        for start in starts { try output.append(start) }
        try output.pad(to: 8)
        try writePostings(starts, bytes: LocalSection.tagBytes, to: &output)
        try writePostings(starts, bytes: numberBytes, to: &output)
    }

    private var header: [UInt8] {
        var writer = ByteWriter()
        writer.append(LocalSection.magic)
        let isNarrow = numberBytes == 3
        for value in [
            isNarrow ? LocalSection.narrowVersion : LocalSection.formatVersion, UInt32(batch.size.references),
            UInt32(batch.size.pictures), UInt32(batch.size.places), UInt32(bits),
            isNarrow ? 0 : UInt32(numberBytes),
        ] {
            writer.append(value)
        }
        writer.append(contentsOf: [UInt8](repeating: 0, count: LocalSection.checksumOffset - writer.bytes.count))
        writer.append(SectionChecksum.of(writer.bytes, 0..<LocalSection.checksumOffset))
        return writer.bytes
    }

    /// Writes the features and returns where each block of the list begins, and the last one ends.
    private func writeFeatures(to output: inout SectionOutput) throws(IndexError) -> [UInt32] {
        var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
        for member in batch.members {
            try batch.withFeatures(of: member) { (features) throws(IndexError) in
                // Whole features; a count for each block, one place on.
                unsafe features.withUnsafeBytes { bytes in
                    unsafe moire_local_count(
                        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        bytes.count / LocalSection.featureBytes, UInt32(bits), &starts)
                }
                try output.append(features)
            }
        }
        try output.pad(to: 8)
        for block in 0..<1 << bits { starts[block + 1] += starts[block] }
        return starts
    }

    /// Writes one value of each posting: its tag, or its feature's number.
    private func writePostings(
        _ starts: [UInt32], bytes: Int, to output: inout SectionOutput
    ) throws(IndexError) {
        let blocks = 1 << bits
        var next = starts, values: [UInt8] = []
        var from = 0
        while from < blocks {
            var to = from + 1
            while to < blocks, bytes * Int(starts[to + 1] - starts[from]) <= portionBytes { to += 1 }
            values = [UInt8](repeating: 0, count: bytes * Int(starts[to] - starts[from]))
            var number = 0
            for member in batch.members {
                try batch.withFeatures(of: member) { (features) throws(IndexError) in
                    let count = features.byteCount / LocalSection.featureBytes
                    // Whole features, and for each that lies in these blocks a place, since they were counted.
                    unsafe features.withUnsafeBytes { raw in
                        unsafe moire_local_fill(
                            raw.baseAddress?.assumingMemoryBound(to: UInt8.self), count, UInt32(number), UInt32(bits),
                            UInt32(from), UInt32(to), &next, starts[from], &values, UInt32(bytes))
                    }
                    number += count
                }
            }
            try output.append(contentsOf: values)
            from = to
        }
        try output.pad(to: 8)
    }
}
