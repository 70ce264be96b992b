import CKernels
@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Comparing local codes")
struct LocalKernelTests {
    private let all = LocalCode(.max, .max, .max)

    private func code(_ code: LocalCode, weak: LocalCode = .zero, weaker: LocalCode = .zero) -> moire_local_code {
        moire_local_code(code, weak: weak, weaker: weaker)
    }

    private func similarity(_ query: moire_local_code, _ reference: LocalCode) -> Int32 {
        // One code, and three words.
        unsafe withUnsafePointer(to: query) { query in
            unsafe moire_local_similarity(query, [reference.word0, reference.word1, reference.word2])
        }
    }

    @Test("Equal codes are 256 alike, opposite ones -256, and half of the bits is neither")
    func literal() {
        for weak in [LocalCode.zero, all, LocalCode(1, 2, 3)] {
            for weaker in [LocalCode.zero, weak] {
                let query = code(LocalCode(5, 6, 7), weak: weak, weaker: weaker)
                #expect(similarity(query, LocalCode(5, 6, 7)) == 256)
                #expect(similarity(query, LocalCode(5, 6, 7) ^ all) == -256)
            }
        }
        #expect(similarity(code(.zero), LocalCode(0xFFFF, 0xFFFF_0000, 0xAAAA_AAAA)) == 0)
        // One bit of 96: 512 / 96 is 5.3.
        #expect(similarity(code(.zero), LocalCode(0, 0, 1 << 31)) == 251)
    }

    @Test("A bit weighs 4, a weak one 2, a weaker one 1")
    func weights() {
        // 64 · 4 + 16 · 2 + 16 · 1 = 304.
        let query = code(.zero, weak: LocalCode(0xFFFF_FFFF, 0, 0), weaker: LocalCode(0xFFFF, 0, 0))
        #expect(similarity(query, LocalCode(0, 1, 0)) == 256 - 512 * 4 / 304)
        #expect(similarity(query, LocalCode(1 << 16, 0, 0)) == 256 - 512 * 2 / 304)
        #expect(similarity(query, LocalCode(1, 0, 0)) == 256 - 512 * 1 / 304)
        #expect(similarity(query, LocalCode(.max, 0, 0)) == 256 - 512 * 48 / 304)
        #expect(similarity(query, LocalCode(0, 0, .max)) == 256 - 512 * 128 / 304)
    }

    // MARK: Against a plain way to say it

    /// The code's first bits with up to two of the six weakest flipped: the weaker go first, of equals the higher.
    private func keys(_ query: moire_local_code, bits: Int = 16) -> [UInt32] {
        func rank(_ bit: Int) -> UInt32 { (query.weak.0 >> UInt32(bit) & 1) + (query.weaker.0 >> UInt32(bit) & 1) }
        let weakest = (0..<bits).sorted { (rank($0), $0) > (rank($1), $1) }.prefix(6)
        let key = query.code.0 & (1 << UInt32(bits) - 1)
        var keys = [key]
        for a in weakest {
            let once: UInt32 = key ^ (1 << UInt32(a))
            keys.append(once)
            for b in weakest where b > a { keys.append(once ^ (1 << UInt32(b))) }
        }
        return keys
    }

    private func random(_ count: Int, _ dice: inout Dice) -> [moire_local_code] {
        (0..<count).map { _ in
            let weak = LocalCode.random(&dice), other = LocalCode.random(&dice)
            let weaker = LocalCode(weak.word0 & other.word0, weak.word1 & other.word1, weak.word2 & other.word2)
            return code(.random(&dice), weak: weak, weaker: weaker)
        }
    }

