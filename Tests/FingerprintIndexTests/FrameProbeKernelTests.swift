import CKernels
@testable import FingerprintIndex
import Testing

@Suite("Probing a list of frame codes")
struct FrameProbeKernelTests {
    private func query(_ dice: inout Dice, _ kind: Int) -> moire_frame_query {
        func word() -> UInt64 { kind == 0 ? 0 : kind == 1 ? .max : dice.next() }
        return moire_frame_query(
            code: (word(), word(), word(), word()), low: (word(), word(), word(), word()),
            high: (word(), word(), word(), word()), costs: kind % 2 == 0 ? (1, 3, 6, 11) : (4, 4, 4, 4))
    }

    /// What a difference costs, bit by bit.
    private func cost(_ query: moire_frame_query, _ code: [UInt64]) -> UInt32 {
        let words = [query.code.0, query.code.1, query.code.2, query.code.3]
        let low = [query.low.0, query.low.1, query.low.2, query.low.3]
        let high = [query.high.0, query.high.1, query.high.2, query.high.3]
        let costs = [query.costs.0, query.costs.1, query.costs.2, query.costs.3]
        return (0..<256).reduce(UInt32(0)) { sum, bit in
            func one(_ words: [UInt64]) -> Int { Int(words[bit / 64] >> UInt64(bit % 64) & 1) }
            return one(words) == one(code) ? sum : sum + costs[one(low) + 2 * one(high)]
        }
    }

