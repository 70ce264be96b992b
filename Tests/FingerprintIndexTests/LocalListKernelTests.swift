import CKernels
import Fingerprints
import Testing

@testable import FingerprintIndex

@Suite("Visiting a list of local features", .serialized)
struct LocalListKernelTests {
    /// Clips of random features; with `crowd`, most of them under a few keys.
    private static func clips(_ features: Int, crowd: Bool, _ dice: inout Dice) -> [LocalFingerprint] {
        var rest = features, clips: [LocalFingerprint] = []
        while rest > 0 {
            let count = min(rest, 1 + Int(dice.next() % 90))
            rest -= count
            let made = (0..<count).map { _ -> LocalFeature in
                var code = word(&dice)
                if crowd, dice.next() % 4 != 0 { code.word0 &= 0xF000_0003 }
                return LocalFeature(
                    x: UInt16(truncatingIfNeeded: dice.next()) & 0xFF00 | 0x80,
                    y: UInt16(truncatingIfNeeded: dice.next()) & 0xFF00 | 0x80, scale: UInt8(dice.next() % 128),
                    code: code)
            }
            clips.append(
                LocalFingerprint(width: 512, height: 288, frames: [LocalFrame(ptsMs: 0, features: made)]))
        }
        return clips
    }

    private static func word(_ dice: inout Dice) -> LocalCode {
        let (a, b) = (dice.next(), dice.next())
        return LocalCode(
            UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: a >> 32), UInt32(truncatingIfNeeded: b))
    }

    /// Codes of the clips with a few bits wrong, and strangers.
    private static func codes(_ clips: [LocalFingerprint], _ count: Int, _ dice: inout Dice) -> [moire_local_code] {
        let all = clips.flatMap { $0.frames.flatMap(\.features) }
        return (0..<count).map { number in
            let weak = word(&dice), weaker = weak ^ LocalCode(weak.word0 & 0x5555_5555, weak.word1, 0)
            var code = number % 3 == 0 || all.isEmpty ? word(&dice) : all[Int(dice.next() % UInt64(all.count))].code
            for _ in 0..<Int(dice.next() % 9) { code.word0 ^= weak.word0 & (1 << UInt32(dice.next() % 32)) }
            return moire_local_code(code, weak: weak, weaker: weaker)
        }
    }

    private static func visits(_ codes: [moire_local_code], bits: Int) -> [moire_local_visit] {
        var visits = [moire_local_visit](repeating: moire_local_visit(), count: codes.count * Int(moire_local_probes))
        var room = visits
        // Both have room for all blocks of all codes.
        let count = unsafe moire_local_visits(codes, codes.count, UInt32(bits), &visits, &room)
        return Array(visits.prefix(count))
    }

    private struct Found: Equatable {
        var count: Int64
        var hits: [[UInt32]]
    }

    /// - Parameter bytes: of a section.
    private static func ask(
        _ bytes: [UInt8], _ clips: [LocalFingerprint], _ codes: [moire_local_code], least: Int32, capacity: Int,
        numberBytes: Int = 3
    ) -> Found {
        let features = clips.reduce(0) { $0 + $1.featureCount }, bits = LocalSection.blockBits(features: features)
        let sizes = LocalSection.parts(
            references: clips.count, frames: clips.count, features: features, blockBits: bits,
            numberBytes: numberBytes)
        let starts = sizes.indices.map { sizes[..<$0].reduce(LocalSection.headerBytes, +) }
        let visits = visits(codes, bits: bits)
        var hits = [moire_local_hit](repeating: moire_local_hit(), count: capacity)
        // The bytes live for the call, and their parts are as long as the section's header says.
        let count = unsafe bytes.withUnsafeBufferPointer { bytes in
            let base = bytes.baseAddress!
            var list = unsafe moire_local_list(
                features: base + starts[2], feature_count: UInt32(features), block_bits: UInt32(bits),
                starts: base + starts[3], tags: base + starts[4], numbers: base + starts[5],
                number_bytes: UInt32(numberBytes))
            return unsafe moire_local_list_hits(&list, codes, visits, visits.count, least, &hits, capacity)
        }
        return Found(
            count: count,
            hits: hits.prefix(max(0, min(capacity, Int(count)))).map { [$0.query, $0.reference, $0.similarity] })
    }

    @Test("The fast version finds what the plain one finds, in lists of any size", arguments: 1...12, [3, 4])
    func equal(_ seed: Int, _ numberBytes: Int) throws {
        var dice = Dice(UInt64(seed))
        let size = [1, 15, 16, 17, 700, 5000][seed % 6]
        let clips = Self.clips(size, crowd: seed > 6, &dice)
        let bytes = try LocalSectionEncoder.bytes(of: clips, numberBytes: numberBytes)
        for count in [1, 7, 129] {
            let codes = Self.codes(clips, count, &dice)
            for (least, capacity) in [(Int32(-256), 1 << 20), (0, 1 << 16), (102, 1 << 12), (102, 3), (256, 10)] {
                moire_local_force_level(0)
                let plain = Self.ask(
                    bytes, clips, codes, least: least, capacity: capacity, numberBytes: numberBytes)
                moire_local_force_level(-1)
                let fast = Self.ask(
                    bytes, clips, codes, least: least, capacity: capacity, numberBytes: numberBytes)
                #expect(plain == fast, "seed \(seed), \(count) codes, at least \(least), \(capacity) hits")
            }
        }
    }

    @Test("Lists sort by the first two words without the two bits that say nothing")
    func word() {
        #expect(moire_local_list_word(0xC000, 0) == 0)
        #expect(moire_local_list_word(0x0001_2001, 0) == 1 << 14 | 0x2001)
        #expect(moire_local_list_word(0xFFFF_FFFF, 0) == 1 << 30 - 1)
        #expect(moire_local_list_word(0, 0x8000_0001) == 1 << 61 | 1 << 30)
    }

    @Test("A copy with two weak bits wrong is found")
    func copies() throws {
        var dice = Dice(5)
        let clips = Self.clips(3000, crowd: false, &dice), bytes = try LocalSectionEncoder.bytes(of: clips)
        let own = clips[7].frames[0].features[0].code
        let number = UInt32(clips[..<7].reduce(0) { $0 + $1.featureCount })
        // The list's blocks are named by eight bits; all of six of them are weak.
        let weak = LocalCode(0b1010_1111, 0, 0)
        let code = moire_local_code(own ^ LocalCode(0b1000_0001, 0, 0), weak: weak, weaker: .zero)
        let found = Self.ask(bytes, clips, [code], least: 200, capacity: 100)
        #expect(found.hits.contains { $0[1] == number })
    }

    @Test("Blocks come in order, each code once in each of its 22")
    func order() {
        var dice = Dice(9)
        for bits in [4, 5, 12, 20, 24] {
            let codes = Self.codes([], 300, &dice), visits = Self.visits(codes, bits: bits)
            #expect(zip(visits, visits.dropFirst()).allSatisfy { ($0.block, $0.query) < ($1.block, $1.query) })
            #expect(visits.allSatisfy { $0.block < 1 << UInt32(bits) })
            // Of four bits there are no six to flip.
            let each = bits < 6 ? 1 + bits + bits * (bits - 1) / 2 : Int(moire_local_probes)
            #expect(visits.count == 300 * each)
        }
    }

    @Test("Numbers beyond the list's features are refused at every level")
    func damaged() throws {
        var dice = Dice(4)
        let clips = Self.clips(500, crowd: true, &dice), codes = Self.codes(clips, 200, &dice)
        var bytes = try LocalSectionEncoder.bytes(of: clips)
        for place in bytes.count - 1500..<bytes.count { bytes[place] = 0xFF }
        for level: Int32 in [0, -1] {
            moire_local_force_level(level)
            #expect(Self.ask(bytes, clips, codes, least: -256, capacity: 1 << 16).count == -1)
        }
    }

    @Test(
        "Hits are sorted by their features, and those of one stay as they came",
        arguments: [0xFF_F00F, 0x100_000F, 0xFFF_F00F, 0xFFFF_F00F] as [UInt32])
    func sorting(_ mask: UInt32) {
        var dice = Dice(3)
        for count in [0, 1, 2, 1000] {
            var hits = (0..<count).map {
                moire_local_hit(
                    query: UInt32($0), reference: UInt32(truncatingIfNeeded: dice.next()) & mask, similarity: 1)
            }
            let expected = hits.sorted { ($0.reference, $0.query) < ($1.reference, $1.query) }
            var room = hits
            unsafe moire_local_sort(&hits, &room, count)
            #expect(hits.map(\.query) == expected.map(\.query))
        }
    }
}