    @Test("Each code lies under itself and itself with one or two of its six weakest bits flipped", arguments: 1...4)
    func probe(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        let codes = random(seed == 1 ? 0 : 300, &dice) + [code(.zero), code(all, weak: all, weaker: all)]
        var starts = [UInt32](repeating: 9, count: Int(moire_local_keys) + 1)
        var entries = [UInt32](repeating: 9, count: codes.count * Int(moire_local_probes))
        // Both arrays have the room that the kernel asks for.
        unsafe moire_local_probe(codes, codes.count, &starts, &entries)
        var expected: [UInt32: [UInt32]] = [:]
        for (number, code) in codes.enumerated() {
            #expect(Set(keys(code)).count == Int(moire_local_probes))
            for key in keys(code) { expected[key, default: []].append(UInt32(number)) }
        }
        #expect(starts[0] == 0 && Int(starts[starts.count - 1]) == entries.count)
        for key in 0..<UInt32(moire_local_keys) {
            let range = Int(starts[Int(key)])..<Int(starts[Int(key) + 1])
            #expect(Array(entries[range]) == expected[key, default: []], "seed \(seed), key \(key)")
        }
    }

    @Test("Hits are all pairs under a common key that are alike enough, fast and plain", arguments: 1...6)
    func hits(_ seed: Int) {
        var dice = Dice(UInt64(10 + seed))
        let queries = random(200, &dice)
        // Every other reference is a query's code with some bits flipped, the first of them none.
        let references = (0..<401).map { number -> LocalCode in
            guard number % 2 == 0 else { return .random(&dice) }
            let (w0, w1, w2) = queries[number / 2 % 200].code
            return LocalCode(w0, w1, w2).flipping((0..<96).shuffled(using: &dice).prefix(number / 10))
        }
        let query = LocalQueryKeys(queries), known = queries.map { Set(keys($0)) }
        for stride in [12, 15, 37] {
            // One byte beyond an even address.
            var bytes = [UInt8](repeating: 0xEE, count: 1)
            for code in references {
                for word in [code.word0, code.word1, code.word2] {
                    bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
                }
                bytes += [UInt8](repeating: 0xEE, count: stride - 12)
            }
            for least: Int32 in [0, 102, 256] {
                var expected: [[UInt32]] = []
                for (number, reference) in references.enumerated() {
                    let key = reference.word0 & 0xFFFF
                    for (other, code) in queries.enumerated() where known[other].contains(key) {
                        let alike = similarity(code, reference)
                        if alike >= least { expected.append([UInt32(other), UInt32(number), UInt32(min(255, alike))]) }
                    }
                }
                let fast = query.hits(bytes, stride, references.count, least, capacity: 2000, plain: false)
                let plain = query.hits(bytes, stride, references.count, least, capacity: 2000, plain: true)
                #expect(fast.hits == expected && fast.found == expected.count, "seed \(seed), least \(least)")
                #expect(plain.hits == expected && plain.found == expected.count, "seed \(seed), least \(least)")
                let few = query.hits(bytes, stride, references.count, least, capacity: 3, plain: false)
                #expect(few.hits == Array(expected.prefix(3)) && few.found == expected.count)
            }
        }
    }
}

/// A query's codes with their keys, for one call after the other.
private struct LocalQueryKeys {
    let codes: [moire_local_code]
    private var starts = [UInt32](repeating: 0, count: Int(moire_local_keys) + 1)
    private var entries: [UInt32]

    init(_ codes: [moire_local_code]) {
        self.codes = codes
        entries = [UInt32](repeating: 0, count: codes.count * Int(moire_local_probes))
        // Both arrays have the room that the kernel asks for.
        unsafe moire_local_probe(codes, codes.count, &starts, &entries)
    }

    /// Each as query, reference and similarity; the references begin at the second byte.
    func hits(_ bytes: [UInt8], _ stride: Int, _ count: Int, _ least: Int32, capacity: Int, plain: Bool) -> (
        hits: [[UInt32]], found: Int
    ) {
        let untouched = moire_local_hit(query: 77, reference: 77, similarity: 77)
        var hits = [moire_local_hit](repeating: untouched, count: capacity + 1)
        let found = unsafe bytes.withUnsafeBufferPointer { bytes in
            let first = unsafe bytes.baseAddress! + 1
            return plain
                ? unsafe moire_local_hits_plain(codes, starts, entries, first, stride, count, least, &hits, capacity)
                : unsafe moire_local_hits(codes, starts, entries, first, stride, count, least, &hits, capacity)
        }
        #expect(hits[capacity].query == 77, "written beyond the capacity")
        return (hits.prefix(min(found, capacity)).map { [$0.query, $0.reference, $0.similarity] }, found)
    }
}
