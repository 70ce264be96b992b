import Fingerprints

/// One segment file, open for reading.
///
/// Everything that later reads rely on is checked here once: sizes before arithmetic, the header's
/// checksum, the reference table and its ranges, and (in an index of up to
/// `IndexLimits.bytesCheckedAtOpen`) the checksum of every section.
final class Segment: Sendable {
    let entry: Manifest.SegmentEntry
    let layout: SegmentLayout
    let file: MappedFile
    /// nil when nothing in the segment has sound.
    let postings: SoundPostings?
    /// nil when there are so few codes that they are scanned.
    let frames: FramePostings?
    /// nil when no reference has local features.
    let places: LocalSection?
    /// nil when no reference has a trace of movement.
    let movements: MovementSection?

    /// Peaks of sound; `checkRecords` has added them up.
    var peakCount: Int { Int(file.load(SegmentLayout.peakCountOffset, as: UInt64.self)) }

    /// One reference's place in the segment.
    struct Record {
        var sequence: UInt64
        var duration: Double
        var fingerprintDuration: Double
        var namesStart: Int
        /// Bytes of the six names, or `SegmentLayout.noName`.
        var names: [6 of UInt16]
        var codes: Range<Int>
        /// Bytes of its peaks in their section.
        var peakBytes: Range<Int>
        var peaks: Int
        /// First tick of its sound on the segment's timeline.
        var firstTick: UInt32
    }

    /// nil when there is no such file, as when a writer merged it away a moment ago.
    ///
    /// - Parameter isSmall: whether the index is so small that every section is compared with its checksum.
    init?(entry: Manifest.SegmentEntry, folder: String, isSmall: Bool = true) throws(IndexError) {
        let path = "\(folder)/\(entry.fileName)"
        guard let file = try MappedFile(path: path, bytesMax: IndexLimits.segmentBytes) else { return nil }
        guard file.byteCount >= SegmentLayout.headerBytes, UInt64(file.byteCount) == entry.bytes else {
            throw .corrupt(path, "is \(file.byteCount) bytes long, expected \(entry.bytes)")
        }
        guard file.load(0, as: UInt64.self) == SegmentLayout.magic else {
            throw .corrupt(path, "does not begin with \"MoireSeg\"")
        }
        let version = file.load(8, as: UInt32.self)
        guard (SegmentLayout.motionlessVersion...SegmentLayout.formatVersion).contains(version) else {
            throw IndexError(
                .unsupportedVersion,
                "\(path): format \(version), this build reads \(SegmentLayout.motionlessVersion) and "
                    + "\(SegmentLayout.formatVersion); use the build that wrote it, or rebuild the index")
        }
        let stored = file.load(SegmentLayout.headerChecksumOffset, as: UInt64.self)
        let header = file.withBytes(0..<SegmentLayout.headerChecksumOffset) { SectionChecksum.of($0) }
        guard stored == header, stored == entry.headerChecksum else {
            throw .corrupt(path, "header checksum \(header), expected \(entry.headerChecksum)")
        }
        layout = SegmentLayout(
            references: file.load(24, as: UInt32.self), codes: file.load(28, as: UInt32.self),
            peakBytes: file.load(32, as: UInt32.self), nameBytes: file.load(36, as: UInt32.self),
            postingBytes: file.load(SegmentLayout.postingBytesOffset, as: UInt64.self),
            frameBytes: file.load(SegmentLayout.frameBytesOffset, as: UInt64.self),
            placeBytes: file.load(SegmentLayout.placeBytesOffset, as: UInt64.self),
            movementBytes: file.load(SegmentLayout.movementBytesOffset, as: UInt64.self))
        guard file.load(16, as: UInt64.self) == entry.bytes, layout.fileBytes == file.byteCount else {
            throw .corrupt(path, "is \(file.byteCount) bytes long, its header needs \(layout.fileBytes)")
        }
        self.file = file
        self.entry = entry
        let sound = layout.start(.postings)
        postings =
            layout.postingBytes == 0
            ? nil : try SoundPostings(file: file, range: sound..<sound + layout.postingBytes)
        let list = layout.start(.frames)
        frames =
            layout.frameBytes == 0
            ? nil
            : try FramePostings(file: file, range: list..<list + layout.frameBytes, codes: layout.codes)
        let local = layout.start(.places)
        places =
            layout.placeBytes == 0
            ? nil
            : try LocalSection(
                file: file, range: local..<local + layout.placeBytes, references: layout.references)
        let traces = layout.start(.movements)
        movements =
            layout.movementBytes == 0
            ? nil
            : try MovementSection(
                file: file, range: traces..<traces + layout.movementBytes, references: layout.references)
        try verify(isSmall ? SegmentLayout.Section.allCases : [.references, .names])
        try checkRecords()
    }

    /// Compares sections with their checksums.
    func verify(_ sections: [SegmentLayout.Section] = SegmentLayout.Section.allCases) throws(IndexError) {
        for section in sections where section != .movements || layout.movementBytes > 0 {
            let expected = file.load(SegmentLayout.checksumOffset(section), as: UInt64.self)
            let got = file.withBytes(layout.range(section)) { SectionChecksum.of($0) }
            guard got == expected else {
                throw .corrupt(file.path, "section \(section) has checksum \(got), expected \(expected)")
            }
        }
    }

    /// Reads everything once.
    func verifyAll() throws(IndexError) {
        try verify()
        try frames?.verify()
        try places?.verify()
        for record in 0..<layout.references { _ = try movements?.trace(of: record) }
    }

    // MARK: References

