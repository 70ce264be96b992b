/// What every ISCC unit is around its digest: a header of two bytes, written with it in base32 (ISO 24138:2024;
/// `codec.py` of iscc/iscc-core).
public enum ISCCUnit {
    /// Kinds of Content-Codes, as the header numbers them.
    public enum Content: UInt8, Sendable {
        case audio = 2
        case video = 3
    }

    /// Bits that a unit can have.
    public static let lengths = stride(from: 64, through: 256, by: 32)

    /// `ISCC:` and the Content-Code of version 0 whose digest begins with these bytes.
    ///
    /// - Parameter bits: one of `lengths`, and no more than there are in the digest.
    public static func code(_ content: Content, digest: [UInt8], bits: Int) -> String {
        precondition(lengths.contains(bits) && bits <= digest.count * 8, "\(bits) of \(digest.count * 8) bits")
        // Nibbles: type 2, content; its kind; version 0; length in words of 32 bits, less one.
        let header: [UInt8] = [0x20 | content.rawValue, UInt8(bits / 32 - 1)]
        return "ISCC:" + base32(header + digest.prefix(bits / 8))
    }

    /// RFC 4648 §6, without padding.
    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var text: [UInt8] = []
        var held: UInt32 = 0
        var heldBits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            heldBits += 8
            while heldBits >= 5 {
                heldBits -= 5
                text.append(alphabet[Int(held >> UInt32(heldBits) & 31)])
            }
        }
        if heldBits > 0 { text.append(alphabet[Int(held << UInt32(5 - heldBits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
