import CKernels
import Fingerprints

/// Writes a segment section by section; the same references give the same bytes in any order.
///
/// In memory are eight bytes a reference, what one section needs to be sorted (`FramePostingsEncoder`,
/// `LocalSectionEncoder` and the portions of the sound's postings), and a megabyte on its way.
struct SegmentWriter {
    private let batch: SegmentBatch
    /// Bytes of a feature's number in the list of local features; nil for as few as there can be.
    private let numberBytes: Int?

    init(_ batch: SegmentBatch, numberBytes: Int? = nil) {
        var batch = batch
        batch.sort()
        self.batch = batch
        self.numberBytes = numberBytes
    }

    /// Writes the segment of this number; it is durable when this returns.
    func write(number: UInt64, in folder: String) throws(IndexError) -> Manifest.SegmentEntry {
        let file = try NewFile(Manifest.segmentName(number), in: folder)
        var output = SectionOutput(file)
        // The header comes last: it holds the checksums.
        try output.append(contentsOf: [UInt8](repeating: 0, count: SegmentLayout.headerBytes))
        var sums: [UInt64] = []
        let size = batch.size
        try output.begin(bytes: SegmentLayout.recordBytes * size.references)
        try writeRecords(to: &output)
        sums.append(try output.end())
        try output.begin(bytes: size.nameBytes)
        for member in batch.members { try batch.writeNames(of: member, to: &output) }
        sums.append(try output.end())
        for (section, bytes) in [
            (SegmentLayout.Section.hashes, SegmentLayout.hashBytes * size.codes),
            (.times, SegmentLayout.timeBytes * size.codes), (.qualities, SegmentLayout.qualityBytes * size.codes),
            (.peaks, size.peakBytes),
        ] {
            try output.begin(bytes: bytes)
            for member in batch.members { try batch.write(section, of: member, to: &output) }
            sums.append(try output.end())
        }
        try output.begin(bytes: nil)
        let postingBytes = try writePostings(to: &output)
        sums.append(try output.end())
        let frames = FramePostingsEncoder(batch)
        try output.begin(bytes: frames.byteCount)
        try frames.write(to: &output)
        sums.append(try output.end())
        let places = LocalSectionEncoder(batch, numberBytes: numberBytes)
        try output.begin(bytes: places.byteCount)
        try places.write(to: &output)
        sums.append(try output.end())
        let movementBytes = try writeMovements(to: &output, &sums)

        let layout = SegmentLayout(
            references: UInt32(size.references), codes: UInt32(size.codes), peakBytes: UInt32(size.peakBytes),
            nameBytes: UInt32(size.nameBytes), postingBytes: UInt64(postingBytes),
            frameBytes: UInt64(frames.byteCount), placeBytes: UInt64(places.byteCount),
            movementBytes: UInt64(movementBytes))
        precondition(output.count == layout.fileBytes, "\(output.count) bytes instead of \(layout.fileBytes)")
        let header = header(layout, sums)
        // Plain bytes as raw bytes, lent for the call.
        try file.overwrite(unsafe header.bytes.span.bytes, at: 0)
        try file.publish()
        return Manifest.SegmentEntry(
            number: number, bytes: UInt64(layout.fileBytes),
            headerChecksum: SectionChecksum.of(header.bytes, 0..<SegmentLayout.headerChecksumOffset))
    }

    /// Writes the traces of movement, if there are any, and returns how many bytes their section has.
    private func writeMovements(to output: inout SectionOutput, _ sums: inout [UInt64]) throws(IndexError) -> Int {
        var traces = 0
        for member in batch.members { traces += try batch.traceBytes(of: member) }
        guard traces > 0 else { return 0 }
        let bytes = MovementSection.bytes(references: batch.members.count, traces: traces)
        try output.begin(bytes: bytes)
        var first: UInt64 = 0
        for member in batch.members {
            try output.append(first)
            first += UInt64(try batch.traceBytes(of: member))
        }
        try output.append(first)
        for member in batch.members { try batch.writeTrace(of: member, to: &output) }
        sums.append(try output.end())
        return bytes
    }

