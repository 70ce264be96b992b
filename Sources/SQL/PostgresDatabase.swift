internal import Foundation

/// PostgreSQL, through one connection that is opened anew when it was lost.
///
/// Everything lies in the schema `moire` of the database that the address names. Connections need a
/// session of their own: behind a pooler, use its session mode.
@safe public final class PostgresDatabase: SQLDatabase, @unchecked Sendable {
    // `connection` is only touched with `lock` held.
    private let lock = NSLock()
    private var connection: PostgresConnection?
    private let url: String
    private let name: String
    private let exclusive: PostgresLock?
    private let migrations: [Migration]
    private let isReader: Bool

    /// - Parameters:
    ///   - name: shown in `pg_stat_activity`.
    ///   - migrations: applied before this returns, by one process at a time.
    ///   - exclusive: held as long as the connection; it is taken again with a new one.
    /// - Throws: `SQLError`; `alreadyRunning` when another connection holds the lock.
    public init(writing url: String, name: String, migrations: [Migration], exclusive: PostgresLock? = nil) throws {
        self.url = url
        self.name = name
        self.exclusive = exclusive
        self.migrations = migrations
        isReader = false
        connection = try connect()
    }

    /// - Throws: `SQLError` with `missing` when nobody has made the tables yet.
    public init(reading url: String, name: String, migrations: [Migration]) throws {
        self.url = url
        self.name = name
        self.migrations = migrations
        exclusive = nil
        isReader = true
        connection = try connect()
    }

    public func write<Value>(isSynced: Bool, _ body: (any SQLSession) throws -> Value) throws -> Value {
        try transaction(isSynced ? "BEGIN" : "BEGIN; SET LOCAL synchronous_commit = off", body)
    }

    public func read<Value>(_ body: (any SQLSession) throws -> Value) throws -> Value {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    /// One statement, which is a transaction by itself: one round trip.
    @discardableResult
    public func execute(_ sql: String, _ arguments: [any SQLColumn] = []) throws -> Int {
        try use { try $0.execute(sql, arguments) }
    }

    /// One statement, which is a transaction by itself: one round trip.
    public func rows(_ sql: String, _ arguments: [any SQLColumn] = []) throws -> [SQLRow] {
        try use { try $0.rows(sql, arguments) }
    }

    private func transaction<Value>(_ begin: String, _ body: (any SQLSession) throws -> Value) throws -> Value {
        try use { connection in try connection.transaction(begin) { try body(connection) } }
    }

    private func use<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        lock.lock()
        defer { lock.unlock() }
        let connection = try self.connection ?? connect()
        self.connection = connection
        do {
            return try body(connection)
        } catch {
            if !connection.isOpen { self.connection = nil }
            throw error
        }
    }

    private func connect() throws -> PostgresConnection {
        let connection = try PostgresConnection(url, name: name)
        try PostgresSession.prepare(connection)
        if let exclusive { try exclusive.take(on: connection) }
        if isReader {
            try PostgresSession.check(connection, migrations)
        } else {
            try PostgresSession.migrate(connection, migrations)
        }
        return connection
    }
}

/// What every connection needs before its first transaction.
enum PostgresSession {
    /// The schema that holds everything of ours.
    static let schema = "moire"

    static func prepare(_ connection: PostgresConnection) throws {
        // The server notices a vanished client, and lets its locks go, as fast as the client would a vanished server.
        try connection.script(
            """
            SET search_path = \(schema), pg_catalog; SET lock_timeout = '20s'; SET default_transaction_isolation = 'read committed';
            SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3;
            SET tcp_user_timeout = 15000;
            """)
        // Stronger settings (remote_apply, ...) are the operator's; a weaker one would break the promise.
        let synchronous: String? = try connection.value("SELECT current_setting('synchronous_commit')")
        if synchronous == "off" { try connection.script("SET synchronous_commit = on") }
    }

    static func migrate(_ connection: PostgresConnection, _ migrations: [Migration]) throws {
        if try missing(connection, migrations).isEmpty { return }
        // Held to the end of the transaction, so that two processes do not apply the same step.
        try connection.transaction("BEGIN") {
            try connection.execute("SELECT pg_advisory_xact_lock(?)", [PostgresLock.migrations.key])
            try connection.script(
                """
                CREATE SCHEMA IF NOT EXISTS \(schema);
                CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
                """)
            for migration in try missing(connection, migrations) {
                try connection.script(migration.postgres)
                try connection.execute("INSERT INTO migrations (name) VALUES (?)", [migration.name])
            }
        }
    }

    static func check(_ connection: PostgresConnection, _ migrations: [Migration]) throws {
        guard try missing(connection, migrations).isEmpty else {
            throw SQLError(
                .missing, "its writer has not made its tables yet, or an older build did; start the writer once")
        }
    }

    private static func missing(_ connection: PostgresConnection, _ migrations: [Migration]) throws -> [Migration] {
        let isThere: Bool =
            try connection.value("SELECT to_regclass('\(schema).migrations') IS NOT NULL", as: Int.self) == 1
        let applied = Set(isThere ? try connection.column("SELECT name FROM migrations", as: String.self) : [])
        return migrations.filter { !applied.contains($0.name) }
    }
}
