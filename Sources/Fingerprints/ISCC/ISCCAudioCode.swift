/// ISCC's Audio-Code, version 0 (ISO 24138:2024), of a Chromaprint over the whole sound.
///
/// Eight parts of 32 bits each: every bit is the majority of that bit in a set of words (ties are ones).
/// The sets are all words; the four quarters in order of time; the thirds in order of the words as
/// signed numbers. Sets are as equal as can be, longer ones first; an empty one gives zeros. A code of n
/// bits is the first n (`code_content_audio.py` of iscc/iscc-core), written as `ISCCUnit` says.
public enum ISCCAudioCode {
    /// Bits that a code can have.
    public static let lengths = ISCCUnit.lengths

    /// `ISCC:` and the code. No words give zeros, as the standard says.
    ///
    /// - Parameter bits: one of `lengths`.
    public static func code(of print: Chromaprint, bits: Int = 64) -> String {
        precondition(lengths.contains(bits), "an ISCC of \(bits) bits")
        var words = [majority(print.words[...])]
        words += parts(print.words, count: 4).map(majority)
        let inOrder = print.words.sorted { Int32(bitPattern: $0) < Int32(bitPattern: $1) }
        words += parts(inOrder, count: 3).map(majority)

        let digest = words.flatMap { word in
            [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: word >> shift) }
        }
        return ISCCUnit.code(.audio, digest: digest, bits: bits)
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
}
