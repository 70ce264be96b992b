import CKernels
@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

@Suite("The list of frame codes")
struct FramePostingsTests {
    /// Random codes in pairs that are one picture, 20 bits apart.
    func frames(_ count: Int, seed: UInt64) -> [FrameCode] {
        var dice = Dice(seed)
        var hash = PDQHash.random(&dice)
        return (0..<count).map { place in
            if place % 2 == 0 { hash = .random(&dice) }
            let flips = place % 2 == 0 ? 0 : 20
            return FrameCode(
                ptsMs: UInt32(250 * place), hash: hash.flipping((place..<place + flips).map { $0 % 256 }),
                quality: 100)
        }
    }

    /// A segment with a list, as a file.
    func make(_ references: Int = 4, codes: Int = 400) throws -> (folder: TemporaryFolder, segment: Segment) {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add(
            (0..<references).map {
                (Reference(id: "v\($0)"), fingerprint(frames(codes, seed: UInt64($0)), seconds: 100))
            })
        return (folder, try #require(try index.snapshot().segments.first).segment)
    }

    func plan(_ query: moire_frame_query, _ list: FramePostings?, blocks: Int) -> FramePlan {
        let plan = FramePlan()
        if let list { plan.make(for: query, highBits: list.highBits, postings: list.postings, blocks: blocks) }
        return plan
    }

    @Test("A stretch is a first code and those within 32 bits of it; flat frames neither begin nor end one")
    func stretches() {
        let zero = PDQHash(0, 0, 0, 0)
        func code(_ hash: PDQHash, _ quality: UInt8 = 100) -> FrameCode {
            FrameCode(ptsMs: 0, hash: hash, quality: quality)
        }
        let near = zero.flipping(0..<32), far = zero.flipping(0..<33)
        #expect(FrameStretches.firsts(of: [code(zero), code(near), code(far), code(zero)]) == [0, 2, 3])
        #expect(FrameStretches.firsts(of: [code(zero, 49), code(zero), code(far, 0), code(near)]) == [1])
        #expect(FrameStretches.firsts(of: []) == [])
    }

    @Test("Every stretch is found by its own first code in the two cheapest blocks, and spans what it spans")
    func complete() throws {
        let (_, segment) = try make()
        let list = try #require(segment.frames)
        #expect(list.codes == 1600)
        #expect(list.postings == 800)
        for code in stride(from: 0, to: 1600, by: 2) {
            let query = FrameCosts.uniform.view(segment.hash(ofCode: code), nil).straight
            let hits = try segment.frames(near: query, by: plan(query, list, blocks: 2), costMost: 0).hits
            #expect(hits.contains { $0.code == UInt32(code) && $0.cost == 0 })
            #expect(segment.stretch(from: code) == code..<code + 2)
            #expect(segment.record(holding: code) == code / 400)
        }
        try segment.verifyAll()
    }

    @Test("Few codes make no list and are looked at one by one")
    func few() throws {
        let (_, segment) = try make(1, codes: 1023)
        #expect(segment.frames == nil)
        let query = FrameCosts.uniform.view(segment.hash(ofCode: 1022), nil).straight
        #expect(try segment.frames(near: query, by: FramePlan(), costMost: 0).hits.map(\.code) == [1022])
    }

    @Test("A list costs ten bytes a stretch, and a directory that grows with it")
    func size() {
        #expect(FramePostings.highBits(postings: 0) == 4)
        #expect(FramePostings.highBits(postings: 5_600_000) == 18)
        #expect(FramePostings.highBits(postings: FramePostings.codesMax) == 20)
        // Ten million codes that never stand still: 10.5 bytes each; with 1.8 codes a stretch 5.9.
        #expect(FramePostings.byteCount(postings: 10_000_000, highBits: 19) == 104_194_448)
        #expect(FramePostings.byteCount(postings: 5_600_000, highBits: 18) == 58_097_296)
    }

    @Test("A flipped bit anywhere in the list is refused; at its ends and with checksums that fit, too")
    func damage() throws {
        let (folder, segment) = try make()
        let name = segment.entry.fileName, whole = try folder.read(name)
        let start = segment.layout.start(.frames)
        func opened(_ bytes: [UInt8]) throws -> Segment? {
            try folder.write(bytes, to: name)
            var entry = segment.entry
            entry.headerChecksum = SectionChecksum.of(bytes, 0..<SegmentLayout.headerChecksumOffset)
            return try Segment(entry: entry, folder: folder.path)
        }
        var dice = Dice(6)
        for place in (start..<start + 80).map({ $0 })
            + (0..<200).map({ _ in
                start + Int(dice.next() % UInt64(whole.count - start))
            })
        {
            var bytes = whole
            bytes[place] ^= 1 << UInt8(dice.next() % 8)
            #expect(throws: IndexError.self, "byte \(place)") { try opened(bytes) }
        }
        // With the section's and the header's checksum made right, what is left is refused or never read outside.
        func put(_ value: UInt64, at offset: Int, in bytes: inout [UInt8]) {
            for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
        }
        var refused = 0
        for place in (0..<400).map({ _ in start + Int(dice.next() % UInt64(segment.layout.frameBytes)) }) + [
            start + 64, start + 12, start + 16, start + 20,
        ] {
            var bytes = whole
            bytes[place] ^= 0xFF
            put(
                SectionChecksum.of(bytes, start..<start + FramePostings.checksumOffset),
                at: start + FramePostings.checksumOffset, in: &bytes)
            put(
                SectionChecksum.of(bytes, segment.layout.range(.frames)), at: SegmentLayout.checksumOffset(.frames),
                in: &bytes)
            put(
                SectionChecksum.of(bytes, 0..<SegmentLayout.headerChecksumOffset),
                at: SegmentLayout.headerChecksumOffset, in: &bytes)
            do {
                let damaged = try #require(try opened(bytes))
                for code in stride(from: 0, to: 1600, by: 100) {
                    let query = FrameCosts.uniform.view(damaged.hash(ofCode: code), nil).straight
                    _ = try damaged.frames(near: query, by: plan(query, damaged.frames, blocks: 64), costMost: 300)
                }
                try damaged.verifyAll()
            } catch is IndexError { refused += 1 }
        }
        #expect(refused > 20)
        try folder.write(whole, to: name)
        #expect(try opened(whole) != nil)
    }

    @Test("A segment of the format before is refused with what to do")
    func older() throws {
        let (folder, segment) = try make()
        var bytes = try folder.read(segment.entry.fileName)
        bytes[8] = 2
        try folder.write(bytes, to: segment.entry.fileName)
        let failure = #expect(throws: IndexError.self) { try FingerprintIndex(at: folder.path, create: false) }
        #expect(failure?.code == .unsupportedVersion)
        #expect(
            failure?.description.contains("format 2, this build reads 3 and 4; use the build that wrote it, or rebuild")
                == true)
    }

    @Test("Margins of a query are not kept, and make no other fingerprint of it")
    func marginsStay() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        let plain = fingerprint(frames(8, seed: 1), seconds: 2)
        var asked = plain
        asked.video.margins = [FrameMargins](
            repeating: FrameMargins(low: PDQHash(1, 2, 3, 4), high: PDQHash(5, 6, 7, 8)), count: 8)
        try index.add([(Reference(id: "a"), asked)])
        #expect(try index.fingerprint(of: "a") == plain)
        let before = try index.statistics()
        try index.add([(Reference(id: "a"), plain), (Reference(id: "a"), asked)])
        #expect(try index.statistics() == before)
    }
}
