import Fingerprints

/// What goes into one segment: new entries, and live records of segments that are written anew.
///
/// Of the records only their places are held, eight bytes each. Everything else is read where it lies when its section is
/// written, and goes over as it is: the segments' checksums are compared before (`SegmentLayout.Section.copied`).
struct SegmentBatch {
    /// A new entry or a record.
    struct Member {
        /// Number of the record's segment, or -1.
        fileprivate let segment: Int32
        fileprivate let number: UInt32

        init(fresh number: Int) { (segment, self.number) = (-1, UInt32(number)) }
        init(record: Int, of segment: Int) { (self.segment, number) = (Int32(segment), UInt32(record)) }
    }

    /// A new entry as its sections take it.
    struct Fresh {
        let entry: IndexEntry
        fileprivate let peaks: [UInt8]
        fileprivate let features: [UInt8]
        fileprivate let trace: [UInt8]

        init(_ entry: IndexEntry) {
            self.entry = entry
            peaks = SoundPeakCoding.encode(entry.fingerprint.audio.peaks)
            var features = ByteWriter()
            features.reserve(LocalSection.featureBytes * entry.fingerprint.local.featureCount)
            for frame in entry.fingerprint.local.frames {
                for feature in frame.features {
                    features.append(feature.code.word0)
                    features.append(feature.code.word1)
                    features.append(feature.code.word2)
                    features.append(UInt8(feature.x >> 8))
                    features.append(UInt8(feature.y >> 8))
                    features.append(feature.scale)
                }
            }
            self.features = features.bytes
            let movement = entry.fingerprint.movement.trace
            trace = movement.steps > 0 ? MovementCoding.encode(movement) : []
        }

        fileprivate var names: [String?] {
            let reference = entry.reference, print = entry.fingerprint
            return [
                reference.id, reference.bank, reference.creator, reference.publishedAt, print.video.abstainReason,
                print.audio.abstainReason,
            ]
        }
    }

    /// What a reference's record says of it, but for where its parts begin.
    struct Facts {
        var sequence: UInt64
        var duration: Double
        var fingerprintDuration: Double
        /// Bytes of the six names, or `SegmentLayout.noName`.
        var names: [6 of UInt16]
        var codes: Int
        var peaks: Int
        var peakBytes: Int
        /// Room of its sound on the timeline.
        var ticks: UInt32

        var nameBytes: Int { SegmentLayout.bytes(ofNames: names) }
    }

    private let fresh: [Fresh]
    private let segments: [Segment]
    /// In the order of their ids' bytes, once `sort` was called.
    private(set) var members: [Member] = []
    private(set) var size = IndexLimits.Room()

    init(fresh: [Fresh], segments: [Segment]) {
        self.fresh = fresh
        self.segments = segments
    }

    /// Takes in a member, and returns false where there is no room for it and it would not be the only one.
    mutating func take(_ member: Member, within room: IndexLimits.Room) throws(IndexError) -> Bool {
        let sum = size + (try self.room(of: member))
        guard members.isEmpty || sum.fits(in: room) else { return false }
        size = sum
        members.append(member)
        return true
    }

    private func room(of member: Member) throws(IndexError) -> IndexLimits.Room {
        let facts = try facts(member), pictures = try pictures(of: member)
        return IndexLimits.Room(
            references: 1, codes: facts.codes, peaks: facts.peaks, places: pictures.features,
            pictures: pictures.frames, ticks: Int(facts.ticks), peakBytes: facts.peakBytes,
            nameBytes: facts.nameBytes)
    }

    /// Orders the members by their ids' bytes: records are in order already, and few runs are soon merged.
    mutating func sort() {
        let (fresh, segments) = (fresh, segments)
        func id<Result>(_ member: Member, _ body: (RawSpan) -> Result) -> Result {
            if member.segment < 0 {
                // Plain bytes as raw bytes, lent for the call.
                body(unsafe Array(fresh[Int(member.number)].entry.reference.id.utf8).span.bytes)
            } else {
                segments[Int(member.segment)].withID(Int(member.number), body)
            }
        }
        members.sort { a, b in id(a) { a in id(b) { b in a.precedes(b) } } }
    }

