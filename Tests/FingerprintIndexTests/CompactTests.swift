@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

@Suite("An index set in order")
struct CompactTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
    }

    /// Twenty-four references of half a minute with all that a reference can have, some without pictures, places or sound.
    private static let entries: [(Reference, MediaFingerprint)] = (0..<24).map { number in
        let seed = UInt64(7000 + number)
        return (
            Reference(
                id: "réf-\(number * 7 % 24)", bank: number % 3 == 0 ? "songs" : "default",
                creator: number % 2 == 0 ? "bo" : nil, publishedAt: number % 4 == 0 ? "2024-05-01T00:00:00Z" : nil,
                duration: 30.5),
            fingerprint(
                number % 11 == 5 ? [] : Film(seed: seed).frames(from: 0, seconds: 30),
                number % 5 == 2 ? [] : Tune(seed: seed).peaks(from: 0, seconds: 30),
                local: number % 7 == 3 ? .none : LocalFilm(seed: seed).frames(from: 0, seconds: 10),
                movement: number % 9 == 4 ? .none : .random(seed, steps: 120), seconds: 30)
        )
    }

    private func query(_ number: Int) -> MediaFingerprint {
        let seed = UInt64(7000 + number)
        return fingerprint(
            Film(seed: seed).frames(from: 4, seconds: 5, noiseBits: 10), Tune(seed: seed).peaks(from: 4, seconds: 5),
            local: LocalFilm(seed: seed).frames(
                from: 4, seconds: 5, edit: PictureEdit(left: 0.2, top: 0.2, shown: 0.6).worn()),
            seconds: 5)
    }

    /// Of one that has everything, one without pictures, one without sound, and a stranger.
    private func matches(_ index: FingerprintIndex) throws -> [[Match]] {
        try [1, 5, 7, 40].map { try index.lookup(query($0), id: "q").matches }
    }

    private func prints(_ index: FingerprintIndex) throws -> [MediaFingerprint?] {
        try index.references().map { try index.fingerprint(of: $0.id) }
    }

    /// The files of segments, and their bytes' checksums.
    private func sums(_ folder: TemporaryFolder) throws -> [UInt64] {
        try folder.files().filter { $0.hasPrefix("segment-") }.map { name in
            let bytes = try folder.read(name)
            return SectionChecksum.of(bytes, 0..<bytes.count)
        }
    }

    @Test("Segments have the very bytes that they had when they were written from memory at once")
    func golden() throws {
        // From before there was movement.
        try index.add(
            Self.entries.map { reference, fingerprint in
                var fingerprint = fingerprint
                fingerprint.movement = .none
                return (reference, fingerprint)
            })
        let added = try sums(folder)
        #expect(added == [7_149_907_102_416_660_065])
        try index.remove(["réf-3", "réf-20"])
        try index.compact()
        #expect(try index.statistics().segments == 1)
        let compacted = try sums(folder)
        #expect(compacted == [15_590_688_828_421_159_231])
    }

    @Test("References that came one by one, some of them twice, become the segment of those that came together")
    func anyOrder() throws {
        var sequenced = Self.entries
        for number in sequenced.indices { sequenced[number].0.sequence = UInt64(number + 1) }
        try index.add(sequenced)
        let expected = try sums(folder)
        let other = try TemporaryFolder(), others = try FingerprintIndex(at: other.path, create: true)
        for entry in sequenced.reversed() {
            try others.add([(Reference(id: entry.0.id), fingerprint(seconds: 1))])
            try others.add([entry])
        }
        #expect(try others.statistics().segments > 1)
        try others.compact()
        #expect(try sums(other) == expected)
    }

    @Test("A lookup gives the same before and after, whatever the width of the numbers", arguments: [nil, 4] as [Int?])
    func answers(_ numberBytes: Int?) throws {
        for entry in Self.entries { try index.add([entry]) }
        try index.remove(["réf-3", "réf-20"])
        let before = try matches(index), references = try index.references(), segments = try index.statistics().segments
        let prints = try prints(index)
        #expect(before.map { $0.map(\.reference) } == [["réf-7"], ["réf-11"], ["réf-1"], []] && segments > 1)
        try index.compact(numberBytes: numberBytes)
        let reopened = try FingerprintIndex(at: folder.path, create: false)
        for index in [index, reopened] {
            #expect(try index.statistics().segments == 1)
            #expect(try index.snapshot().segments[0].segment.places?.numberBytes == numberBytes ?? 3)
            try index.verify()
            #expect(try index.references() == references)
            #expect(try self.prints(index) == prints)
        }
        #expect(try matches(reopened) == before)
        // What comes later is merged with it, and finds as few bytes enough.
        for number in 0..<4 { try index.add([(Reference(id: "new-\(number)"), query(number))]) }
        try index.compact()
        try index.verify()
        #expect(try index.snapshot().segments[0].segment.places?.numberBytes == 3)
        #expect(try index.references().prefix(22) == references[...])
    }

    @Test("A segment is full when one more of anything would pass its limit, and never too small for one reference")
    func room() throws {
        let fresh = Self.entries.map { SegmentBatch.Fresh(IndexEntry(reference: $0.0, fingerprint: $0.1)) }
        var all = SegmentBatch(fresh: fresh, segments: [])
        for number in 0..<5 { #expect(try all.take(SegmentBatch.Member(fresh: number), within: .compact)) }
        let fields: [WritableKeyPath<IndexLimits.Room, Int>] = [
            \.references, \.codes, \.peaks, \.places, \.pictures, \.ticks, \.peakBytes, \.nameBytes,
        ]
        for field in fields {
            var room = all.size
            room[keyPath: field] -= 1
            var batch = SegmentBatch(fresh: fresh, segments: [])
            for number in 0..<4 { #expect(try batch.take(SegmentBatch.Member(fresh: number), within: room)) }
            #expect(try !batch.take(SegmentBatch.Member(fresh: 4), within: room))
            #expect(batch.members.count == 4)
        }
        var single = SegmentBatch(fresh: fresh, segments: [])
        #expect(try single.take(SegmentBatch.Member(fresh: 0), within: IndexLimits.Room()))
        #expect(try !single.take(SegmentBatch.Member(fresh: 1), within: IndexLimits.Room()))
    }

    @Test("Every number fits its field in the largest segment")
    func fields() {
        let room = IndexLimits.Room.compact
        #expect(room.references <= 1 << 32 && room.codes <= FramePostings.codesMax && room.pictures < 1 << 32)
        #expect(room.places <= LocalSection.featuresMax && LocalSection.featuresMax < 1 << 32)
        #expect(room.peakBytes < 1 << 32 && room.nameBytes < 1 << 32)
        // One reference alone may go beyond the ticks, by less than as much again.
        #expect(2 * room.ticks <= Int(SoundPostings.ticksMax))
        let layout = SegmentLayout(
            references: UInt32(room.references), codes: UInt32(room.codes), peakBytes: UInt32(room.peakBytes),
            nameBytes: UInt32(room.nameBytes), postingBytes: UInt64(3 * 3 * room.peaks),
            frameBytes: UInt64(FramePostings.byteCount(postings: room.codes, highBits: 20)),
            placeBytes: UInt64(
                LocalSection.parts(
                    references: room.references, frames: room.pictures, features: room.places, blockBits: 24,
                    numberBytes: 4
                ).reduce(LocalSection.headerBytes, +)), movementBytes: UInt64(32 * 8 * room.codes))
        #expect(layout.fileBytes <= IndexLimits.segmentBytes)
    }

    @Test("Damage is not copied: it is named, and the index stays as it was")
    func damaged() throws {
        for half in [Self.entries[..<12], Self.entries[12...]] { try index.add(Array(half)) }
        let files = try folder.files(), name = try #require(files.first { $0.hasPrefix("segment-") })
        let layout = try index.snapshot().segments[0].segment.layout
        let whole = try folder.read(name)
        for section in SegmentLayout.Section.copied {
            // Behind the back of the open index, which has compared the file with its checksums long ago.
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            let place = layout.range(section).lowerBound + 3
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: [whole[place] ^ 4])
            let failure = #expect(throws: IndexError.self) { try index.compact() }
            #expect(failure?.code == .corrupt)
            #expect(failure?.description.contains("section \(section) has checksum") == true)
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: [whole[place]])
            try handle.close()
            #expect(try folder.files() == files)
        }
        try index.compact()
        #expect(try index.statistics().segments == 1)
    }

    @Test("A compaction that is stopped at any step leaves nothing behind that the next one would not remove")
    func stopped() throws {
        for half in [Self.entries[..<12], Self.entries[12...]] { try index.add(Array(half)) }
        let before = try prints(index)
        for stop in 0..<4 {
            let copy = try folder.copy(), index = try FingerprintIndex(at: copy.path, create: false)
            #expect(throws: IndexError.self) { try StepHook.stopping(at: stop) { try index.compact() } }
            let next = try FingerprintIndex(at: copy.path, create: false)
            #expect(try next.statistics().segments == (stop < 3 ? 2 : 1))
            #expect(try copy.files().count { $0.hasSuffix(".tmp") } == 0, "what was given up is gone at once")
            #expect(try prints(next) == before)
            try next.verify()
            try next.add([(Reference(id: "later"), query(1))])
            #expect(try copy.files().count { $0.hasPrefix("segment-") } == next.statistics().segments)
        }
    }
}
