internal import FoundationEssentials
package import GRDB

/// SQLite in a file, opened the one way that the store's promises need.
public final class SQLiteDatabase: SQLDatabase {
    /// For tests that look below.
    package let queue: DatabaseQueue

    /// How long a statement waits for another process's lock. Writers are alone by their lock file,
    /// so only checkpoints are ever waited for, and they take milliseconds.
    static let busySeconds = 5.0

    /// Pages in the log before it is folded into the file: 32 MiB. A page that is changed again and again is written to the
    /// file once in so many.
    static let checkpointPages = 8192
    /// What a writer keeps of the file in memory; a transaction that needs more spills.
    static let cacheKiB = 32 << 10

    /// WAL, so that readers never wait; `synchronous=FULL`, so that a commit survives a power cut.
    public init(writing path: String, migrations: [Migration]) throws {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(Self.busySeconds)
        let migrator = Self.migrator(migrations)
        queue = try Self.translated {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // Opening in WAL mode lowers it to NORMAL, under which a power cut takes the last commits.
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
                try db.execute(sql: "PRAGMA cache_size = -\(Self.cacheKiB)")
            }
            try Self.refuseNewer(queue, migrator)
            try migrator.migrate(queue)
            return queue
        }
    }

    /// - Throws: `SQLError` with `missing` when its writer has not made it whole yet.
    public init(reading path: String, migrations: [Migration]) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Self.busySeconds)
        let migrator = Self.migrator(migrations)
        queue = try Self.translated {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.refuseNewer(queue, migrator)
            guard try queue.read(migrator.hasCompletedMigrations) else {
                throw SQLError(
                    .missing,
                    "its writer has not finished making it, or it is from an older build; start the writer once")
            }
            return queue
        }
    }

    public func write<Value>(isSynced: Bool, _ body: (any SQLSession) throws -> Value) throws -> Value {
        try Self.translated {
            if isSynced { return try queue.write { try body(SQLiteSession($0)) } }
            return try queue.writeWithoutTransaction { db in
                // The log is not synced at this commit; the next one that is syncs all of it.
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                defer { try? db.execute(sql: "PRAGMA synchronous = FULL") }
                var value: Value?
                try db.inTransaction {
                    value = try body(SQLiteSession(db))
                    return .commit
                }
                guard let value else { throw SQLError(.other, "the transaction gave no value") }
                return value
            }
        }
    }

    public func read<Value>(_ body: (any SQLSession) throws -> Value) throws -> Value {
        try Self.translated { try queue.read { try body(SQLiteSession($0)) } }
    }

    private static func migrator(_ migrations: [Migration]) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.name) { db in try db.execute(sql: migration.sqlite) }
        }
        return migrator
    }

    private static func refuseNewer(_ queue: DatabaseQueue, _ migrator: DatabaseMigrator) throws {
        guard try queue.read(migrator.hasBeenSuperseded) else { return }
        throw SQLError(.newerFormat, "a newer build wrote it; use that build or a newer one")
    }

    private static func translated<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError { throw SQLError(error) }
    }
}

private final class SQLiteSession: SQLSession {
    private let db: Database

    init(_ db: Database) { self.db = db }

    var engine: SQLEngine { .sqlite }

    func rows(_ sql: String, _ arguments: [any SQLColumn]) throws -> [SQLRow] {
        let cursor = try Row.fetchCursor(
            db.cachedStatement(sql: sql), arguments: StatementArguments(arguments.map(\.sqlValue.sqlite)))
        var columns: SQLColumns?
        var rows: [SQLRow] = []
        while let row = try cursor.next() {
            let names = columns ?? SQLColumns(Array(row.columnNames))
            columns = names
            rows.append(SQLRow(columns: names, values: row.databaseValues.map(SQLValue.init)))
        }
        return rows
    }

    func execute(_ sql: String, _ arguments: [any SQLColumn]) throws -> Int {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments.map(\.sqlValue.sqlite)))
        return db.changesCount
    }
}

extension SQLValue {
    fileprivate var sqlite: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): bytes.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let bytes): self = .blob(bytes)
        }
    }
}

extension SQLError {
    fileprivate init(_ error: DatabaseError) {
        let said = error.message ?? "\(error.resultCode)"
        switch error.resultCode.primaryResultCode {
        case .SQLITE_FULL: self.init(.diskFull, "free space on this file system; nothing was committed")
        case .SQLITE_IOERR:
            self.init(.inputOutput, "the disk reports an error (\(said)); check it before trusting it with more")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, "\(said); keep the file, restore a copy, or start a new home and submit again")
        case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.busy, "\(said); another process holds it; try again")
        case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(.permission, "\(said); the user running this needs to read and write its folder")
        // A reader that looks while the writer makes the first tables.
        case .SQLITE_ERROR where said.contains("no such table"): self.init(.missing, "\(said); start the writer once")
        default: self.init(.other, said)
        }
    }
}