    // MARK: Parts

    func facts(_ member: Member) throws(IndexError) -> Facts {
        guard member.segment < 0 else {
            let segment = segments[Int(member.segment)], record = segment.record(Int(member.number))
            return Facts(
                sequence: record.sequence, duration: record.duration,
                fingerprintDuration: record.fingerprintDuration, names: record.names, codes: record.codes.count,
                peaks: record.peaks, peakBytes: record.peakBytes.count,
                ticks: try segment.ticks(ofRecord: Int(member.number)))
        }
        let fresh = fresh[Int(member.number)], names = fresh.names
        return Facts(
            sequence: fresh.entry.reference.sequence, duration: fresh.entry.reference.duration,
            fingerprintDuration: fresh.entry.fingerprint.duration,
            names: [6 of UInt16] { index in names[index].map { UInt16($0.utf8.count) } ?? SegmentLayout.noName },
            codes: fresh.entry.fingerprint.video.frames.count, peaks: fresh.entry.fingerprint.audio.peaks.count,
            peakBytes: fresh.peaks.count, ticks: SegmentWriter.ticks(of: fresh.entry.fingerprint.audio.peaks))
    }

    func writeNames(of member: Member, to output: inout SectionOutput) throws(IndexError) {
        if member.segment < 0 {
            for name in fresh[Int(member.number)].names {
                if let name { try output.append(contentsOf: Array(name.utf8)) }
            }
        } else {
            let segment = segments[Int(member.segment)]
            try segment.file.withBytes(segment.names(ofRecord: Int(member.number))) { (names) throws(IndexError) in
                try output.append(names)
            }
        }
    }

    /// Hashes, times or qualities.
    func write(_ section: SegmentLayout.Section, of member: Member, to output: inout SectionOutput) throws(IndexError) {
        guard member.segment < 0 else {
            let segment = segments[Int(member.segment)]
            try segment.file.withBytes(segment.range(section, ofRecord: Int(member.number))) {
                (bytes) throws(IndexError) in try output.append(bytes)
            }
            return
        }
        let fresh = fresh[Int(member.number)]
        switch section {
        case .hashes:
            for frame in fresh.entry.fingerprint.video.frames {
                try output.append(frame.hash.word0)
                try output.append(frame.hash.word1)
                try output.append(frame.hash.word2)
                try output.append(frame.hash.word3)
            }
        case .times: for frame in fresh.entry.fingerprint.video.frames { try output.append(frame.ptsMs) }
        case .qualities: for frame in fresh.entry.fingerprint.video.frames { try output.append(frame.quality) }
        case .peaks: try output.append(contentsOf: fresh.peaks)
        default: preconditionFailure("\(section) is not written member by member")
        }
    }

    func traceBytes(of member: Member) throws(IndexError) -> Int {
        guard member.segment >= 0 else { return fresh[Int(member.number)].trace.count }
        return try segments[Int(member.segment)].movements?.bytes(of: Int(member.number)).count ?? 0
    }

    func writeTrace(of member: Member, to output: inout SectionOutput) throws(IndexError) {
        guard member.segment >= 0 else { return try output.append(contentsOf: fresh[Int(member.number)].trace) }
        let segment = segments[Int(member.segment)]
        guard let bytes = try segment.movements?.bytes(of: Int(member.number)) else { return }
        try segment.file.withBytes(bytes) { (trace) throws(IndexError) in try output.append(trace) }
    }

    func codes(of member: Member) -> Int {
        guard member.segment >= 0 else { return fresh[Int(member.number)].entry.fingerprint.video.frames.count }
        return segments[Int(member.segment)].codes(ofRecord: Int(member.number)).count
    }

