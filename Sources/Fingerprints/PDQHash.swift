/// A 256-bit PDQ hash of one picture.
///
/// Bit `16 * row + column` stands for DCT coefficient (row, column) of the 16×16 low frequencies and
/// is bit `k % 64` of word `k / 64`. The text form is Meta's: 64 hex digits, highest bit first.
public struct PDQHash: Sendable, Equatable, Hashable, BitwiseCopyable {
    public var word0: UInt64
    public var word1: UInt64
    public var word2: UInt64
    public var word3: UInt64

    public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Bits that differ, 0...256.
    @inlinable
    public func hammingDistance(to other: PDQHash) -> Int {
        (word0 ^ other.word0).nonzeroBitCount + (word1 ^ other.word1).nonzeroBitCount
            + (word2 ^ other.word2).nonzeroBitCount + (word3 ^ other.word3).nonzeroBitCount
    }
}
