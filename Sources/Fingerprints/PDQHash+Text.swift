extension PDQHash: CustomStringConvertible {
    /// Reads Meta's text form: exactly 64 hex digits of either case, highest bit first.
    public init?(hex: some StringProtocol) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for byte in hex.utf8 {
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
            guard count < 64 else { return nil }
            switch count / 16 {
            case 0: words.3 = words.3 << 4 | digit
            case 1: words.2 = words.2 << 4 | digit
            case 2: words.1 = words.1 << 4 | digit
            default: words.0 = words.0 << 4 | digit
            }
            count += 1
        }
        guard count == 64 else { return nil }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// 64 lower-case hex digits, highest bit first.
    public var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in [word3, word2, word1, word0] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
                text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    public var description: String { hex }

    /// The hash of the picture mirrored left to right, guessed from the bits alone.
    ///
    /// Mirroring changes the sign of the odd horizontal frequencies, which are the even columns. A
    /// sign change complements a bit where the median is zero; it is only close to zero, so
    /// coefficients between the two medians come out wrong: on the photograph of Meta's own tests the
    /// guess is 18 of 256 bits from the hash of the mirrored file. `PDQ.dihedral` knows the coefficients
    /// and is exact.
    public var mirrored: PDQHash {
        let evenColumns: UInt64 = 0x5555_5555_5555_5555
        return PDQHash(word0 ^ evenColumns, word1 ^ evenColumns, word2 ^ evenColumns, word3 ^ evenColumns)
    }
}
