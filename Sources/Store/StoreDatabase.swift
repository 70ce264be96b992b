internal import Glibc
internal import JobQueue
internal import SQL

/// Opens what holds a home's tables, for its one writer or for anybody who reads.
enum StoreDatabase {
    /// The coordinator's and the scorer's tables. In a folder each has a file of its own, since each has a
    /// writer of its own; in a database they share the schema.
    enum Part: String {
        case store, profiles

        var migrations: [Migration] { self == .store ? StoreSchema.migrations : ProfileStore.migrations }
        var lock: PostgresLock { self == .store ? .coordinator : .scorer }
        var writer: String { self == .store ? "coordinator" : "scorer" }
        func path(_ home: Home) -> String { self == .store ? home.store : home.profiles }
    }

    /// - Returns: the database, and the lock that must be held as long as it; the server holds it for a
    ///   database's.
    static func writer(_ part: Part, of home: Home) throws(StoreError) -> (any SQLDatabase, LockFile?) {
        do {
            if let url = home.database {
                let database = try PostgresDatabase(
                    writing: url, name: "moire \(part.writer) \(getpid())", migrations: part.migrations,
                    exclusive: part.lock)
                return (database, nil)
            }
            let lock = try WriterLock.take(part.writer, in: home)
            return (try SQLiteDatabase(writing: part.path(home), migrations: part.migrations), lock)
        } catch {
            throw StoreError(error, operation: "open for writing", subject: subject(part, home))
        }
    }

    static func reader(_ part: Part, of home: Home) throws(StoreError) -> any SQLDatabase {
        do {
            if let url = home.database {
                return try PostgresDatabase(reading: url, name: "moire reader \(getpid())", migrations: part.migrations)
            }
            guard Disk().exists(part.path(home)) else {
                throw SQLError(
                    .missing, "nothing has run in this home yet; check the path or submit something")
            }
            return try SQLiteDatabase(reading: part.path(home), migrations: part.migrations)
        } catch {
            throw StoreError(error, operation: "open for reading", subject: subject(part, home))
        }
    }

    static func subject(_ part: Part, _ home: Home) -> String { home.database == nil ? part.path(home) : home.name }
}

/// The right to be a file's only writer, held until this value or its process ends.
enum WriterLock {
    static func take(_ name: String, in home: Home) throws -> LockFile {
        let path = home.lock(name)
        guard let lock = try LockFile(taking: path) else {
            let text = try Disk().read(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let pid = text.split(separator: "\n").first.map { "process \($0)" } ?? "another process"
            throw SQLError(
                .alreadyRunning, "\(pid) is this home's \(name); stop it first, or leave the work to it")
        }
        try lock.write("\(getpid())\n")
        return lock
    }
}
