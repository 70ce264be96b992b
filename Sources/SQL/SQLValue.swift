public import FoundationEssentials

/// What a column or a parameter holds, in the five kinds that SQLite and PostgreSQL share.
public enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
}

/// A Swift type that can stand for a `SQLValue`.
public protocol SQLColumn {
    /// Nil when the value is of another kind.
    init?(_ value: SQLValue)
    var sqlValue: SQLValue { get }
}

extension Int64: SQLColumn {
    public init?(_ value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
    public var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLColumn {
    public init?(_ value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self.init(exactly: number)
    }
    public var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Double: SQLColumn {
    public init?(_ value: SQLValue) {
        switch value {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
    public var sqlValue: SQLValue { .real(self) }
}

extension String: SQLColumn {
    public init?(_ value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
    public var sqlValue: SQLValue { .text(self) }
}

extension Data: SQLColumn {
    public init?(_ value: SQLValue) {
        guard case .blob(let bytes) = value else { return nil }
        self = bytes
    }
    public var sqlValue: SQLValue { .blob(self) }
}

extension Optional: SQLColumn where Wrapped: SQLColumn {
    public init?(_ value: SQLValue) {
        if value == .null {
            self = Optional<Wrapped>.none
        } else if let wrapped = Wrapped(value) {
            self = Optional<Wrapped>(wrapped)
        } else {
            return nil
        }
    }
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