    private func header(_ layout: SegmentLayout, _ sums: [UInt64]) -> ByteWriter {
        var writer = ByteWriter()
        writer.append(SegmentLayout.magic)
        writer.append(layout.movementBytes > 0 ? SegmentLayout.formatVersion : SegmentLayout.motionlessVersion)
        writer.append(UInt32(0))
        writer.append(UInt64(layout.fileBytes))
        for count in [layout.references, layout.codes, layout.peakBytes, layout.nameBytes] {
            writer.append(UInt32(count))
        }
        writer.append(contentsOf: [UInt8](repeating: 0, count: SegmentLayout.headerBytes - writer.bytes.count))
        writer.set(UInt64(layout.postingBytes), at: SegmentLayout.postingBytesOffset)
        writer.set(UInt64(batch.size.peaks), at: SegmentLayout.peakCountOffset)
        writer.set(UInt64(layout.frameBytes), at: SegmentLayout.frameBytesOffset)
        writer.set(UInt64(layout.placeBytes), at: SegmentLayout.placeBytesOffset)
        writer.set(UInt64(layout.movementBytes), at: SegmentLayout.movementBytesOffset)
        for (section, sum) in zip(SegmentLayout.Section.allCases, sums) {
            writer.set(sum, at: SegmentLayout.checksumOffset(section))
        }
        writer.set(
            SectionChecksum.of(writer.bytes, 0..<SegmentLayout.headerChecksumOffset),
            at: SegmentLayout.headerChecksumOffset)
        return writer
    }

    private func writeRecords(to output: inout SectionOutput) throws(IndexError) {
        var firstName = 0, firstCode = 0, firstPeakByte = 0, firstTick: UInt32 = 0
        for member in batch.members {
            let facts = try batch.facts(member)
            try output.append(facts.sequence)
            try output.append(facts.duration)
            try output.append(facts.fingerprintDuration)
            try output.append(UInt32(firstName))
            for index in facts.names.indices { try output.append(facts.names[index]) }
            try output.append(UInt32(firstCode))
            try output.append(UInt32(facts.codes))
            try output.append(UInt32(firstPeakByte))
            try output.append(UInt32(facts.peakBytes))
            try output.append(UInt32(facts.peaks))
            try output.append(firstTick)
            firstName += facts.nameBytes
            firstCode += facts.codes
            firstPeakByte += facts.peakBytes
            firstTick += facts.ticks
        }
    }

    // MARK: Sound

    /// The room of a sound on its segment's timeline: to its last peak, and far enough beyond that no delay means
    /// two sounds.
    static func ticks(of peaks: [SoundPeak]) -> UInt32 {
        peaks.last.map { $0.hop / 2 + SegmentLayout.ticksBetween } ?? 0
    }

    /// Peaks whose postings are sorted at a time: 400 MB.
    private static let portion = 1 << 23

    /// Writes the list of landmarks and returns how many bytes it has.
    private func writePostings(to output: inout SectionOutput) throws(IndexError) -> Int {
        guard batch.size.peaks > 0 else { return 0 }
        let before = output.count
        var encoder = SoundPostingsEncoder(ticks: UInt64(batch.size.ticks))
        var postings: [UInt64] = [], spare: [UInt64] = []  // key above place
        var count = 0
        for bands in try portions() {
            postings.removeAll(keepingCapacity: true)
            try forEachSound { peaks, firstTick in
                SoundLandmarks().store(peaks, bands: bands, firstTick: firstTick, into: &postings)
            }
            if spare.count < postings.count { spare = postings }
            // Of one key the places ascend already, so keys and the places' first bits are all that needs sorting. Both have
            // room for all.
            unsafe moire_votes_sort(
                &postings, &spare, postings.count, UInt32(SoundLandmarks.keyBits + 32 - Int(moire_votes_landmark_bits)))
            var last: UInt64?
            for posting in postings where posting != last {
                encoder.append(
                    SoundPosting(key: UInt32(posting >> 32), place: UInt32(truncatingIfNeeded: posting)))
                last = posting
                count += 1
            }
            try output.append(contentsOf: encoder.drain())
        }
        if count > 0 { try output.append(contentsOf: encoder.finish()) }
        return output.count - before
    }

    /// Reads every sound once.
    private func forEachSound(_ body: (_ peaks: [SoundPeak], _ firstTick: UInt32) -> Void) throws(IndexError) {
        var firstTick: UInt32 = 0
        for member in batch.members {
            let ticks = try batch.facts(member).ticks
            guard ticks > 0 else { continue }
            body(try batch.peaks(of: member), firstTick)
            firstTick += ticks
        }
    }

    /// Ranges of bands, each with a portion of the peaks at most or of one key's band only.
    private func portions() throws(IndexError) -> [Range<UInt16>] {
        guard batch.size.peaks > Self.portion else { return [0..<SoundPeak.bandsMax] }
        var peaks = [Int](repeating: 0, count: Int(SoundPeak.bandsMax) / 2)
        try forEachSound { sound, _ in for peak in sound { peaks[Int(peak.band) / 2] += 1 } }
        var portions: [Range<UInt16>] = [], from = 0, inPortion = 0
        for half in peaks.indices {
            if half > from, inPortion + peaks[half] > Self.portion {
                portions.append(UInt16(2 * from)..<UInt16(2 * half))
                (from, inPortion) = (half, 0)
            }
            inPortion += peaks[half]
        }
        portions.append(UInt16(2 * from)..<SoundPeak.bandsMax)
        return portions
    }
}
