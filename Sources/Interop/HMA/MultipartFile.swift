/// Takes the one file out of a `multipart/form-data` body (RFC 7578, RFC 2046) as it comes, piece by piece.
///
/// The pieces may end anywhere. What is held back is never more than a boundary and a part's header.
public struct MultipartFile: Sendable {
    /// What a piece of the body brought.
    public enum Event: Sendable, Equatable {
        /// A part with a file begins: the name of its field.
        case begins(field: String)
        case bytes([UInt8])
        case ends
    }

    /// Bytes of one part's header.
    public static let headerBytesMax = 16 << 10
    /// RFC 2046 §5.1.1.
    public static let boundaryBytesMax = 70

    private enum State { case preamble, header, content(isFile: Bool), between, epilogue }

    /// CR LF, two hyphens, and the boundary: what ends a part's content.
    private let delimiter: [UInt8]
    private var held: [UInt8]
    private var state = State.preamble
    private var files = 0

    /// - Parameter contentType: the request's, with its boundary.
    /// - Throws: `InteropError` when it is no `multipart/form-data` with a boundary.
    public init(contentType: String) throws(InteropError) {
        let parts = contentType.split(separator: ";").map(\.trimmed)
        let name = parts.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
        guard parts.first?.lowercased() == "multipart/form-data", let name else {
            throw InteropError(.malformed, "The body is no multipart/form-data with a boundary.")
        }
        var boundary = String(name.dropFirst("boundary=".count))
        if boundary.hasPrefix("\""), boundary.hasSuffix("\""), boundary.count >= 2 {
            boundary = String(boundary.dropFirst().dropLast())
        }
        guard (1...Self.boundaryBytesMax).contains(boundary.utf8.count) else {
            throw InteropError(.malformed, "A boundary has 1 to \(Self.boundaryBytesMax) bytes.")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary needs no line end before it.
        held = [13, 10]
    }

    /// - Throws: `InteropError` for a second file, and for what is no such body.
    public mutating func take(_ piece: some Sequence<UInt8>) throws(InteropError) -> [Event] {
        held += piece
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// - Throws: `InteropError` when the body ended within a part, or had no file.
    public func finish() throws(InteropError) {
        guard case .epilogue = state else { throw InteropError(.malformed, "The body ends before its last boundary.") }
        guard files > 0 else { throw InteropError(.empty, "Missing multipart/form-data file upload") }
    }

    /// False when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(InteropError) -> Bool {
        switch state {
        case .preamble:
            guard let place = find(delimiter) else {
                held.removeFirst(max(0, held.count - delimiter.count))
                return false
            }
            held.removeFirst(place + delimiter.count)
            state = .between
            return true
        case .between:
            // Behind a boundary: two hyphens end the body, a line end begins a part; blanks may stand before it.
            let blanks = held.prefix { $0 == 32 || $0 == 9 }.count
            guard held.count >= blanks + 2 else { return try more() }
            let next = Array(held[blanks..<blanks + 2])
            held.removeFirst(blanks + 2)
            if next == [45, 45] {
                state = .epilogue
            } else if next == [13, 10] {
                state = .header
            } else {
                throw InteropError(.malformed, "Something else than a line end follows a boundary.")
            }
            return true
        case .header:
            // A part without any header begins with the empty line.
            let end = held.starts(with: [13, 10]) ? 0 : find([13, 10, 13, 10]).map { $0 + 2 }
            guard let end else { return try more() }
            let field = try Self.fileField(String(decoding: held[..<end], as: UTF8.self))
            held.removeFirst(end + 2)
            if let field {
                files += 1
                guard files == 1 else { throw InteropError(.overLimit, "Only one file allowed per request") }
                events.append(.begins(field: field))
            }
            state = .content(isFile: field != nil)
            return true
        case .content(let isFile):
            if let place = find(delimiter) {
                if isFile {
                    if place > 0 { events.append(.bytes(Array(held[..<place]))) }
                    events.append(.ends)
                }
                held.removeFirst(place + delimiter.count)
                state = .between
                return true
            }
            let safe = held.count - (delimiter.count - 1)
            if safe > 0 {
                if isFile { events.append(.bytes(Array(held[..<safe]))) }
                held.removeFirst(safe)
            }
            return false
        case .epilogue:
            held.removeAll()
            return false
        }
    }

    private func more() throws(InteropError) -> Bool {
        guard held.count <= Self.headerBytesMax else {
            throw InteropError(.overLimit, "A part's header has more than \(Self.headerBytesMax) bytes.")
        }
        return false
    }

    private func find(_ bytes: [UInt8]) -> Int? {
        var start = 0
        while start <= held.count - bytes.count {
            if held[start] == bytes[0], held[start..<start + bytes.count].elementsEqual(bytes) { return start }
            start += 1
        }
        return nil
    }

    /// The field's name, when the part's header says that it is a file.
    private static func fileField(_ header: String) throws(InteropError) -> String? {
        for line in header.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed.lowercased() == "content-disposition" else { continue }
            let text = String(parts[1])
            guard parameter("filename", of: text) != nil || parameter("filename*", of: text) != nil else { return nil }
            guard let name = parameter("name", of: text) else {
                throw InteropError(.malformed, "A part's Content-Disposition has no name.")
            }
            return name
        }
        return nil
    }

    /// The value of `name="…"` or `name=…` in a header's value.
    private static func parameter(_ name: String, of text: String) -> String? {
        for part in text.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmed.lowercased() == name else { continue }
            let value = pair[1].trimmed
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }
}