    /// The first codes of its stretches, numbers among its own, and how many codes there are.
    func stretches(of member: Member) -> (firsts: [Int], codes: Int) {
        guard member.segment >= 0 else {
            let frames = fresh[Int(member.number)].entry.fingerprint.video.frames
            return (FrameStretches.firsts(of: frames), frames.count)
        }
        let segment = segments[Int(member.segment)], codes = segment.codes(ofRecord: Int(member.number))
        let firsts = FrameStretches.firsts(
            codes.count, quality: { segment.quality(ofCode: codes.lowerBound + $0) },
            hash: { segment.hash(ofCode: codes.lowerBound + $0) })
        return (firsts, codes.count)
    }

    func hash(of member: Member, code: Int) -> PDQHash {
        guard member.segment >= 0 else {
            return fresh[Int(member.number)].entry.fingerprint.video.frames[code].hash
        }
        let segment = segments[Int(member.segment)]
        return segment.hash(ofCode: segment.codes(ofRecord: Int(member.number)).lowerBound + code)
    }

    func peaks(of member: Member) throws(IndexError) -> [SoundPeak] {
        guard member.segment >= 0 else { return fresh[Int(member.number)].entry.fingerprint.audio.peaks }
        let segment = segments[Int(member.segment)]
        let peaks = try segment.peaks(of: segment.record(Int(member.number)))
        // The timeline is laid out by the records alone.
        guard SegmentWriter.ticks(of: peaks) == (try segment.ticks(ofRecord: Int(member.number))) else {
            throw .corrupt(segment.file.path, "record \(member.number) has another length than its sound")
        }
        return peaks
    }

    // MARK: Local features

    /// How many frames with local features, and how many of these.
    func pictures(of member: Member) throws(IndexError) -> (frames: Int, features: Int) {
        guard member.segment >= 0 else {
            let local = fresh[Int(member.number)].entry.fingerprint.local
            return (local.frames.count, local.featureCount)
        }
        guard let places = segments[Int(member.segment)].places else { return (0, 0) }
        let frames = try places.frames(of: Int(member.number))
        return (frames.count, try places.features(of: frames).count)
    }

    func pictureSize(of member: Member) -> (width: UInt16, height: UInt16) {
        guard member.segment >= 0 else {
            let local = fresh[Int(member.number)].entry.fingerprint.local
            return (local.width, local.height)
        }
        return segments[Int(member.segment)].places?.pictureSize(of: Int(member.number)) ?? (0, 0)
    }

    /// Milliseconds of each frame, and how many features it has.
    func frames(of member: Member) throws(IndexError) -> [(ptsMs: UInt32, features: Int)] {
        guard member.segment >= 0 else {
            return fresh[Int(member.number)].entry.fingerprint.local.frames.map { ($0.ptsMs, $0.features.count) }
        }
        guard let places = segments[Int(member.segment)].places else { return [] }
        var frames: [(ptsMs: UInt32, features: Int)] = []
        for frame in try places.frames(of: Int(member.number)) {
            frames.append((places.milliseconds(frame), try places.features(of: frame..<frame + 1).count))
        }
        return frames
    }

    /// Lends its features as `LocalSection` lays them out.
    func withFeatures<Result>(
        of member: Member, _ body: (RawSpan) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        if member.segment >= 0, let places = segments[Int(member.segment)].places {
            return try places.withFeatures(of: Int(member.number), body)
        }
        let features = member.segment < 0 ? fresh[Int(member.number)].features : []
        // Plain bytes as raw bytes, lent for the call.
        return try body(unsafe features.span.bytes)
    }
}

extension RawSpan {
    /// Whether it comes first in the order of bytes, as of words in a dictionary.
    fileprivate func precedes(_ other: RawSpan) -> Bool {
        // Both are lent for the call.
        unsafe withUnsafeBytes { own in
            unsafe other.withUnsafeBytes { unsafe own.lexicographicallyPrecedes($0) }
        }
    }
}
