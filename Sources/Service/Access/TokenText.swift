internal import Crypto
internal import Foundation

/// A token as its bearer holds it: `moire_ID_SECRET`.
///
/// The id finds the row, the secret proves the bearer. Only the secret's SHA-256 is kept: with 256 random bits there
/// is nothing to guess, so a slow hash would protect nothing more. The prefix lets leak scanners know one.
struct TokenText: Sendable, Equatable {
    static let prefix = "moire"
    /// Hexadecimal digits.
    static let idDigits = 12
    static let secretBytes = 32

    var id: String
    var secret: String

    var text: String { "\(Self.prefix)_\(id)_\(secret)" }

    static func random() -> TokenText {
        TokenText(
            id: Hexadecimal.text(of: SymmetricKey(size: .init(bitCount: idDigits * 4)).bytes),
            secret: Hexadecimal.text(of: SymmetricKey(size: .init(bitCount: secretBytes * 8)).bytes))
    }

    init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }

    /// Nil for what cannot be a token.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.prefix, parts[1].utf8.count == Self.idDigits,
            parts[2].utf8.count == Self.secretBytes * 2
        else { return nil }
        self.init(id: String(parts[1]), secret: String(parts[2]))
    }

    var hash: String { Hexadecimal.text(of: SHA256.hash(data: Data(secret.utf8))) }

    /// Takes as long for a wrong hash as for the right one.
    func matches(hash expected: String) -> Bool { ConstantTime.equal(hash, expected) }
}

enum ConstantTime {
    /// Compares every byte, whatever the first ones are; only the lengths show.
    static func equal(_ a: String, _ b: String) -> Bool {
        let (left, right) = (Array(a.utf8), Array(b.utf8))
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}

enum Hexadecimal {
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension SymmetricKey {
    /// Fresh random bytes, from the system's generator.
    var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
