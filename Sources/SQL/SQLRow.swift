/// One row of an answer.
public struct SQLRow: Sendable {
    let columns: SQLColumns
    let values: [SQLValue]

    /// The column of that name.
    ///
    /// - Throws: `SQLError` with `corrupt` when there is no such column or it holds another type.
    public subscript<Value: SQLColumn>(_ name: String) -> Value {
        get throws(SQLError) {
            guard let index = columns.places[name] else {
                throw SQLError(.corrupt, "the answer has no column \(name)")
            }
            guard let value = Value(values[index]) else {
                throw SQLError(.corrupt, "the column \(name) holds no \(Value.self)")
            }
            return value
        }
    }

    /// The first column, for answers that have one.
    public func first<Value: SQLColumn>(as type: Value.Type = Value.self) throws(SQLError) -> Value {
        guard let value = values.first.flatMap(Value.init) else {
            throw SQLError(.corrupt, "the answer's first column holds no \(Value.self)")
        }
        return value
    }
}

/// The names of an answer's columns, shared by its rows.
final class SQLColumns: Sendable {
    let places: [String: Int]

    init(_ names: [String]) {
        places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
}
