internal import Glibc
internal import GRDB
internal import JobQueue

/// Opens SQLite files the one way that the store's promises need.
enum Connection {
    /// How long a statement waits for another process's lock. Writers are alone by their lock file,
    /// so only checkpoints are ever waited for, and they take milliseconds.
    static let busySeconds = 5.0

    /// WAL, so that readers never wait; `synchronous=FULL`, so that a commit survives a power cut.
    static func writer(_ path: String, migrator: DatabaseMigrator) throws(StoreError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(busySeconds)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // Opening in WAL mode lowers it to NORMAL, under which a power cut takes the last commits.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            try refuseNewer(queue, migrator: migrator, path: path)
            try migrator.migrate(queue)
            return queue
        } catch {
            throw StoreError(error, operation: "open for writing", subject: path)
        }
    }

    static func reader(_ path: String, migrator: DatabaseMigrator) throws(StoreError) -> DatabaseQueue {
        guard Disk().exists(path) else {
            throw StoreError(
                .missing, operation: "open", subject: path,
                advice: "nothing has run in this home yet; check the path or submit something")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(busySeconds)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try refuseNewer(queue, migrator: migrator, path: path)
            guard try queue.read(migrator.hasCompletedMigrations) else {
                throw StoreError(
                    .missing, operation: "open", subject: path,
                    advice: "its writer has not finished making it, or it is from an older build; "
                        + "start the writer once")
            }
            return queue
        } catch {
            throw StoreError(error, operation: "open for reading", subject: path)
        }
    }

    private static func refuseNewer(_ queue: DatabaseQueue, migrator: DatabaseMigrator, path: String) throws {
        guard try queue.read(migrator.hasBeenSuperseded) else { return }
        throw StoreError(
            .newerFormat, operation: "open", subject: path,
            advice: "a newer build wrote it; use that build or a newer one")
    }
}

/// The right to be a file's only writer, held until this value or its process ends.
enum WriterLock {
    static func take(_ name: String, in home: Home) throws(StoreError) -> LockFile {
        let path = home.lock(name)
        do {
            guard let lock = try LockFile(taking: path) else {
                let text = try Disk().read(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
                let pid = text.split(separator: "\n").first.map { "process \($0)" } ?? "another process"
                throw StoreError(
                    .alreadyRunning, operation: "start \(name)", subject: home.root,
                    advice: "\(pid) is this home's \(name); stop it first, or leave the work to it")
            }
            try lock.write("\(getpid())\n")
            return lock
        } catch let error as QueueError {
            throw StoreError(error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, operation: "lock", subject: path)
        }
    }
}
