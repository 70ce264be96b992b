internal import Crypto
internal import Foundation

/// Signs messages as the Standard Webhooks specification 1.0 says (standardwebhooks.com), which receivers have
/// libraries for: HMAC-SHA256 over `ID.TIMESTAMP.BODY`.
struct WebhookSignature: Sendable {
    static let secretPrefix = "whsec_"

    private let key: SymmetricKey

    /// - Parameter secret: `whsec_` and the key in base64; nil is returned for anything else.
    init?(secret: String) {
        guard secret.hasPrefix(Self.secretPrefix),
            let bytes = Data(base64Encoded: String(secret.dropFirst(Self.secretPrefix.count))),
            (24...64).contains(bytes.count)
        else { return nil }
        key = SymmetricKey(data: bytes)
    }

    static func randomSecret() -> String {
        secretPrefix + Data(SymmetricKey(size: .bits256).bytes).base64EncodedString()
    }

    /// The three headers of a message.
    ///
    /// - Parameter timestamp: seconds since 1970; a receiver refuses what is old.
    func headers(id: String, timestamp: Int64, body: Data) -> [String] {
        var signed = Data("\(id).\(timestamp).".utf8)
        signed.append(body)
        let code = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
        return ["webhook-id: \(id)", "webhook-timestamp: \(timestamp)", "webhook-signature: v1,\(code)"]
    }
}
