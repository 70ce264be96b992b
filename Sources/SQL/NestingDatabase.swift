internal import Foundation

/// A database whose transactions may stand inside one another: those inside are savepoints of the one
/// around them, and durable with it.
///
/// Transactions of other threads wait.
@safe public final class NestingDatabase: SQLDatabase, @unchecked Sendable {
    package let base: any SQLDatabase
    // `outer` is only touched with `lock` held.
    private let lock = NSRecursiveLock()
    private var outer: (any SQLSession)?

    public init(_ base: any SQLDatabase) { self.base = base }

    /// Whether the caller stands inside a transaction of this database.
    public var isInTransaction: Bool {
        lock.lock()
        defer { lock.unlock() }
        // Another thread's would have kept the lock.
        return outer != nil
    }

    /// Those inside are synced with the one around them, whatever they say.
    public func write<Value>(isSynced: Bool, _ body: (any SQLSession) throws -> Value) throws -> Value {
        lock.lock()
        defer { lock.unlock() }
        guard let outer else {
            return try base.write(isSynced: isSynced) { session in
                outer = session
                defer { outer = nil }
                return try body(session)
            }
        }
        try outer.execute("SAVEPOINT inner_transaction")
        do {
            let value = try body(outer)
            try outer.execute("RELEASE SAVEPOINT inner_transaction")
            return value
        } catch {
            try outer.execute("ROLLBACK TO SAVEPOINT inner_transaction")
            try outer.execute("RELEASE SAVEPOINT inner_transaction")
            throw error
        }
    }

    public func read<Value>(_ body: (any SQLSession) throws -> Value) throws -> Value {
        lock.lock()
        defer { lock.unlock() }
        if let outer { return try body(outer) }
        return try base.read(body)
    }
}
