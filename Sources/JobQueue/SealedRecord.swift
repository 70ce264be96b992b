internal import FoundationEssentials
internal import Records

/// One record of a `RecordLog`: a header line that says how long the body is and proves it, the body, and a line's end.
///
///     moire.result/2 MICROSECONDS NAME BYTES SHA-256
///     {"attempt":1,...}
///
/// The digest is over the header up to it and the body. So a record that was not written to its end, or that a disk or a
/// hand changed, is told from a whole one, and what follows a bad one is found by the next header.
enum SealedRecord {
    enum Kind: String, Sendable {
        case inbox = "moire.inbox/2", result = "moire.result/2"

        /// Of files that builds before logs wrote: one sealed file each.
        var whole: SealedFile.Kind { self == .inbox ? .inbox : .result }
    }

    /// - Parameters:
    ///   - name: says what it is without its body being read; no white space.
    ///   - stamp: microseconds of the wall clock; orders records of different logs and decides nothing else.
    static func seal(_ body: Data, as kind: Kind, name: String, stamp: Int64) -> [UInt8] {
        let head = "\(kind.rawValue) \(stamp) \(name) \(body.count)"
        var bytes = Array("\(head) \(Digest.hex(ofAll: Data(head.utf8), body))\n".utf8)
        bytes.reserveCapacity(bytes.count + body.count + 1)
        bytes.append(contentsOf: body)
        bytes.append(newline)
        return bytes
    }

    struct Found {
        var name: String
        var stamp: Int64
        /// Nil where the bytes are not what was written.
        var body: Data?
        /// Offsets in the log.
        var start: Int
        var end: Int
    }

    enum Next {
        case record(Found)
        /// Bytes that are no record, up to the next header or the end.
        case garbage(start: Int, end: Int)
        /// The beginning of a record, and then the bytes end.
        case torn
        case end
    }

    /// What lies at `start` of a log's bytes.
    ///
    /// - Parameters:
    ///   - offset: of the first of `bytes` in the log.
    ///   - readsBody: false for one who wants to know what there is: no digest is taken, and bodies are empty.
    static func next(
        in bytes: [UInt8], at start: Int, offset: Int, as kind: Kind, readsBody: Bool = true
    ) -> Next {
        guard start < bytes.count else { return .end }
        // Where a power cut took what was written, and left its place.
        if bytes[start] == 0, !hasHeader(bytes, after: start, Array(kind.rawValue.utf8)) { return .torn }
        let magic = Array("\(kind.rawValue) ".utf8)
        let seen = bytes[start..<min(bytes.count, start + magic.count)]
        guard seen.elementsEqual(magic.prefix(seen.count)) else { return garbage(bytes, start, offset, magic) }
        guard let line = bytes[start...].prefix(headerMax).firstIndex(of: newline) else {
            return bytes.count - start < headerMax ? .torn : garbage(bytes, start, offset, magic)
        }
        let fields = String(decoding: bytes[start..<line], as: UTF8.self).split(separator: " ")
        guard fields.count == 5, let stamp = Int64(fields[1]), let count = Int(fields[3]), count >= 0 else {
            return garbage(bytes, start, offset, magic)
        }
        guard count < bytes.count - line - 1 else {
            // A length that is not true would hide all that follows.
            return hasHeader(bytes, after: line, magic) ? garbage(bytes, start, offset, magic) : .torn
        }
        let end = line + 1 + count + 1
        let body = readsBody ? Data(bytes[(line + 1)..<(end - 1)]) : Data()
        let head = fields[..<4].joined(separator: " ")
        let isWhole =
            bytes[end - 1] == newline
            && (!readsBody || Digest.hex(ofAll: Data(head.utf8), body) == fields[4])
        if !isWhole, end < bytes.count, !bytes[end...].starts(with: magic) {
            return garbage(bytes, start, offset, magic)
        }
        return .record(
            Found(
                name: String(fields[2]), stamp: stamp, body: isWhole ? body : nil, start: offset + start,
                end: offset + end))
    }

    /// More than any header has.
    private static let headerMax = 512
    private static let newline = UInt8(ascii: "\n")

    private static func garbage(_ bytes: [UInt8], _ start: Int, _ offset: Int, _ magic: [UInt8]) -> Next {
        .garbage(start: offset + start, end: offset + (header(bytes, after: start, magic) ?? bytes.count))
    }

    private static func hasHeader(_ bytes: [UInt8], after start: Int, _ magic: [UInt8]) -> Bool {
        header(bytes, after: start, magic) != nil
    }

    /// Where the next line that begins as a header does.
    private static func header(_ bytes: [UInt8], after start: Int, _ magic: [UInt8]) -> Int? {
        var place = start
        while let line = bytes[place...].firstIndex(of: newline) {
            if bytes[(line + 1)...].starts(with: magic) { return line + 1 }
            place = line + 1
        }
        return nil
    }
}
