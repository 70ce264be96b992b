internal import CPostgres
internal import FoundationEssentials

/// Values as they go over the wire to PostgreSQL and back.
@safe enum PostgresValue {
    struct Encoded {
        /// Nil for null; text ends with a zero.
        var bytes: [UInt8]?
        var isBinary: Bool
    }

    static func encode(_ value: SQLValue) -> Encoded {
        switch value {
        case .null: Encoded(bytes: nil, isBinary: false)
        case .integer(let number): text("\(number)")
        case .real(let number): text("\(number)")
        // A zero byte cannot be in a text of PostgreSQL's, and would end it early.
        case .text(let string): text(string.replacing("\0", with: "\u{FFFD}"))
        case .blob(let data): Encoded(bytes: [UInt8](data), isBinary: true)
        }
    }

    private static func text(_ string: String) -> Encoded {
        Encoded(bytes: [UInt8](string.utf8) + [0], isBinary: false)
    }

    /// The arrays that libpq takes, for the length of `body`.
    static func withPointers<Value>(
        _ parameters: [Encoded],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
        // One buffer for all, since pointers into many arrays cannot be held at once.
        var offsets: [Int?] = []
        var buffer: [UInt8] = []
        for parameter in parameters {
            offsets.append(parameter.bytes.map { _ in buffer.count })
            buffer.append(contentsOf: parameter.bytes ?? [])
        }
        buffer.append(0)
        return unsafe buffer.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            let pointers = unsafe offsets.map { offset in unsafe offset.map { unsafe base + $0 } }
            return unsafe body(pointers, lengths, formats)
        }
    }

    /// Type numbers of PostgreSQL's `pg_type`, for the types that our schemas use.
    static func decode(_ result: OpaquePointer, row: Int32, column: Int32, type: Oid) throws(SQLError) -> SQLValue {
        if unsafe PQgetisnull(result, row, column) != 0 { return .null }
        let length = unsafe Int(PQgetlength(result, row, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length)
        switch type {
        case 16: return unsafe .integer(bytes[0] == 0 ? 0 : 1)  // bool
        case 20: return unsafe .integer(Int64(bitPattern: bigEndian(bytes, 8)))  // int8
        case 21: return unsafe .integer(Int64(Int16(truncatingIfNeeded: bigEndian(bytes, 2))))  // int2
        case 23, 26: return unsafe .integer(Int64(Int32(truncatingIfNeeded: bigEndian(bytes, 4))))  // int4, oid
        case 701: return unsafe .real(Double(bitPattern: bigEndian(bytes, 8)))  // float8
        case 17: return unsafe .blob(Data(bytes))  // bytea
        case 19, 25, 705, 1042, 1043: return unsafe .text(String(decoding: bytes, as: UTF8.self))  // name, text, ...
        default: throw SQLError(.corrupt, "column \(column) is of type \(type), which is not read here")
        }
    }

    private static func bigEndian(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> UInt64 {
        unsafe bytes.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
