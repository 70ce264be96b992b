/// Reads a JSON list of strings, one string at a time, and nothing else of JSON.
///
/// Escapes are refused: no hash, number or comma needs one.
struct StringListScanner {
    private let bytes: [UInt8]
    private var at = 0
    private var entries = 0
    private var isDone = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next string, or nil after the closing bracket and nothing but blanks.
    mutating func next() throws(FingerprintError) -> String? {
        guard !isDone else { return nil }
        if entries == 0 { try expect(UInt8(ascii: "["), "a list") }
        skipBlanks()
        if peek == UInt8(ascii: "]") {
            at += 1
            skipBlanks()
            guard at == bytes.count else { throw malformed("something follows the list") }
            isDone = true
            return nil
        }
        if entries > 0 { try expect(UInt8(ascii: ","), "a comma or the end of the list") }
        try expect(UInt8(ascii: "\""), "a string")
        let start = at
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 { at += 1 }
        guard let text = String(validating: bytes[start..<at], as: UTF8.self) else {
            throw malformed("a string is not UTF-8")
        }
        try expect(UInt8(ascii: "\""), "the end of a plain string", afterBlanks: false)
        entries += 1
        return text
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { at += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ what: String, afterBlanks: Bool = true) throws(FingerprintError) {
        if afterBlanks { skipBlanks() }
        guard peek == byte else { throw malformed("expected \(what) at byte \(at)") }
        at += 1
    }

    private func malformed(_ what: String) -> FingerprintError {
        FingerprintError(at >= bytes.count ? .truncated : .malformed, what, line: entries + 1)
    }
}
