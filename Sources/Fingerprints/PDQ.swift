import CKernels
public import Frames

/// Meta's PDQ hash of a picture, bit for bit.
///
/// Luma → two passes of a box filter with windows of 1/128 of each side → 64×64 samples → DCT →
/// one bit per low frequency, set where its coefficient is above the median of the 256
/// (J. Dalins, C. Wilson, D. Boudry, arXiv 1912.07745; facebook/ThreatExchange `pdq/cpp`).
/// The quality counts the significant gradients of the 64×64 picture.
///
/// Exact means: equal to the reference built without fused multiply-add, for hash and quality. No
/// resizing is part of PDQ itself; Meta's photo hasher first reduces pictures to at most 512 a side
/// with whatever its image library offers, and that step is not reproducible bit for bit.
///
/// `PDQHasher` keeps its buffers between pictures; these functions make and drop them, which for a
/// 512×288 picture costs as much again as the hash.
public enum PDQ {
    /// Sides below this give the zero hash and quality 0, as the reference's do.
    public static let smallestSide = 5

    /// A hash and what it is worth: under 50 of 100 a picture is too flat to tell from others.
    public struct Result: Sendable, Equatable {
        public var hash: PDQHash
        /// 0...100.
        public var quality: Int

        public init(hash: PDQHash, quality: Int) {
            self.hash = hash
            self.quality = quality
        }
    }

    /// - Parameter luma: `width * height` finite values, row-major, 0 black to 255 white.
    public static func hash(luma: [Float], width: Int, height: Int) -> Result {
        var hasher = PDQHasher()
        return hasher.hash(luma: luma, width: width, height: height)
    }

    public static func hash(_ luma: LumaImage) -> Result {
        var hasher = PDQHasher()
        return hasher.hash(luma)
    }

    /// With the reference's luma: 0.299 R + 0.587 G + 0.114 B in single precision.
    public static func hash(_ rgb: RGBImage) -> Result {
        var hasher = PDQHasher()
        return hasher.hash(rgb)
    }

    /// The hashes of the eight ways to turn and mirror the picture, from one transform.
    ///
    /// They are exact in the sense of the reference's own dihedral hashes (coefficients change sign
    /// and place; the median is taken anew). Hashing the turned picture itself may differ in a few
    /// bits, since the 64×64 samples do not sit symmetrically.
    public static func dihedral(_ luma: LumaImage) -> (hashes: DihedralHashes, quality: Int) {
        var hasher = PDQHasher()
        guard let quality = hasher.load(luma) else {
            return (DihedralHashes(Coefficients(values: Array(repeating: 0, count: 256))), 0)
        }
        return (DihedralHashes(hasher.transform()), quality)
    }
}

/// The hashes of one picture in its eight orientations.
public struct DihedralHashes: Sendable, Equatable {
    public var original: PDQHash
    /// Mirrored left to right.
    public var mirrored: PDQHash
    /// Mirrored top to bottom.
    public var flipped: PDQHash
    /// Turned counter-clockwise by 90°, 180°, 270°.
    public var turned90: PDQHash
    public var turned180: PDQHash
    public var turned270: PDQHash
    /// Mirrored along the main diagonal (rows become columns) and along the other one.
    public var transposed: PDQHash
    public var antitransposed: PDQHash

    init(_ c: Coefficients) {
        original = c.hash
        mirrored = c.rearranged(transpose: false) { _, column in column % 2 == 0 }.hash
        flipped = c.rearranged(transpose: false) { row, _ in row % 2 == 0 }.hash
        turned180 = c.rearranged(transpose: false) { row, column in (row + column) % 2 == 1 }.hash
        turned90 = c.rearranged(transpose: true) { _, column in column % 2 == 0 }.hash
        turned270 = c.rearranged(transpose: true) { row, _ in row % 2 == 0 }.hash
        transposed = c.rearranged(transpose: true) { _, _ in false }.hash
        antitransposed = c.rearranged(transpose: true) { row, column in (row + column) % 2 == 1 }.hash
    }
}

/// The 16×16 low frequencies, `values[16 * row + column]` with frequencies `row + 1` and `column + 1`.
struct Coefficients {
    let values: [Float]

    var hash: PDQHash {
        var words: [UInt64] = [0, 0, 0, 0]
        unsafe moire_pdq_bits(values, &words)
        return PDQHash(words[0], words[1], words[2], words[3])
    }

    var margins: FrameMargins {
        var low: [UInt64] = [0, 0, 0, 0], high = low
        // The kernel reads 256 values and writes four words to each.
        unsafe moire_pdq_margins(values, &low, &high)
        return FrameMargins(
            low: PDQHash(low[0], low[1], low[2], low[3]), high: PDQHash(high[0], high[1], high[2], high[3]))
    }

    func rearranged(transpose: Bool, negate: (_ row: Int, _ column: Int) -> Bool) -> Coefficients {
        var result = values
        for row in 0..<16 {
            for column in 0..<16 {
                let value = values[16 * row + column]
                let place = transpose ? 16 * column + row : 16 * row + column
                result[place] = negate(row, column) ? -value : value
            }
        }
        return Coefficients(values: result)
    }
}
