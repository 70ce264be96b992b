/// A database that keeps what its transactions commit: SQLite in a file, or PostgreSQL.
///
/// Statements are written once, in what both understand: `?` for parameters, `ON CONFLICT`, `RETURNING`,
/// common table expressions. Schemas differ (see `Migration`), and the few statements that ask for the `engine`.
public protocol SQLDatabase: Sendable {
    /// One transaction: all of it is durable when this returns, none of it when this throws; except that a
    /// connection lost at the very commit leaves open which of the two it was.
    ///
    /// - Parameter isSynced: false for what is found out again after a power cut. It survives the end of this process, and
    ///   is durable with the next transaction that is synced.
    func write<Value>(isSynced: Bool, _ body: (any SQLSession) throws -> Value) throws -> Value

    /// Sees one consistent state.
    func read<Value>(_ body: (any SQLSession) throws -> Value) throws -> Value
}

extension SQLDatabase {
    public func write<Value>(_ body: (any SQLSession) throws -> Value) throws -> Value {
        try write(isSynced: true, body)
    }
}

/// A database inside a transaction.
public protocol SQLSession: AnyObject {
    var engine: SQLEngine { get }

    /// - Parameter arguments: one for each `?`, in order.
    func rows(_ sql: String, _ arguments: [any SQLColumn]) throws -> [SQLRow]

    /// - Returns: how many rows the statement changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [any SQLColumn]) throws -> Int
}

/// A list of question marks for as many values: `(?, ?, ?)`.
public func placeholders(_ count: Int) -> String {
    "(" + repeatElement("?", count: count).joined(separator: ", ") + ")"
}

extension SQLSession {
    public func rows(_ sql: String) throws -> [SQLRow] { try rows(sql, []) }

    @discardableResult
    public func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// The first column of the first row; nil when there is no row, or it is null.
    public func value<Value: SQLColumn>(
        _ sql: String, _ arguments: [any SQLColumn] = [], as type: Value.Type = Value.self
    ) throws -> Value? {
        try rows(sql, arguments).first.flatMap { try $0.first(as: Value?.self) }
    }

    /// The first column of every row.
    public func column<Value: SQLColumn>(
        _ sql: String, _ arguments: [any SQLColumn] = [], as type: Value.Type = Value.self
    ) throws -> [Value] {
        try rows(sql, arguments).map { try $0.first() }
    }
}

/// Why a database could not do something.
public struct SQLError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case diskFull, inputOutput, corrupt, busy, permission, missing, newerFormat, alreadyRunning
        /// The server cannot be reached, or has just gone.
        case unreachable
        /// A row names another one that is not there.
        case unknownReference
        /// A row belongs into a partition that is not there.
        case noPartition
        case other
    }

    public var code: Code
    public var advice: String

    public init(_ code: Code, _ advice: String) {
        self.code = code
        self.advice = advice
    }

    public var description: String { "\(code.rawValue): \(advice)" }
}
