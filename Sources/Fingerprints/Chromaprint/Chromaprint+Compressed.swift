/// Chromaprint's compressed text, which is what AcoustID stores and takes.
///
/// ```
/// offset  bytes
///      0      1  algorithm
///      1      3  words, big-endian
///      4      …  gaps, 3 bits each, low bits first, padded to a byte
///             …  long gaps, 5 bits each, likewise
/// ```
///
/// Every word but the first is the exclusive or with the one before it. Of each, the distances between
/// set bits are written (the first from below the lowest bit), then a 0. A distance of 7 or more is
/// written as 7, and what it has above 7 among the long gaps. All of it is base64 in the alphabet for
/// URLs, without padding (`fingerprint_compressor.cpp` of acoustid/chromaprint 1.5.1).
///
/// `moire` may not link the library, which would bring FFmpeg with it; hence this reading and writing
/// of its format. Complexity: linear; nothing is set aside before the bytes for it were seen.
extension Chromaprint {
    /// Bytes of text: a word takes at most 99 bits, and they a third more as text; `wordsMax` are 16.5 MB.
    public static let compressedBytesMax = 20 << 20

    private static let longGap = 7

    public init(compressed text: some StringProtocol) throws(FingerprintError) {
        let characters = text.utf8
        guard characters.count <= Self.compressedBytesMax else {
            throw FingerprintError(.overLimit, "a Chromaprint text of \(characters.count) bytes")
        }
        let bytes = try Base64URL.decode(characters)
        guard bytes.count >= 4 else { throw FingerprintError(.truncated, "a Chromaprint of \(bytes.count) bytes") }
        let count = Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
        guard count <= Self.wordsMax else {
            throw FingerprintError(.overLimit, "\(count) Chromaprint words, allowed are \(Self.wordsMax)")
        }
        let gaps = try Self.gaps(bytes, words: count)
        var long = BitReader(bytes, from: 4 + (gaps.count * 3 + 7) / 8)
        var words: [UInt32] = []
        words.reserveCapacity(count)
        var word: UInt32 = 0
        var bit = 0
        for gap in gaps {
            if gap == 0 {
                words.append(word ^ (words.last ?? 0))
                (word, bit) = (0, 0)
                continue
            }
            bit += Int(gap)
            if gap == Self.longGap {
                guard let more = long.next(5) else {
                    throw FingerprintError(.truncated, "a Chromaprint ends in its long gaps")
                }
                bit += Int(more)
            }
            guard bit <= 32 else { throw FingerprintError(.malformed, "bit \(bit) of a Chromaprint word of 32") }
            word |= 1 << UInt32(bit - 1)
        }
        self.init(words: words, algorithm: bytes[0])
    }

    /// The text; nil for more words than the format can count.
    public var compressed: String? {
        guard words.count < 1 << 24 else { return nil }
        var normal = BitWriter()
        var long = BitWriter()
        var before: UInt32 = 0
        for word in words {
            var rest = word ^ before
            before = word
            var last = 0
            while rest != 0 {
                let bit = rest.trailingZeroBitCount + 1
                rest &= rest - 1
                let gap = bit - last
                normal.append(UInt8(min(gap, Self.longGap)), bits: 3)
                if gap >= Self.longGap { long.append(UInt8(gap - Self.longGap), bits: 5) }
                last = bit
            }
            normal.append(0, bits: 3)
        }
        let count = UInt32(words.count)
        let head = [
            algorithm ?? Self.defaultAlgorithm, UInt8(truncatingIfNeeded: count >> 16),
            UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count),
        ]
        return Base64URL.encode(head + normal.finished() + long.finished())
    }

    /// All gaps up to the 0 that ends the last word.
    private static func gaps(_ bytes: [UInt8], words: Int) throws(FingerprintError) -> [UInt8] {
        var reader = BitReader(bytes, from: 4)
        var gaps: [UInt8] = []
        var left = words
        while left > 0 {
            guard let gap = reader.next(3) else {
                throw FingerprintError(.truncated, "a Chromaprint promises \(words) words and has \(words - left)")
            }
            gaps.append(gap)
            if gap == 0 { left -= 1 }
        }
        return gaps
    }
}

/// Takes groups of up to eight bits out of bytes, low bits first.
private struct BitReader {
    private let bytes: [UInt8]
    private var next: Int
    private var held: UInt32 = 0
    private var heldBits = 0

    init(_ bytes: [UInt8], from offset: Int) {
        self.bytes = bytes
        next = offset
    }

    /// Nil when the bytes end before the group does.
    mutating func next(_ bits: Int) -> UInt8? {
        while heldBits < bits {
            guard next < bytes.count else { return nil }
            held |= UInt32(bytes[next]) << UInt32(heldBits)
            heldBits += 8
            next += 1
        }
        let value = UInt8(held & (1 << UInt32(bits) - 1))
        held >>= UInt32(bits)
        heldBits -= bits
        return value
    }
}

/// Writes what `BitReader` reads.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var held: UInt32 = 0
    private var heldBits = 0

    mutating func append(_ value: UInt8, bits: Int) {
        held |= UInt32(value) << UInt32(heldBits)
        heldBits += bits
        while heldBits >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            heldBits -= 8
        }
    }

    /// The bytes, the last one filled with zeros.
    func finished() -> [UInt8] { heldBits > 0 ? bytes + [UInt8(truncatingIfNeeded: held)] : bytes }
}

/// Base64 with `-` and `_` (RFC 4648 §5), without padding.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// 0...63, or 255 for what is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Takes trailing `=` too; other tools write them.
    static func decode(_ text: some Sequence<UInt8>) throws(FingerprintError) -> [UInt8] {
        var bytes: [UInt8] = []
        var held: UInt32 = 0
        var heldBits = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "="), padding < 2 {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value != 255, padding == 0 else {
                throw FingerprintError(.malformed, "byte \(character) in base64 text for URLs")
            }
            held = held << 6 | UInt32(value)
            heldBits += 6
            if heldBits >= 8 {
                heldBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(heldBits)))
            }
        }
        guard heldBits < 6 else { throw FingerprintError(.truncated, "base64 text that ends inside a byte") }
        return bytes
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 4)
        var held: UInt32 = 0
        var heldBits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            heldBits += 8
            while heldBits >= 6 {
                heldBits -= 6
                text.append(alphabet[Int(held >> UInt32(heldBits) & 63)])
            }
        }
        if heldBits > 0 { text.append(alphabet[Int(held << UInt32(6 - heldBits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