    @Test("Costs are the sum over the bits that differ, at every level of the processor", arguments: 0..<8)
    func costs(_ kind: Int) {
        var dice = Dice(UInt64(kind) + 1), query = query(&dice, kind)
        let codes = (0..<4 * 37).map { _ in dice.next() }
        let expected = (0..<37).map { cost(query, Array(codes[4 * $0..<4 * $0 + 4])) }
        for level: Int32 in [0, -1] {
            moire_frame_force_level(level)
            defer { moire_frame_force_level(-1) }
            #expect((0..<37).map { unsafe moire_frame_cost(&query, Array(codes[4 * $0..<4 * $0 + 4])) } == expected)
            #expect(unsafe moire_frame_least(&query, codes, 37) == expected.min())
            #expect(unsafe moire_frame_least(&query, codes, 0) == .max)
            let limit = expected.sorted()[18]
            var hits = [moire_frame_hit](repeating: moire_frame_hit(), count: 37)
            // Room for all of them.
            let found = unsafe moire_frame_scan(&query, codes, 37, limit, &hits, 37)
            #expect(
                hits.prefix(found).map(\.code) == expected.indices.filter { expected[$0] <= limit }.map(UInt32.init))
            #expect(unsafe moire_frame_scan(&query, codes, 37, limit, nil, 0) == found)
        }
    }

    /// A list of random codes in the layout of `moire_frame_table`.
    private struct List {
        let bits: UInt32
        let codes: [UInt64]
        var starts: [[UInt8]] = [], rests: [[UInt8]] = [], ids: [[UInt8]] = []

        init(count: Int, bits: UInt32, _ dice: inout Dice) {
            self.bits = bits
            codes = (0..<4 * count).map { _ in dice.next() }
            for table in 0..<UInt32(moire_frame_tables) {
                var blocks = [[(rest: UInt16, code: Int)]](repeating: [], count: 1 << Int(bits))
                for code in 0..<count {
                    let key = unsafe moire_frame_key(Array(codes[4 * code..<4 * code + 4]), table, bits)
                    blocks[Int(key >> 16)].append((UInt16(truncatingIfNeeded: key), code))
                }
                var start: [UInt8] = [], rest: [UInt8] = [], id: [UInt8] = [], sum = 0
                func put(_ value: Int, _ bytes: Int, _ to: inout [UInt8]) {
                    for byte in 0..<bytes { to.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
                }
                for block in blocks {
                    put(sum, 4, &start)
                    sum += block.count
                    for posting in block {
                        put(Int(posting.rest), 2, &rest)
                        put(posting.code, 3, &id)
                    }
                }
                put(sum, 4, &start)
                starts.append(start)
                rests.append(rest + [UInt8](repeating: 0, count: 32))
                ids.append(id)
            }
        }

        func probe(_ query: moire_frame_query, blocks: UInt32, cost: UInt32)
            -> (found: Int64, hits: [moire_frame_hit], work: moire_frame_work)
        {
            var query = query, work = moire_frame_work()
            var hits = [moire_frame_hit](repeating: moire_frame_hit(), count: 4096)
            let plan = FramePlan()
            plan.make(for: query, highBits: Int(bits), postings: codes.count / 4, blocks: Int(blocks))
            // All arrays live for the call and are as long as their counts say.
            let found = unsafe starts[0].withUnsafeBufferPointer { s0 in
                unsafe starts[1].withUnsafeBufferPointer { s1 in
                    unsafe rests[0].withUnsafeBufferPointer { r0 in
                        unsafe rests[1].withUnsafeBufferPointer { r1 in
                            unsafe ids[0].withUnsafeBufferPointer { i0 in
                                unsafe ids[1].withUnsafeBufferPointer { i1 in
                                    unsafe codes.withUnsafeBufferPointer { codes in
                                        let count = UInt32(codes.count / 4)
                                        var list = unsafe moire_frame_postings(
                                            tables: (
                                                moire_frame_table(
                                                    starts: s0.baseAddress, rests: r0.baseAddress,
                                                    ids: i0.baseAddress, count: count),
                                                moire_frame_table(
                                                    starts: s1.baseAddress, rests: r1.baseAddress,
                                                    ids: i1.baseAddress, count: count)
                                            ), high_bits: bits, codes: codes.baseAddress, code_count: count)
                                        return unsafe moire_frame_probe(
                                            &list, &query, plan.kernel, cost, &hits, hits.count, &work)
                                    }
                                }
                            }
                        }
                    }
                }
            }
            return (found, Array(hits.prefix(max(0, Int(found)))), work)
        }
    }

    @Test("The fast version finds what the plain one finds, in lists of any size", arguments: 1...10)
    func equal(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        let list = List(count: [1, 15, 16, 17, 400, 3000][seed % 6], bits: UInt32(4 + seed % 5), &dice)
        for kind in 0..<6 {
            let query = query(&dice, kind)
            for blocks: UInt32 in [0, 2, 7, 100, 8192, 100_000] {
                moire_frame_force_level(0)
                let plain = list.probe(query, blocks: blocks, cost: 700)
                moire_frame_force_level(-1)
                let fast = list.probe(query, blocks: blocks, cost: 700)
                #expect(plain.found == fast.found)
                #expect(plain.hits.map(\.code) == fast.hits.map(\.code))
                #expect(plain.hits.map(\.cost) == fast.hits.map(\.cost))
                #expect(plain.work.blocks <= max(2, blocks) && plain.work.codes == fast.work.codes)
                for hit in fast.hits {
                    #expect(hit.cost == cost(query, Array(list.codes[4 * Int(hit.code)..<4 * Int(hit.code) + 4])))
                }
            }
        }
    }

    @Test("A code is found by itself in the first blocks; with weak bits flipped, too; with a strong one, later")
    func directed() {
        var dice = Dice(21)
        let list = List(count: 2000, bits: 8, &dice)
        for code in stride(from: 0, to: 2000, by: 97) {
            let words = Array(list.codes[4 * code..<4 * code + 4])
            // Bits 0 to 63 are weak, all others sure.
            var query = moire_frame_query(
                code: (words[0], words[1], words[2], words[3]), low: (0, .max, .max, .max), high: (0, .max, .max, .max),
                costs: (1, 3, 6, 11))
            func finds(_ blocks: UInt32) -> Bool {
                list.probe(query, blocks: blocks, cost: 400).hits.contains { $0.code == UInt32(code) }
            }
            #expect(finds(2))
            query.code.0 ^= 0b1000_0001
            #expect(finds(40))
        }
    }

    @Test("A list whose numbers cannot be is told, not followed")
    func damaged() {
        var dice = Dice(4)
        let list = List(count: 300, bits: 4, &dice), query = query(&dice, 3)
        var starts = list
        for k in 0..<16 { starts.starts[0][4 * k + 2] = 0xFF }
        #expect(starts.probe(query, blocks: 32, cost: 5000).found == -1)
        var ids = list
        ids.ids[1] = [UInt8](repeating: 0xFF, count: ids.ids[1].count)
        #expect(ids.probe(query, blocks: 32, cost: 5000).found == -1)
    }
}
