internal import FoundationEssentials
internal import Glibc
internal import Records
internal import SQL
internal import Synchronization

/// The queue in a PostgreSQL database, for workers on many hosts.
///
/// Each operation is one transaction, most of them one statement; none is open while a job runs. The
/// coordinator's side belongs to whoever holds the store's lock, as with the file queue.
public final class PostgresQueue: SubmitQueue, Sendable {
    /// Messages in one row of the inbox.
    static let messagesPerRow = 1000
    /// Seconds that a worker's connection may be gone before the worker is taken for dead: long enough to
    /// open another one after a restart of the server.
    static let graceSeconds = 3.0

    let database: PostgresDatabase
    let url: String
    let graceSeconds: Double
    /// Workers whose lock nobody holds, and since when this process has seen that.
    let missing = Mutex<[String: ContinuousClock.Instant]>([:])
    let listener = Mutex<PostgresListener?>(nil)

    /// Opens the queue, making its tables where there are none.
    public convenience init(_ url: String) throws(QueueError) {
        try self.init(url, graceSeconds: Self.graceSeconds)
    }

    package init(_ url: String, graceSeconds: Double) throws(QueueError) {
        self.url = url
        self.graceSeconds = graceSeconds
        database = try PostgresQueue.throwing("open queue") {
            try PostgresDatabase(
                writing: url, name: "moire queue \(getpid())", migrations: PostgresSchema.migrations)
        }
    }

    public func submit(_ messages: [InboxMessage]) throws(QueueError) {
        try InboxMessage.check(messages)
        guard !messages.isEmpty else { return }
        try PostgresQueue.throwing("submit") {
            if messages.count <= Self.messagesPerRow {
                try database.execute(Self.insert, try Self.row(messages[...]))
                return
            }
            try database.write { db in
                for start in stride(from: 0, to: messages.count, by: Self.messagesPerRow) {
                    let end = min(start + Self.messagesPerRow, messages.count)
                    try db.execute(Self.insert, try Self.row(messages[start..<end]))
                }
            }
        }
    }

    /// The notice goes out with the commit.
    private static let insert = """
        WITH kept AS (INSERT INTO inbox (messages, message_count) VALUES (?, ?) RETURNING id)
        SELECT pg_notify('\(PostgresSchema.news)', '') FROM kept
        """

    private static func row(_ messages: ArraySlice<InboxMessage>) throws -> [any SQLColumn] {
        [try CanonicalJSON.string(Array(messages)), messages.count]
    }

    /// A place in this queue for one worker process.
    ///
    /// - Parameter name: for people; made unique by a suffix.
    public func worker(named name: String) throws(QueueError) -> PostgresWorkerQueue {
        try PostgresWorkerQueue(name: name, url: url)
    }

    @discardableResult
    static func throwing<Value>(_ operation: String, _ body: () throws -> Value) throws(QueueError) -> Value {
        do { return try body() } catch let error as QueueError { throw error } catch let error as SQLError {
            let code: QueueError.Code =
                switch error.code {
                case .diskFull: .diskFull
                case .inputOutput: .inputOutput
                case .permission: .permission
                case .corrupt: .corrupt
                case .alreadyRunning: .alreadyRunning
                case .unreachable, .busy: .unreachable
                default: .other
                }
            throw QueueError(code, operation: operation, subject: "the PostgreSQL queue", advice: error.advice)
        } catch {
            throw QueueError(.other, operation: operation, subject: "the PostgreSQL queue", advice: "\(error)")
        }
    }
}
