/// The 64-bit checksum of the index's files.
///
/// Multiply and rotate over little-endian words, in the manner of xxHash and FNV. Each step is a
/// bijection of the state for a given word, so any change inside a single word is always seen; other
/// damage is missed with a chance near 2^-64. It guards against accidents, not against forgers.
/// 8 bytes in about five cycles.
struct SectionChecksum {
    private var state: UInt64

    init(seed: UInt64) { state = seed ^ 0x9E37_79B9_7F4A_7C15 }

    mutating func add(_ word: UInt64) {
        let mixed = (state ^ word) &* 0x9FB2_1C65_1E98_DF25
        state = (mixed << 29) | (mixed >> 35)
    }

    /// Whole words.
    mutating func add(_ bytes: RawSpan) {
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            // In bounds by the loop's condition; any bit pattern is an integer.
            add(UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
    }

    var value: UInt64 {
        var h = state
        h = (h ^ (h >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return h ^ (h >> 33)
    }

    /// Of bytes whose count is a multiple of 8; the count is part of the sum.
    static func of(_ bytes: RawSpan) -> UInt64 {
        var sum = SectionChecksum(seed: UInt64(bytes.byteCount))
        sum.add(bytes)
        return sum.value
    }

    /// The same of a part of an array.
    static func of(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        // Plain bytes as raw bytes, lent for the call.
        of(unsafe bytes.span.bytes.extracting(range))
    }
}
