import CKernels
import Testing

@Suite("The scan kernel")
struct ScanKernelTests {
    @Test("The fast version finds what the plain one finds, on random and extreme codes", arguments: 1...12)
    func equal(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        func codes(_ count: Int) -> [UInt64] {
            (0..<4 * count).map { _ in
                switch seed % 4 {
                case 0: 0
                case 1: UInt64.max
                case 2: dice.next() & dice.next()
                default: dice.next()
                }
            }
        }
        let queries = codes(seed), references = codes(3 * seed + 1)
        for radius: UInt32 in [0, 31, 100, 128, 256] {
            var fast = [moire_code_pair](repeating: moire_code_pair(), count: 1000), plain = fast
            // Four words a code, and room for every pair.
            let found = unsafe moire_index_pairs(queries, seed, references, 3 * seed + 1, radius, &fast, 1000)
            let expected = unsafe moire_index_pairs_plain(queries, seed, references, 3 * seed + 1, radius, &plain, 1000)
            #expect(found == expected)
            for (a, b) in zip(fast, plain) {
                #expect(a.query == b.query && a.reference == b.reference && a.distance == b.distance)
            }
            if radius == 256 { #expect(found == seed * (3 * seed + 1)) }
            #expect(unsafe moire_index_pairs(queries, seed, references, 3 * seed + 1, radius, nil, 0) == expected)
        }
    }

    @Test("One bit, and all bits, of difference are counted as such")
    func literal() {
        let query: [UInt64] = [1, 0, 0, 0], references: [UInt64] = [0, 0, 0, 0, .max, .max, .max, .max, 1, 0, 0, 0]
        var histogram = [UInt64](repeating: 0, count: 257)
        unsafe moire_index_distances(query, 1, references, 3, &histogram)
        #expect(histogram[0] == 1)
        #expect(histogram[1] == 1)
        #expect(histogram[255] == 1)
        #expect(histogram.reduce(0, +) == 3)
    }
}
