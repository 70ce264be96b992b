internal import JobQueue
internal import SQL

/// The ledger, the events and the fingerprints of one home, open for writing. One per home: opening
/// a second one, in this process or another, fails at once and names the process that holds it.
public final class Store: Sendable {
    public let home: Home
    /// What anybody can ask, on the writer's own connection: it sees every commit at once.
    public let reader: StoreReader
    let database: NestingDatabase
    /// Nil where history lies in plain tables.
    let history: HistoryPartitions?
    private let lock: LockFile?

    public convenience init(home: Home) throws(StoreError) { try self.init(home: home, widths: HistoryWidths()) }

    init(home: Home, widths: HistoryWidths) throws(StoreError) {
        self.home = home
        let (base, lock) = try StoreDatabase.writer(.store, of: home)
        self.lock = lock
        database = NestingDatabase(base)
        reader = StoreReader(database: database, subject: StoreDatabase.subject(.store, home))
        history = home.database == nil ? nil : HistoryPartitions(widths: widths)
        history?.lookAhead(database)
    }

    /// Makes one transaction of everything that `body` does with this store: one commit for many changes. A
    /// change that throws is undone by itself where `body` catches the error.
    public func together(_ body: () throws -> Void) throws { try transaction { _ in try body() } }

    /// One transaction: all of it is durable when this returns, none of it when this throws.
    ///
    /// - Parameter isSynced: false for what a restart finds out again.
    func write<Value>(
        _ operation: String, isSynced: Bool = true, _ body: (any SQLSession) throws -> Value
    ) throws(StoreError) -> Value {
        do { return try transaction(isSynced: isSynced, body) } catch {
            throw StoreError(error, operation: operation, subject: reader.subject)
        }
    }

    private func transaction<Value>(
        isSynced: Bool = true, _ body: (any SQLSession) throws -> Value
    ) throws -> Value {
        history?.lookAhead(database)
        do { return try database.write(isSynced: isSynced, body) } catch {
            history?.forget()
            throw error
        }
    }
}