    func record(_ index: Int) -> Record {
        let start = layout.start(.references) + SegmentLayout.recordBytes * index
        func half(_ offset: Int) -> Int { Int(file.load(start + offset, as: UInt32.self)) }
        let names = [6 of UInt16] { file.load(start + 28 + 2 * $0, as: UInt16.self) }
        return Record(
            sequence: file.load(start, as: UInt64.self),
            duration: Double(bitPattern: file.load(start + 8, as: UInt64.self)),
            fingerprintDuration: Double(bitPattern: file.load(start + 16, as: UInt64.self)),
            namesStart: half(24), names: names, codes: half(40)..<half(40) + half(44),
            peakBytes: half(48)..<half(48) + half(52), peaks: half(56), firstTick: UInt32(half(60)))
    }

    private func idRange(_ index: Int) -> Range<Int> {
        let start = layout.start(.references) + SegmentLayout.recordBytes * index
        let names = layout.start(.names) + Int(file.load(start + 24, as: UInt32.self))
        return names..<names + Int(file.load(start + 28, as: UInt16.self))
    }

    /// Lends the bytes of a record's id.
    func withID<Result>(_ index: Int, _ body: (RawSpan) -> Result) -> Result { file.withBytes(idRange(index), body) }

    private func idBytes(_ index: Int) -> [UInt8] {
        withID(index) { span in
            span.byteOffsets.map { offset in
                // In bounds by the span's own offsets.
                unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            }
        }
    }

    func reference(_ index: Int) -> Reference {
        let record = record(index)
        let names = names(of: record)
        return Reference(
            id: names[0] ?? "", bank: names[1] ?? "", creator: names[2], publishedAt: names[3],
            sequence: record.sequence, duration: record.duration)
    }

    /// As it is stored: frames that say nothing new are not there (`FrameThinning`).
    func fingerprint(_ index: Int) throws(IndexError) -> MediaFingerprint {
        let record = record(index)
        let names = names(of: record)
        return MediaFingerprint(
            duration: record.fingerprintDuration,
            video: VideoFingerprint(frames: record.codes.map(frameCode), abstainReason: names[4]),
            audio: AudioFingerprint(peaks: try peaks(of: record), abstainReason: names[5]),
            local: try places?.fingerprint(of: index) ?? .none,
            movement: try movements.map { movements throws(IndexError) in
                MovementFingerprint(trace: try movements.trace(of: index))
            } ?? .none)
    }

    private func names(of record: Record) -> [String?] {
        var start = layout.start(.names) + record.namesStart
        return record.names.indices.map { field -> String? in
            guard record.names[field] != SegmentLayout.noName else { return nil }
            let bytes = Int(record.names[field])
            defer { start += bytes }
            return file.withBytes(start..<start + bytes) { span in
                String(
                    decoding: span.byteOffsets.map { offset in
                        // In bounds by the span's own offsets.
                        unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                    }, as: UTF8.self)
            }
        }
    }

    /// The record with this id, by binary search.
    func find(id: String) -> Int? {
        let wanted = Array(id.utf8)
        var low = 0, high = layout.references
        while low < high {
            let middle = (low + high) / 2
            if idBytes(middle).lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
        }
        return low < layout.references && idBytes(low) == wanted ? low : nil
    }

    /// The records whose sound has a part between two ticks of the segment's timeline, by binary search.
    func records(hearing ticks: ClosedRange<Int>) -> Range<Int> {
        func first(_ index: Int) -> Int {
            Int(file.load(layout.start(.references) + SegmentLayout.recordBytes * index + 60, as: UInt32.self))
        }
        // The last record that begins at or before the range, and the first that begins after it.
        func beginning(after tick: Int) -> Int {
            var low = 0, high = layout.references
            while low < high {
                let middle = (low + high) / 2
                if first(middle) <= tick { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let end = beginning(after: ticks.upperBound)
        var start = max(0, beginning(after: ticks.lowerBound) - 1)
        // Records without sound begin where their successor does.
        while start > 0, first(start - 1) == first(start) { start -= 1 }
        return min(start, end)..<end
    }

    /// A part of one record's constellation, for comparison; its hop 0 is the part's first.
    func sound(_ index: Int, _ hops: ClosedRange<UInt32>) throws(IndexError) -> SoundPrint {
        let bytes = record(index).peakBytes, start = layout.start(.peaks)
        let part = file.withBytes(start + bytes.lowerBound..<start + bytes.upperBound) { span in
            Result { () throws(FingerprintError) in try SoundPeakCoding.decode(hops, from: span) }
        }
        do {
            return SoundPrint(
                try part.get().map { SoundPeak(hop: $0.hop - hops.lowerBound, band: $0.band) },
                hopsMax: Prepared.hopsMax)
        } catch { throw noPeaks(error) }
    }

    private func noPeaks(_ error: FingerprintError) -> IndexError {
        .corrupt(file.path, "holds no peaks of sound where they should be: \(error)")
    }

    // MARK: Codes and sound

    private func frameCode(_ index: Int) -> FrameCode {
        FrameCode(ptsMs: milliseconds(ofCode: index), hash: hash(ofCode: index), quality: quality(ofCode: index))
    }

    func peaks(of record: Record) throws(IndexError) -> [SoundPeak] {
        let start = layout.start(.peaks)
        let bytes = file.withBytes(start + record.peakBytes.lowerBound..<start + record.peakBytes.upperBound) { span in
            // In bounds by the span's own offsets.
            span.byteOffsets.map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        do { return try SoundPeakCoding.decode(record.peaks, from: bytes) } catch { throw noPeaks(error) }
    }

    /// Lends the hashes of a record to a kernel, four words each.
    @unsafe func withHashes<Result>(of record: Record, _ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
        unsafe withCodes(record.codes, body)
    }
}
