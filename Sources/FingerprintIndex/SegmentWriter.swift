import Fingerprints

/// A reference with its fingerprint, on the way into a segment.
struct IndexEntry {
    var reference: Reference
    var fingerprint: MediaFingerprint

    /// Leaves out what only a query needs, and what says nothing new.
    init(reference: Reference, fingerprint: MediaFingerprint) {
        self.reference = reference
        self.fingerprint = fingerprint
        self.fingerprint.video.margins = []
        self.fingerprint.video.insets = []
        self.fingerprint.video.frames = FrameThinning.thinned(fingerprint.video.frames)
        self.fingerprint.local = LocalSelection()(fingerprint.local)
    }

    /// Whether every length fits its field and its limit.
    func check() throws(IndexError) {
        func refuse(_ why: String) -> IndexError {
            IndexError(.refused, "reference \"\(reference.id.prefix(80))\": \(why)")
        }
        if reference.id.isEmpty { throw refuse("has an empty id; give it one") }
        for (name, value) in [
            ("id", reference.id), ("bank", reference.bank), ("creator", reference.creator),
            ("publication time", reference.publishedAt),
            ("abstain reason", fingerprint.video.abstainReason),
            ("abstain reason", fingerprint.audio.abstainReason),
        ] {
            let bytes = value?.utf8.count ?? 0
            if bytes > IndexLimits.nameBytes {
                throw refuse("its \(name) has \(bytes) bytes, at most \(IndexLimits.nameBytes) are kept")
            }
        }
        let codes = fingerprint.video.frames.count, peaks = fingerprint.audio.peaks.count
        if codes > IndexLimits.codesOfReference {
            throw refuse(
                "has \(codes) frame codes, at most \(IndexLimits.codesOfReference) are kept; cut it into pieces")
        }
        if peaks > IndexLimits.peaksOfReference {
            throw refuse(
                "has \(peaks) peaks of sound, at most \(IndexLimits.peaksOfReference) are kept; cut it into pieces")
        }
        if fingerprint.local.featureCount > IndexLimits.placesOfReference {
            throw refuse(
                "has \(fingerprint.local.featureCount) local features, at most \(IndexLimits.placesOfReference) are kept; "
                    + "cut it into pieces")
        }
        let sound = fingerprint.audio.peaks
        let isOrdered = zip(sound, sound.dropFirst()).allSatisfy { ($0.hop, $0.band) <= ($1.hop, $1.band) }
        if !isOrdered || sound.contains(where: { $0.band >= SoundPeak.bandsMax }) {
            throw refuse("has peaks of sound out of order or in no band; extract it again")
        }
        if !reference.duration.isFinite || !fingerprint.duration.isFinite {
            throw refuse("has a duration that is no number")
        }
    }
}

