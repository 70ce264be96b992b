import CKernels
@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("A segment's local features")
struct LocalSectionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// As references keep them: with none of some clips, and of others a frame or two.
    private static func clips(_ count: Int, seed: UInt64) -> [LocalFingerprint] {
        (0..<count).map { number in
            number % 3 == 1
                ? .none : LocalSelection()(LocalFilm(seed: seed &+ UInt64(number)).frames(from: 0, seconds: 2))
        }
    }

    private func section(_ bytes: [UInt8], references: Int) throws -> LocalSection {
        try folder.write(bytes, to: "section")
        let file = try #require(try MappedFile(path: "\(folder.path)/section", bytesMax: 1 << 30))
        return try LocalSection(file: file, range: 0..<bytes.count, references: references)
    }

    private func hits(_ section: LocalSection, _ codes: [moire_local_code], least: Int32, capacity: Int = 1 << 16)
        -> (found: Int64, hits: [moire_local_hit])
    {
        var hits = [moire_local_hit](repeating: moire_local_hit(query: 0, reference: 0, similarity: 0), count: capacity)
        var visits = [moire_local_visit](repeating: moire_local_visit(), count: codes.count * Int(moire_local_probes))
        var room = visits
        // Both have room for all blocks of all codes; of the hits, at most `capacity` are written.
        let count = unsafe moire_local_visits(codes, codes.count, UInt32(section.blockBits), &visits, &room)
        let found = unsafe section.withKernel { list in
            unsafe moire_local_list_hits(&list, codes, visits, count, least, &hits, capacity)
        }
        return (found, Array(hits.prefix(max(0, min(capacity, Int(found))))))
    }

    @Test("What was written is read back, clip by clip, and every feature knows its clip", arguments: 1...12, [3, 4])
    func roundTrip(_ count: Int, _ numberBytes: Int) throws {
        let clips = Self.clips(count, seed: UInt64(100 * count))
        let section = try section(
            try LocalSectionEncoder.bytes(of: clips, numberBytes: numberBytes), references: count)
        try section.verify()
        #expect(section.numberBytes == numberBytes)
        #expect(section.references == count)
        #expect(section.frames == clips.reduce(0) { $0 + $1.frames.count })
        #expect(section.features == clips.reduce(0) { $0 + $1.featureCount })
        var feature = 0
        for (number, clip) in clips.enumerated() {
            #expect(try section.fingerprint(of: number) == clip)
            for _ in 0..<clip.featureCount {
                let frame = section.frame(holding: feature, from: 0)
                #expect(try section.features(of: frame..<frame + 1).contains(feature))
                #expect((0...frame).allSatisfy { section.frame(holding: feature, from: $0) == frame })
                #expect(section.reference(holdingFrame: frame) == number)
                feature += 1
            }
        }
    }

    @Test("The header and a feature are laid out as documented; clips without features make no section")
    func layout() throws {
        #expect(try LocalSectionEncoder.bytes(of: []).isEmpty)
        #expect(try LocalSectionEncoder.bytes(of: [.none, .none]).isEmpty)
        let feature = LocalFeature(
            x: 0x1280, y: 0x3480, scale: 56, code: LocalCode(0x0403_0201, 0x0807_0605, 0x0C0B_0A09))
        let clip = LocalFingerprint(
            width: 512, height: 288, frames: [LocalFrame(ptsMs: 500, features: [feature])])
        let bytes = try LocalSectionEncoder.bytes(of: [clip])
        // Header, two references, two frames, a feature, 17 blocks, a tag, a number.
        #expect(bytes.count == 64 + 16 + 16 + 16 + 72 + 8 + 8)
        let head: [UInt8] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]
        #expect(Array(bytes[..<28]) == Array("MoireLoc".utf8) + head)
        #expect(Array(bytes[64..<72]) == [0, 0, 0, 0, 0, 2, 32, 1])
        #expect(Array(bytes[80..<88]) == [244, 1, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[96..<112]) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x12, 0x34, 56, 0])
        // The code's first four bits are 1: blocks 0 and 1 begin at posting 0, the others after it.
        for block in 0...16 { #expect(bytes[112 + 4 * block] == (block < 2 ? 0 : 1), "block \(block)") }
        #expect(Array(bytes[184..<186]) == [0x20, 0x0C])  // bits 4 to 13 of the code, then 16 to 21
        #expect(try section(bytes, references: 1).fingerprint(of: 0) == clip)

        // With numbers of four bytes: another format, which says so, and nothing else but the numbers.
        let wide = try LocalSectionEncoder.bytes(of: [clip], numberBytes: 4)
        #expect(wide.count == bytes.count && wide[8] == 2)
        #expect(Array(wide[28..<56]) == [4] + [UInt8](repeating: 0, count: 27))
        #expect(Array(wide[64...]) == Array(bytes[64...]))
        #expect(try section(wide, references: 1).fingerprint(of: 0) == clip)
    }

    @Test("A list made in portions is the list made at once", arguments: [3, 4])
    func portions(_ numberBytes: Int) throws {
        let clips = Self.clips(30, seed: 12)
        let whole = try LocalSectionEncoder.bytes(of: clips, numberBytes: numberBytes)
        for portion in [1, 100, 5000] {
            let parts = try LocalSectionEncoder.bytes(of: clips, numberBytes: numberBytes, portionBytes: portion)
            #expect(parts == whole, "\(portion) bytes a portion")
        }
    }

    @Test("Blocks hold about sixteen postings each, between 16 and 16 million blocks")
    func blocks() {
        #expect(LocalSection.blockBits(features: 0) == 4)
        #expect(LocalSection.blockBits(features: 271) == 4)
        #expect(LocalSection.blockBits(features: 272) == 5)
        #expect(LocalSection.blockBits(features: 1 << 20) == 16)
        #expect(LocalSection.blockBits(features: LocalSection.narrowMax) == 20)
        #expect(LocalSection.blockBits(features: 118_000_000) == 23)
        #expect(LocalSection.blockBits(features: LocalSection.featuresMax) == 24)
    }

    @Test("A list finds every exact copy, and nothing that all pairs do not give", arguments: [3, 40, 120], [3, 4])
    func search(_ count: Int, _ numberBytes: Int) throws {
        let clips = Self.clips(count, seed: 7)
        let section = try section(
            try LocalSectionEncoder.bytes(of: clips, numberBytes: numberBytes), references: count)
        let features = clips.flatMap(\.frames).flatMap(\.features)
        #expect(features.count == section.features)
        var dice = Dice(UInt64(count))
        let asked = (0..<200).map { _ -> LocalFeature in
            var feature = features[Int(dice.next() % UInt64(features.count))]
            feature.worn(bits: Int(dice.next() % 4) * 5, &dice)
            return feature
        }
        let codes = asked.map { moire_local_code($0.code, weak: $0.weak, weaker: $0.weaker) }
        for least: Int32 in [0, 102, 256] {
            var brute: [UInt64: Int32] = [:]
            for (query, code) in codes.enumerated() {
                for (number, feature) in features.enumerated() {
                    let words = [feature.code.word0, feature.code.word1, feature.code.word2]
                    // One code, and three words.
                    let alike = unsafe withUnsafePointer(to: code) { unsafe moire_local_similarity($0, words) }
                    if alike >= least { brute[UInt64(query) << 32 | UInt64(number)] = alike }
                }
            }
            let (found, hits) = hits(section, codes, least: least)
            #expect(Int(found) == hits.count && hits.count <= brute.count)
            #expect(
                hits.allSatisfy {
                    brute[UInt64($0.query) << 32 | UInt64($0.reference)].map { min(255, $0) } == Int32($0.similarity)
                })
            #expect(Set(hits.map { UInt64($0.query) << 32 | UInt64($0.reference) }).count == hits.count)
            let exact = brute.filter { pair in
                asked[Int(pair.key >> 32)].code == features[Int(pair.key & 0xFFFF_FFFF)].code
            }
            let met = Set(hits.map { UInt64($0.query) << 32 | UInt64($0.reference) })
            #expect(exact.keys.allSatisfy { met.contains($0) })
            #expect(!exact.isEmpty)
            let few = self.hits(section, codes, least: least, capacity: 5)
            #expect(few.found == found && few.hits.count == min(5, hits.count))
        }
    }

    // MARK: Damage

    @Test("Cut anywhere, or read as of another number of references, a section is refused", arguments: [3, 4])
    func truncation(_ numberBytes: Int) throws {
        let whole = try LocalSectionEncoder.bytes(of: Self.clips(3, seed: 5), numberBytes: numberBytes)
        for count in Array(0..<300) + Array(stride(from: 300, to: whole.count, by: 97)) + [whole.count - 1] {
            let failure = #expect(throws: IndexError.self, "\(count) bytes") {
                try section(Array(whole.prefix(count)), references: 3)
            }
            #expect(failure?.code == .corrupt)
        }
        #expect(throws: IndexError.self) { try section(whole + [UInt8](repeating: 0, count: 8), references: 3) }
        #expect(throws: IndexError.self) { try section(whole, references: 2) }
        var later = whole
        later[8] = 3
        let failure = #expect(throws: IndexError.self) { try section(later, references: 3) }
        #expect(failure?.code == .unsupportedVersion)
        #expect(failure?.description.contains("format 3, this build reads 1 and 2; use the build that") == true)
    }

    /// Everything that a lookup may ask.
    private func ask(_ section: LocalSection) throws {
        for reference in 0..<section.references { _ = try section.fingerprint(of: reference) }
        for feature in 0..<section.features {
            let frame = section.frame(holding: feature, from: 0)
            #expect((0..<section.references).contains(section.reference(holdingFrame: frame)))
        }
        var dice = Dice(3)
        let codes = (0..<64).map { _ in moire_local_code(.random(&dice), weak: .random(&dice), weaker: .zero) }
        let (found, hits) = hits(section, codes, least: 0)
        if found < 0 { throw section.damagedList }
        #expect(hits.allSatisfy { Int($0.reference) < section.features && $0.query < 64 })
        try section.verify()
    }

    @Test(
        "A flipped bit is a typed error or another answer, never a crash, also in a header whose checksum fits",
        arguments: [3, 4])
    func flips(_ numberBytes: Int) throws {
        let whole = try LocalSectionEncoder.bytes(of: Self.clips(3, seed: 6), numberBytes: numberBytes)
        var dice = Dice(9), refused = 0, tried = 0
        let places = Array(0..<240) + (0..<600).map { _ in Int(dice.next() % UInt64(whole.count)) }
        for place in places {
            var bytes = whole
            bytes[place] ^= 1 << UInt8(dice.next() % 8)
            if place < 64 { #expect(throws: IndexError.self, "byte \(place)") { try section(bytes, references: 3) } }
            let sum = SectionChecksum.of(bytes, 0..<LocalSection.checksumOffset)
            for byte in 0..<8 {
                bytes[LocalSection.checksumOffset + byte] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * byte))
            }
            tried += 1
            do { try ask(section(bytes, references: 3)) } catch is IndexError { refused += 1 }
        }
        #expect(refused > 60 && refused < tried)
    }

    @Test("Lists that lead outside are refused by the kernel", arguments: [UInt32.max, 1 << 24, 200], [3, 4])
    func impossible(_ value: UInt32, _ numberBytes: Int) throws {
        let whole = try LocalSectionEncoder.bytes(of: Self.clips(1, seed: 8), numberBytes: numberBytes)
        let opened = try section(whole, references: 1)
        let parts = LocalSection.parts(
            references: 1, frames: opened.frames, features: opened.features, blockBits: opened.blockBits,
            numberBytes: numberBytes)
        #expect(opened.features < 200)
        let codes = try opened.fingerprint(of: 0).frames[0].features.map {
            moire_local_code($0.code, weak: .zero, weaker: .zero)
        }
        #expect(hits(opened, codes, least: 102).found >= Int64(codes.count))
        let starts = 64 + parts[0] + parts[1] + parts[2], numbers = starts + parts[3] + parts[4]
        // A block's end beyond all postings, or before its start.
        for wrong in [value, 0] {
            var bytes = whole
            for block in 8..<12 {
                for byte in 0..<4 {
                    bytes[starts + 4 * block + byte] = UInt8(truncatingIfNeeded: wrong >> UInt32(8 * byte))
                }
            }
            #expect(hits(try section(bytes, references: 1), codes, least: 102).found == -1)
            #expect(throws: IndexError.self) { try section(bytes, references: 1).verify() }
        }
        // A feature that is none.
        var bytes = whole
        let wrong = numberBytes == 3 ? min(value, 0xFF_FFFF) : value
        for byte in 0..<numberBytes * opened.features {
            bytes[numbers + byte] = UInt8(truncatingIfNeeded: wrong >> UInt32(8 * (byte % numberBytes)))
        }
        #expect(hits(try section(bytes, references: 1), codes, least: 102).found == -1)
        #expect(throws: IndexError.self) { try section(bytes, references: 1).verify() }
    }
}
