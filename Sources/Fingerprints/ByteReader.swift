/// Reads little-endian values from bytes that nobody has checked yet.
///
/// Every read compares with what is left before it moves; a failed read throws and moves nothing.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - offset }

    private func need(_ count: Int) throws(FingerprintError) {
        guard remaining >= count else {
            throw FingerprintError(.truncated, "needs \(count) bytes at \(offset), has \(remaining)")
        }
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_: T.Type) throws(FingerprintError) -> T {
        let size = T.bitWidth / 8
        try need(size)
        var value: T = 0
        for k in 0..<size { value |= T(bytes[offset + k]) << T(8 * k) }
        offset += size
        return value
    }

    mutating func raw(_ count: Int) throws(FingerprintError) -> [UInt8] {
        try need(count)
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// Seven bits a byte, low first, high bit set on all but the last; only the shortest form is valid.
    mutating func varint() throws(FingerprintError) -> UInt32 {
        var value: UInt64 = 0
        for k in 0..<5 {
            try need(k + 1)
            let byte = bytes[offset + k]
            value |= UInt64(byte & 0x7F) << UInt64(7 * k)
            if byte < 0x80 {
                guard value <= UInt64(UInt32.max), byte != 0 || k == 0 else { break }
                offset += k + 1
                return UInt32(value)
            }
        }
        throw FingerprintError(.malformed, "no valid variable-length number at \(offset)")
    }

    /// A sum that must stay within 32 bits.
    static func sum(_ value: UInt32, _ step: UInt32) throws(FingerprintError) -> UInt32 {
        let (sum, overflow) = value.addingReportingOverflow(step)
        guard !overflow else { throw FingerprintError(.malformed, "\(value) + \(step) is beyond 32 bits") }
        return sum
    }

    /// A length byte, then that many of `a-z 0-9 _ / . -`.
    mutating func name() throws(FingerprintError) -> String {
        let start = offset
        let count = Int(try integer(UInt8.self))
        guard count <= FingerprintLimits.nameBytes else {
            throw FingerprintError(
                .overLimit, "a name of \(count) bytes at \(start), allowed are \(FingerprintLimits.nameBytes)")
        }
        try need(count)
        var text = ""
        for k in 0..<count {
            let byte = bytes[offset + k]
            guard ByteWriter.isNameByte(byte) else {
                throw FingerprintError(.malformed, "byte \(byte) in a name at \(offset + k)")
            }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        offset += count
        return text
    }
}

/// Writes what `ByteReader` reads.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func raw(_ values: [UInt8]) { bytes += values }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        for k in 0..<T.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> T(8 * k))) }
    }

    mutating func varint(_ value: UInt32) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func name(_ text: String) {
        let text = Array(text.utf8)
        precondition(
            text.count <= FingerprintLimits.nameBytes && text.allSatisfy(Self.isNameByte),
            "'\(text)' is not a name of at most \(FingerprintLimits.nameBytes) bytes")
        bytes.append(UInt8(text.count))
        bytes += text
    }
}