/// Turns entries into the bytes of a segment; the same entries give the same bytes in any order.
enum SegmentWriter {
    static func bytes(of entries: [IndexEntry]) -> [UInt8] {
        let entries = entries.sorted { $0.reference.id.utf8.lexicographicallyPrecedes($1.reference.id.utf8) }
        let codes = entries.reduce(0) { $0 + $1.fingerprint.video.frames.count }
        let peaks = entries.reduce(0) { $0 + $1.fingerprint.audio.peaks.count }

        var records = ByteWriter(), names = ByteWriter(), sound = ByteWriter()
        var firstCode = 0, firstTick: UInt32 = 0
        var sounds: [(peaks: [SoundPeak], firstTick: UInt32)] = []
        for entry in entries {
            let reference = entry.reference, print = entry.fingerprint
            records.append(reference.sequence)
            records.append(reference.duration)
            records.append(print.duration)
            records.append(UInt32(names.bytes.count))
            for name in [
                reference.id, reference.bank, reference.creator, reference.publishedAt,
                print.video.abstainReason, print.audio.abstainReason,
            ] {
                records.append(name.map { UInt16($0.utf8.count) } ?? SegmentLayout.noName)
                if let name { names.append(name) }
            }
            records.append(UInt32(firstCode))
            records.append(UInt32(print.video.frames.count))
            let coded = SoundPeakCoding.encode(print.audio.peaks)
            records.append(UInt32(sound.bytes.count))
            records.append(UInt32(coded.count))
            records.append(UInt32(print.audio.peaks.count))
            records.append(firstTick)
            sound.append(contentsOf: coded)
            sounds.append((print.audio.peaks, firstTick))
            firstTick += Self.ticks(of: print.audio)
            firstCode += print.video.frames.count
        }
        let coded = postings(of: sounds, ticks: firstTick)
        let frames = FramePostingsEncoder.bytes(of: entries.map(\.fingerprint.video.frames))
        let places = LocalSectionEncoder.bytes(of: entries.map(\.fingerprint.local))

        let layout = SegmentLayout(
            references: UInt32(entries.count), codes: UInt32(codes), peakBytes: UInt32(sound.bytes.count),
            nameBytes: UInt32(names.bytes.count), postingBytes: UInt64(coded.count),
            frameBytes: UInt64(frames.count), placeBytes: UInt64(places.count))
        var writer = ByteWriter()
        writer.reserve(layout.fileBytes)
        writer.append(SegmentLayout.magic)
        writer.append(SegmentLayout.formatVersion)
        writer.append(UInt32(0))
        writer.append(UInt64(layout.fileBytes))
        writer.append(UInt32(entries.count))
        writer.append(UInt32(codes))
        writer.append(UInt32(sound.bytes.count))
        writer.append(UInt32(names.bytes.count))
        writer.append(contentsOf: [UInt8](repeating: 0, count: SegmentLayout.headerBytes - writer.bytes.count))
        writer.set(UInt64(coded.count), at: SegmentLayout.postingBytesOffset)
        writer.set(UInt64(peaks), at: SegmentLayout.peakCountOffset)
        writer.set(UInt64(frames.count), at: SegmentLayout.frameBytesOffset)
        writer.set(UInt64(places.count), at: SegmentLayout.placeBytesOffset)

        writer.append(contentsOf: records.bytes)
        writer.pad(to: SegmentLayout.boundary)
        writer.append(contentsOf: names.bytes)
        writer.pad(to: SegmentLayout.boundary)
        for entry in entries {
            for frame in entry.fingerprint.video.frames {
                writer.append(frame.hash.word0)
                writer.append(frame.hash.word1)
                writer.append(frame.hash.word2)
                writer.append(frame.hash.word3)
            }
        }
        writer.pad(to: SegmentLayout.boundary)
        for entry in entries { for frame in entry.fingerprint.video.frames { writer.append(frame.ptsMs) } }
        writer.pad(to: SegmentLayout.boundary)
        for entry in entries { for frame in entry.fingerprint.video.frames { writer.append(frame.quality) } }
        writer.pad(to: SegmentLayout.boundary)
        writer.append(contentsOf: sound.bytes)
        writer.pad(to: SegmentLayout.boundary)
        writer.append(contentsOf: coded)
        writer.pad(to: SegmentLayout.boundary)
        writer.append(contentsOf: frames)
        writer.pad(to: SegmentLayout.boundary)
        writer.append(contentsOf: places)
        writer.pad(to: SegmentLayout.boundary)

        for section in SegmentLayout.Section.allCases {
            let sum = SectionChecksum.of(writer.bytes, layout.range(section))
            writer.set(sum, at: SegmentLayout.checksumOffset(section))
        }
        writer.set(
            SectionChecksum.of(writer.bytes, 0..<SegmentLayout.headerChecksumOffset),
            at: SegmentLayout.headerChecksumOffset)
        return writer.bytes
    }

    /// The room of a sound on its segment's timeline: to its last peak, and far enough beyond that no delay means
    /// two sounds.
    static func ticks(of sound: AudioFingerprint) -> UInt32 {
        sound.peaks.last.map { $0.hop / 2 + SegmentLayout.ticksBetween } ?? 0
    }

    /// Peaks whose postings are sorted at a time: 200 MB.
    private static let portion = 1 << 23

    private static func postings(of sounds: [(peaks: [SoundPeak], firstTick: UInt32)], ticks: UInt32) -> [UInt8] {
        guard sounds.contains(where: { !$0.peaks.isEmpty }) else { return [] }
        var encoder = SoundPostingsEncoder(ticks: UInt64(ticks))
        var postings: [UInt64] = []  // key, then place: one integer sorts both
        var count = 0
        for bands in portions(of: sounds) {
            postings.removeAll(keepingCapacity: true)
            for sound in sounds {
                SoundLandmarks().store(sound.peaks, bands: bands, firstTick: sound.firstTick, into: &postings)
            }
            postings.sort()
            var last: UInt64?
            for posting in postings where posting != last {
                encoder.append(
                    SoundPosting(key: UInt32(posting >> 32), place: UInt32(truncatingIfNeeded: posting)))
                last = posting
                count += 1
            }
        }
        return count == 0 ? [] : encoder.finish()
    }

    /// Ranges of bands, each with a portion of the peaks at most or of one key's band only.
    private static func portions(of sounds: [(peaks: [SoundPeak], firstTick: UInt32)]) -> [Range<UInt16>] {
        var peaks = [Int](repeating: 0, count: Int(SoundPeak.bandsMax) / 2)
        for sound in sounds { for peak in sound.peaks { peaks[Int(peak.band) / 2] += 1 } }
        var portions: [Range<UInt16>] = [], from = 0, inPortion = 0
        for half in peaks.indices {
            if half > from, inPortion + peaks[half] > portion {
                portions.append(UInt16(2 * from)..<UInt16(2 * half))
                (from, inPortion) = (half, 0)
            }
            inPortion += peaks[half]
        }
        portions.append(UInt16(2 * from)..<SoundPeak.bandsMax)
        return portions
    }
}
