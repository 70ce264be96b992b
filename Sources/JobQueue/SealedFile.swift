internal import FoundationEssentials
internal import Records

/// A file that knows whether it is whole: one header line, then the body.
///
///     moire.ticket/1 64-hex-digits-of-sha256-over-the-body
///     {"attempts":0,...}
///
/// Write, fsync, rename already keeps half-written files from being seen. The digest is for what
/// that order cannot see: a disk that lied, a hand that edited, a bit that turned.
enum SealedFile {
    enum Kind: String { case inbox = "moire.inbox/1", ticket = "moire.ticket/1", result = "moire.result/1" }

    static func seal(_ value: some Encodable, as kind: Kind) throws -> Data {
        let body = try CanonicalJSON.encode(value)
        var data = Data("\(kind.rawValue) \(Digest.hex(of: body))\n".utf8)
        data.append(body)
        return data
    }

    /// Nil when the bytes are not exactly what `seal` made.
    static func open<Value: Decodable>(_ type: Value.Type, from data: Data, as kind: Kind) -> Value? {
        body(of: data, as: kind).flatMap { try? CanonicalJSON.decode(type, from: $0) }
    }

    /// Nil when the bytes are not exactly what `seal` made.
    static func body(of data: Data, as kind: Kind) -> Data? {
        guard let newline = data.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let body = Data(data[data.index(after: newline)...])
        let header = "\(kind.rawValue) \(Digest.hex(of: body))"
        guard Data(header.utf8) == Data(data[..<newline]) else { return nil }
        return body
    }
}
