internal import Crypto
public import FoundationEssentials

/// SHA-256 where ids and digests need one.
public enum Digest {
    /// 64 lower-case hex digits.
    public static func hex(of text: String) -> String { hex(of: Data(text.utf8)) }

    /// 64 lower-case hex digits.
    public static func hex(of data: Data) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in SHA256.hash(data: data) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
