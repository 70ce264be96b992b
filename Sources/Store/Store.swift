internal import JobQueue
internal import SQL

/// The ledger, the events and the fingerprints of one home, open for writing. One per home: opening
/// a second one, in this process or another, fails at once and names the process that holds it.
public final class Store: Sendable {
    public let home: Home
    /// What anybody can ask, on the writer's own connection: it sees every commit at once.
    public let reader: StoreReader
    let database: any SQLDatabase
    private let lock: LockFile?

    public init(home: Home) throws(StoreError) {
        self.home = home
        (database, lock) = try StoreDatabase.writer(.store, of: home)
        reader = StoreReader(database: database, subject: StoreDatabase.subject(.store, home))
    }

    /// One transaction: all of it is durable when this returns, none of it when this throws.
    func write<Value>(_ operation: String, _ body: (any SQLSession) throws -> Value) throws(StoreError) -> Value {
        do { return try database.write(body) } catch {
            throw StoreError(error, operation: operation, subject: reader.subject)
        }
    }
}
