internal import Crypto
public import FoundationEssentials

/// SHA-256 where ids and digests need one.
public enum Digest {
    /// 64 lower-case hex digits.
    public static func hex(of text: String) -> String { hex(of: Data(text.utf8)) }

    /// 64 lower-case hex digits.
    public static func hex(of data: Data) -> String { hex(SHA256.hash(data: data)) }

    /// 64 lower-case hex digits, of the parts one after another.
    public static func hex(ofAll parts: Data...) -> String {
        var hash = SHA256()
        for part in parts { hash.update(data: part) }
        return hex(hash.finalize())
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * SHA256.byteCount)
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
