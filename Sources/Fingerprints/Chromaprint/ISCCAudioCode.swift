/// ISCC's Audio-Code, version 0 (ISO 24138:2024), of a Chromaprint over the whole sound.
///
/// Eight parts of 32 bits each: every bit is the majority of that bit in a set of words (ties are ones).
/// The sets are all words; the four quarters in order of time; the thirds in order of the words as
/// signed numbers. Sets are as equal as can be, longer ones first; an empty one gives zeros. A code of n
/// bits is the first n, behind a header of two bytes, in base32 (`code_content_audio.py`, `codec.py` of
/// iscc/iscc-core).
public enum ISCCAudioCode {
    /// Bits that a code can have.
    public static let lengths = stride(from: 64, through: 256, by: 32)

    /// `ISCC:` and the code. No words give zeros, as the standard says.
    ///
    /// - Parameter bits: one of `lengths`.
    public static func code(of print: Chromaprint, bits: Int = 64) -> String {
        precondition(lengths.contains(bits), "an ISCC of \(bits) bits")
        var words = [majority(print.words[...])]
        words += parts(print.words, count: 4).map(majority)
        let inOrder = print.words.sorted { Int32(bitPattern: $0) < Int32(bitPattern: $1) }
        words += parts(inOrder, count: 3).map(majority)

        // Nibbles: type 2, content; kind 2, audio; version 0; length in words of 32 bits, less one.
        var bytes: [UInt8] = [0x22, UInt8(bits / 32 - 1)]
        for word in words.prefix(bits / 32) {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return "ISCC:" + base32(bytes)
    }

    private static func majority(_ words: ArraySlice<UInt32>) -> UInt32 {
        guard !words.isEmpty else { return 0 }
        var ones = [Int](repeating: 0, count: 32)
        for word in words { for bit in 0..<32 { ones[bit] += Int(word >> UInt32(bit) & 1) } }
        var result: UInt32 = 0
        for bit in 0..<32 where ones[bit] * 2 >= words.count { result |= 1 << UInt32(bit) }
        return result
    }

    private static func parts(_ words: [UInt32], count: Int) -> [ArraySlice<UInt32>] {
        let (size, longer) = words.count.quotientAndRemainder(dividingBy: count)
        return (0..<count).map { part in
            let start = part * size + min(part, longer)
            return words[start..<start + size + (part < longer ? 1 : 0)]
        }
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
