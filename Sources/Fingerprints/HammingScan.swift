import CKernels

/// Linear search over many PDQ hashes.
public enum HammingScan {
    public struct Hit: Sendable, Equatable, BitwiseCopyable {
        /// Position among the codes.
        public var index: UInt32
        /// Bits that differ.
        public var distance: UInt16

        public init(index: UInt32, distance: UInt16) {
            self.index = index
            self.distance = distance
        }
    }

    /// Hits a first pass has room for; more cost a second pass.
    static let firstCapacity = 1024

    /// All codes at most `radius` bits from `query`, in order of index.
    ///
    /// Complexity: O(*n*); about 1.6 ns a code while the codes stay in the cache.
    public static func within(radius: Int, of query: PDQHash, codes: Span<PDQHash>) -> [Hit] {
        precondition(codes.count <= UInt32.max, "\(codes.count) codes do not fit 32-bit positions")
        guard radius >= 0, !codes.isEmpty else { return [] }
        let words = [query.word0, query.word1, query.word2, query.word3]
        var capacity = min(firstCapacity, codes.count)
        while true {
            var indices = [UInt32](repeating: 0, count: capacity)
            var distances = [UInt16](repeating: 0, count: capacity)
            // PDQHash is four words in order and nothing else, so `count` of them are 4 × `count` words.
            let found = unsafe codes.withUnsafeBytes { raw in
                unsafe moire_hamming_scan(
                    words, raw.baseAddress?.assumingMemoryBound(to: UInt64.self), codes.count,
                    UInt32(min(radius, 256)), &indices, &distances, capacity)
            }
            guard found > capacity else {
                return (0..<found).map { Hit(index: indices[$0], distance: distances[$0]) }
            }
            capacity = found
        }
    }

    public static func within(radius: Int, of query: PDQHash, codes: [PDQHash]) -> [Hit] {
        within(radius: radius, of: query, codes: codes.span)
    }
}
