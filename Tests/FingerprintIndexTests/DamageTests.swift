@testable import FingerprintIndex
import Fingerprints
import Foundation
import Synchronization
import Testing

@Suite("Damage and power cuts")
struct DamageTests {
    /// A small index of two segments and a tombstone; or one segment with wide numbers.
    func make(wide: Bool = false) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add((1...3).map { (Reference(id: "v\($0)"), clip(UInt64($0))) })
        try index.add([(Reference(id: "v4", creator: "bo"), clip(4))])
        try index.remove(["v2"])
        if wide { try index.compact(numberBytes: 4) }
        return folder
    }

    func clip(_ seed: UInt64) -> MediaFingerprint {
        fingerprint(
            Film(seed: seed).frames(from: 0, seconds: 2), Tune(seed: seed).peaks(from: 0, seconds: 1),
            local: LocalSelection()(LocalFilm(seed: seed).frames(from: 0, seconds: 2)),
            movement: .random(seed, steps: 8), seconds: 2)
    }

    /// All that can be asked of an index.
    struct Answers: Equatable {
        var references: [Reference]
        var fingerprints: [MediaFingerprint?]
        var matches: [Match]
    }

    func answers(_ path: String) throws -> Answers {
        let index = try FingerprintIndex(at: path, create: false)
        try index.verify()
        return Answers(
            references: try index.references(),
            fingerprints: try (1...5).map { try index.fingerprint(of: "v\($0)") },
            matches: try index.lookup(clip(3), id: "q", options: LookupOptions(minimumScore: 0)).matches)
    }

    @Test("A file cut off at any byte is an error, not a wrong answer", arguments: [false, true])
    func truncated(_ wide: Bool) throws {
        let folder = try make(wide: wide)
        for name in try folder.files() where name != "lock" {
            let whole = try folder.read(name)
            for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 300)) {
                try folder.write(Array(whole.prefix(count)), to: name)
                #expect(throws: IndexError.self) { try answers(folder.path) }
            }
            try folder.write(whole, to: name)
        }
        #expect(try answers(folder.path).references.map(\.id) == ["v1", "v3", "v4"])
    }

    @Test("A flipped bit anywhere is an error, not a wrong answer", arguments: [false, true])
    func flipped(_ wide: Bool) throws {
        let folder = try make(wide: wide)
        var dice = Dice(11)
        for name in try folder.files() where name != "lock" {
            let whole = try folder.read(name)
            let places =
                whole.count <= 400
                ? Array(whole.indices)
                : (0..<128)
                    + (0..<272).map { _ in
                        Int(dice.next() % UInt64(whole.count))
                    }
            for place in places {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(dice.next() % 8)
                try folder.write(damaged, to: name)
                let failure = #expect(throws: IndexError.self, "\(name) at \(place)") { try answers(folder.path) }
                #expect(failure?.description.contains(folder.path) == true)
            }
            try folder.write(whole, to: name)
        }
    }

    @Test("Lengths that a forger wrote with a right checksum are refused before anything is allocated")
    func forged() throws {
        let folder = try make()
        let name = try #require(try folder.files().first { $0.hasPrefix("segment-") })
        let whole = try folder.read(name)
        let sections = [
            SegmentLayout.postingBytesOffset, SegmentLayout.frameBytesOffset, SegmentLayout.placeBytesOffset,
        ]
        for field in Array(stride(from: 16, to: 40, by: 4)) + sections.flatMap({ [$0, $0 + 4] }) {
            var bytes = whole
            for byte in 0..<4 { bytes[field + byte] = 0xFF }
            seal(&bytes)
            try folder.write(bytes, to: name)
            let entry = Manifest.SegmentEntry(
                number: try number(of: name), bytes: UInt64(bytes.count),
                headerChecksum: headerChecksum(bytes))
            #expect(throws: IndexError.self, "field \(field)") { try Segment(entry: entry, folder: folder.path) }
        }
        // Record fields: ranges that point outside or do not follow each other.
        let records = SegmentLayout.headerBytes
        for field in [24, 28, 30, 40, 44, 48, 52] {
            var bytes = whole
            bytes[records + field] ^= 0x7F
            reseal(&bytes)
            try folder.write(bytes, to: name)
            let entry = Manifest.SegmentEntry(
                number: try number(of: name), bytes: UInt64(bytes.count),
                headerChecksum: headerChecksum(bytes))
            #expect(throws: IndexError.self, "field \(field)") { try Segment(entry: entry, folder: folder.path) }
        }
    }

    @Test("A manifest of a later format is refused with both numbers")
    func later() throws {
        let folder = try make()
        var bytes = try folder.read("manifest")
        bytes[8] = 9
        try folder.write(bytes, to: "manifest")
        let failure = #expect(throws: IndexError.self) { try FingerprintIndex(at: folder.path, create: false) }
        #expect(failure?.code == .unsupportedVersion)
        #expect(failure?.description.contains("format 9, this build reads 2") == true)
    }

    @Test("A power cut after any step of an addition leaves the state before or the state after")
    func crashImages() throws {
        let images = Mutex<[(step: String, folder: TemporaryFolder)]>([])
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        for seed in 1...3 { try index.add([(Reference(id: "v\(seed)"), clip(UInt64(seed)))]) }
        let before = try answers(folder.path)
        // The fourth addition merges all four segments into one.
        let path = folder.path
        try StepHook.$action.withValue({ step in
            let image = try TemporaryFolder()
            for name in try FileManager.default.contentsOfDirectory(atPath: path) {
                try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(image.path)/\(name)")
            }
            images.withLock { $0.append((step, image)) }
        }) {
            try index.add([(Reference(id: "v4"), clip(4))])
        }
        let after = try answers(folder.path)
        #expect(try index.statistics().segments == 1)
        let taken = images.withLock { $0 }
        #expect(taken.count == 4)
        for (step, image) in taken {
            let seen = try answers(image.path)
            #expect(seen == (step == "renamed manifest" ? after : before), "\(step)")
            // The next writer takes the leftovers away and goes on.
            let next = try FingerprintIndex(at: image.path, create: false)
            try next.add([(Reference(id: "v4"), clip(4)), (Reference(id: "v5"), clip(5))])
            #expect(try next.references().map(\.id) == ["v1", "v2", "v3", "v4", "v5"])
            #expect(try image.files().count { $0.hasSuffix(".tmp") } == 0)
            #expect(try image.files().count { $0.hasPrefix("segment-") } == next.statistics().segments)
        }
    }

    @Test("A writer stopped at any step leaves the state before, and the lock is free")
    func stopped() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add([(Reference(id: "v1"), clip(1))])
        for stop in 0..<3 {
            #expect(throws: IndexError.self) {
                try StepHook.stopping(at: stop) { try index.add([(Reference(id: "v2"), clip(2))]) }
            }
            #expect(try index.references().map(\.id) == ["v1"])
        }
        try index.add([(Reference(id: "v2"), clip(2))])
        #expect(try index.references().map(\.id) == ["v1", "v2"])
    }

    // MARK: Forging

    private func number(of name: String) throws -> UInt64 { try #require(UInt64(name.dropFirst(8), radix: 16)) }

    private func headerChecksum(_ bytes: [UInt8]) -> UInt64 {
        SectionChecksum.of(bytes, 0..<SegmentLayout.headerChecksumOffset)
    }

    private func put(_ value: UInt64, at offset: Int, in bytes: inout [UInt8]) {
        for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }

    private func seal(_ bytes: inout [UInt8]) {
        put(headerChecksum(bytes), at: SegmentLayout.headerChecksumOffset, in: &bytes)
    }

    /// Makes the reference section's checksum right, too.
    private func reseal(_ bytes: inout [UInt8]) {
        func half(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
        }
        let layout = SegmentLayout(
            references: half(24), codes: half(28), peakBytes: half(32), nameBytes: half(36),
            postingBytes: UInt64(half(SegmentLayout.postingBytesOffset)),
            frameBytes: UInt64(half(SegmentLayout.frameBytesOffset)),
            placeBytes: UInt64(half(SegmentLayout.placeBytesOffset)),
            movementBytes: UInt64(half(SegmentLayout.movementBytesOffset)))
        put(
            SectionChecksum.of(bytes, layout.range(.references)), at: SegmentLayout.checksumOffset(.references),
            in: &bytes)
        seal(&bytes)
    }
}

extension StepHook {
    /// Makes a change that is stopped at one of its steps, from 0 on.
    static func stopping(at stop: Int, _ change: () throws -> Void) throws {
        struct Stop: Error {}
        let step = Mutex(0)
        try $action.withValue({ _ in
            try step.withLock { count in
                defer { count += 1 }
                if count == stop { throw Stop() }
            }
        }) { try change() }
    }
}
