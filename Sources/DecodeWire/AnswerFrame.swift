package import FoundationEssentials
package import Records

/// What a decode child writes into its result pipe.
///
/// ```
/// offset  bytes
///      0      4  "MOD2"
///      4      1  sandbox level: 0 none, 1 partial, 2 full
///      5      3  zero
///             …  any number of `ProgressMark`s, which the supervisor takes out as they come
///      8      1  "a"
///      9      4  JSON bytes, little-endian
///     13      8  blob bytes, little-endian
///     21      …  JSON, then blob, and nothing after it
/// ```
///
/// The first eight bytes, the preamble, are written before the child touches the media: whatever the
/// media does to the child, it cannot take back what level its sandbox had. All that follows is
/// believed only after it has been checked.
package struct AnswerFrame: Sendable, Equatable {
    package static let magic: [UInt8] = Array("MOD2".utf8)
    package static let preambleBytes = 8
    package static let tag = UInt8(ascii: "a")
    package static let headerBytes = preambleBytes + 1 + 4 + 8
    /// An hour of spans and signals is some hundred kilobytes.
    package static let jsonBytesMax = 8 << 20
    /// Local features of ten minutes at their densest are 20 MB, those of four hours 60 MB with all else.
    package static let fingerprintBytesMax = 64 << 20

    package var sandbox: Producer.SandboxLevel
    package var json: Data
    package var blob: Data

    /// The first thing a child writes.
    package static func preamble(_ level: Producer.SandboxLevel) -> [UInt8] { magic + [level.rank, 0, 0, 0] }

    /// What comes before the JSON.
    package static func header(jsonBytes: Int, blobBytes: Int) -> [UInt8] {
        var header = [tag]
        LittleEndian.append(UInt32(jsonBytes), to: &header)
        LittleEndian.append(UInt64(blobBytes), to: &header)
        return header
    }

    /// The level that held when the media was opened; nil when the child did not come so far.
    package static func level(in bytes: [UInt8]) -> Producer.SandboxLevel? {
        guard bytes.count >= preambleBytes, Array(bytes[..<4]) == magic, bytes[5...7].allSatisfy({ $0 == 0 })
        else { return nil }
        return Producer.SandboxLevel(rank: bytes[4])
    }

    /// Takes apart what came out of the pipe.
    package init(parsing bytes: [UInt8], blobBytesMax: Int) throws(WireError) {
        guard let level = Self.level(in: bytes) else { throw WireError(.malformed, "no preamble") }
        guard bytes.count >= Self.headerBytes else { throw WireError(.malformed, "\(bytes.count) bytes, no header") }
        guard bytes[Self.preambleBytes] == Self.tag else {
            throw WireError(.malformed, "no answer behind the preamble")
        }
        let jsonBytes = UInt64(LittleEndian.read(UInt32.self, from: bytes, at: Self.preambleBytes + 1))
        let blobBytes = LittleEndian.read(UInt64.self, from: bytes, at: Self.preambleBytes + 5)
        guard jsonBytes <= UInt64(Self.jsonBytesMax), blobBytes <= UInt64(blobBytesMax) else {
            throw WireError(.tooLarge, "\(jsonBytes) bytes of JSON, \(blobBytes) of blob")
        }
        let jsonEnd = Self.headerBytes + Int(jsonBytes)
        guard bytes.count == jsonEnd + Int(blobBytes) else {
            throw WireError(.malformed, "\(bytes.count) bytes, the header promises \(jsonEnd + Int(blobBytes))")
        }
        sandbox = level
        json = Data(bytes[Self.headerBytes..<jsonEnd])
        blob = Data(bytes[jsonEnd...])
    }
}

/// Integers in byte order, without asking the processor for its own.
package enum LittleEndian {
    package static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    package static func read<Value: FixedWidthInteger>(_ type: Value.Type, from bytes: [UInt8], at offset: Int) -> Value
    {
        var value: Value = 0
        for index in stride(from: Value.bitWidth / 8 - 1, through: 0, by: -1) {
            value = value << 8 | Value(truncatingIfNeeded: bytes[offset + index])
        }
        return value
    }
}
