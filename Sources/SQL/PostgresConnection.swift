internal import CPostgres
internal import FoundationEssentials
internal import Glibc

/// One connection to a PostgreSQL server through libpq; for one thread at a time.
///
/// Every statement is prepared once. Parameters go out as text, blobs as bytes, and leave it to the server to
/// know their types; answers come back in the server's binary form.
@safe final class PostgresConnection: SQLSession {
    let engine = SQLEngine.postgres
    private let link: OpaquePointer
    private var prepared: [String: String] = [:]

    /// - Parameters:
    ///   - url: `postgres://…` or a string of libpq's keywords.
    ///   - name: shown in `pg_stat_activity`.
    init(_ url: String, name: String) throws(SQLError) {
        // A host that vanished is noticed within some fifteen seconds. What the address says goes before this.
        let options = [
            ("application_name", name), ("connect_timeout", "10"), ("client_encoding", "UTF8"),
            ("keepalives_idle", "5"), ("keepalives_interval", "3"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "15000"), ("dbname", url),
        ]
        let keywords = unsafe options.map { unsafe strdup($0.0) } + [nil]
        let values = unsafe options.map { unsafe strdup($0.1) } + [nil]
        defer { unsafe (keywords + values).forEach { unsafe free($0) } }
        let opened = unsafe PQconnectdbParams(
            keywords.map { unsafe UnsafePointer($0) }, values.map { unsafe UnsafePointer($0) }, 1)
        guard let opened = unsafe opened else { throw SQLError(.other, "no memory for a connection") }
        unsafe link = opened
        guard isOpen else { throw SQLError(.unreachable, "the server cannot be reached: \(message)") }
        unsafe PQsetNoticeProcessor(link, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(link) }

    var isOpen: Bool { unsafe PQstatus(link) == CONNECTION_OK }

    private var message: String {
        unsafe String(cString: PQerrorMessage(link)).trimmed
    }

    func rows(_ sql: String, _ arguments: [any SQLColumn]) throws -> [SQLRow] {
        try unsafe answer(to: sql, arguments.map(\.sqlValue)) { result in
            let columns = unsafe SQLColumns(
                (0..<PQnfields(result)).map { unsafe String(cString: PQfname(result, $0)) })
            let types = unsafe (0..<PQnfields(result)).map { unsafe PQftype(result, $0) }
            return try unsafe (0..<PQntuples(result)).map { row in
                SQLRow(
                    columns: columns,
                    values: try types.indices.map { column in
                        unsafe try PostgresValue.decode(result, row: row, column: Int32(column), type: types[column])
                    })
            }
        }
    }

    @discardableResult
    func execute(_ sql: String, _ arguments: [any SQLColumn]) throws -> Int {
        try unsafe answer(to: sql, arguments.map(\.sqlValue)) { result in
            unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
        }
    }

    /// Statements without parameters, several at once.
    func script(_ sql: String) throws(SQLError) {
        let result = unsafe PQexec(link, sql)
        defer { unsafe PQclear(result) }
        try unsafe check(result)
    }

    /// All of it or nothing.
    ///
    /// - Parameter begin: how the transaction begins.
    func transaction<Value>(_ begin: String, _ body: () throws -> Value) throws -> Value {
        try script(begin)
        do {
            let value = try body()
            try script("COMMIT")
            return value
        } catch {
            if isOpen { try? script("ROLLBACK") }
            throw error
        }
    }

    /// Waits until the server has told of something, at most so long.
    ///
    /// - Returns: the channels that were notified.
    func notifications(waiting seconds: Double) throws(SQLError) -> Set<String> {
        var watched = unsafe pollfd(fd: PQsocket(link), events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&watched, 1, Int32(max(0, min(seconds, 3600)) * 1000))
        if ready < 0, errno != EINTR { throw SQLError(.other, "poll failed (errno \(errno))") }
        guard unsafe PQconsumeInput(link) == 1 else { throw SQLError(.unreachable, message) }
        var channels: Set<String> = []
        while let notice = unsafe PQnotifies(link) {
            unsafe channels.insert(String(cString: notice.pointee.relname))
            unsafe PQfreemem(notice)
        }
        return channels
    }

    // MARK: Statements

    private func answer<Value>(
        to sql: String, _ arguments: [SQLValue], _ read: (OpaquePointer) throws -> Value
    ) throws -> Value {
        let name = try statement(sql, parameters: arguments.count)
        let encoded = arguments.map(PostgresValue.encode)
        let result = unsafe PostgresValue.withPointers(encoded) { values, lengths, formats in
            unsafe PQexecPrepared(link, name, Int32(encoded.count), values, lengths, formats, 1)
        }
        defer { unsafe PQclear(result) }
        try unsafe check(result)
        guard let result = unsafe result else { throw SQLError(.other, message) }
        return unsafe try read(result)
    }

    private func statement(_ sql: String, parameters: Int) throws(SQLError) -> String {
        if let name = prepared[sql] { return name }
        let name = "m\(prepared.count)"
        let result = unsafe PQprepare(link, name, Self.numbered(sql), 0, nil)
        defer { unsafe PQclear(result) }
        try unsafe check(result)
        prepared[sql] = name
        return name
    }

    /// `?` becomes `$1`, `$2`, ...; our statements have no question mark in a literal.
    static func numbered(_ sql: String) -> String {
        var number = 0
        var text = ""
        for character in sql {
            if character == "?" {
                number += 1
                text += "$\(number)"
            } else {
                text.append(character)
            }
        }
        return text
    }

    private func check(_ result: OpaquePointer?) throws(SQLError) {
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        default: break
        }
        guard isOpen else { throw SQLError(.unreachable, "the connection to the server was lost: \(message)") }
        let state = unsafe PQresultErrorField(result, moire_pg_diag_sqlstate).map { unsafe String(cString: $0) } ?? ""
        let said =
            unsafe PQresultErrorField(result, moire_pg_diag_message).map { unsafe String(cString: $0) } ?? message
        throw SQLError(sqlState: state, said: said.trimmed)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingPrefix { $0.isWhitespace }.split(separator: "\n").joined(separator: " ") }
}

extension SQLError {
    /// From PostgreSQL's error codes (its manual's appendix A).
    init(sqlState state: String, said: String) {
        switch state {
        case "53100": self.init(.diskFull, "\(said); free space on the server; nothing was committed")
        case "58030": self.init(.inputOutput, "\(said); check the server's disk before trusting it with more")
        case "XX001", "XX002": self.init(.corrupt, "\(said); restore the server's data from a copy")
        case "42501", "28000", "28P01": self.init(.permission, said)
        case "55P03", "40001", "40P01", "57014": self.init(.busy, "\(said); try again")
        case "23503": self.init(.unknownReference, said)
        // We have no other checks than the bounds of partitions.
        case "23514": self.init(.noPartition, said)
        case "3D000", "42P01", "3F000": self.init(.missing, said)
        case "53300", "57P01", "57P02", "57P03": self.init(.unreachable, said)
        default:
            self.init(
                state.hasPrefix("08") ? .unreachable : .other, state.isEmpty ? said : "\(said) (SQLSTATE \(state))")
        }
    }
}
