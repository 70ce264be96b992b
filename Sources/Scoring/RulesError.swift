/// Why a rules file cannot be used: which field, what was expected, what stood there.
public struct RulesError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Not JSON at all.
        case notJSON = "not_json"
        /// Another schema than this build reads.
        case unknownSchema = "unknown_schema"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        /// A key that no rule has; most likely misspelt.
        case unknownField = "unknown_field"
        case badValue = "bad_value"
    }

    public var code: Code
    /// Name of the file, for people.
    public var source: String
    /// `rules[2].steps[0].points`; empty for the whole file.
    public var field: String
    public var problem: String

    public init(_ code: Code, source: String, field: String, problem: String) {
        self.code = code
        self.source = source
        self.field = field
        self.problem = problem
    }

    public var description: String {
        field.isEmpty ? "\(source): \(problem)" : "\(source): field `\(field)`: \(problem)"
    }
}
