/// How surely each bit of a frame's hash is what it is.
///
/// A PDQ bit says on which side of the median its coefficient lies, and copies flip the bits whose coefficients lie near
/// it. Each bit has a level: 0 for the 64 coefficients nearest to the median, 3 for the 64 farthest. Between real frames
/// and their re-recorded or cropped copies, 49 to 80 bits apart, bits of the four levels flip with probability 0.42,
/// 0.30, 0.19 and 0.06. Finer levels (16 of them) found no more in an index.
///
/// What is looked up has margins; what is stored in an index has none.
public struct FrameMargins: Sendable, Equatable, BitwiseCopyable {
    /// The lower and the upper bit of each level, laid out like the hash.
    public var low: PDQHash
    public var high: PDQHash

    public init(low: PDQHash, high: PDQHash) {
        self.low = low
        self.high = high
    }

    /// Those of the mirrored picture: its coefficients differ by signs, and the median by as little as it is from zero.
    public var mirrored: FrameMargins { self }

    /// The level of one bit, 0...3.
    public func level(_ bit: Int) -> Int {
        precondition((0..<256).contains(bit), "bit \(bit) of 256")
        func one(_ hash: PDQHash) -> Int {
            let word = [hash.word0, hash.word1, hash.word2, hash.word3][bit / 64]
            return Int(word >> UInt64(bit % 64) & 1)
        }
        return one(low) + 2 * one(high)
    }
}
