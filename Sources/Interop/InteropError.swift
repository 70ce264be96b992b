/// Why something from or for another system cannot be taken.
public struct InteropError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Not what it claims to be; the sentence says where.
        case malformed
        /// Over a named limit.
        case overLimit = "over_limit"
        /// Sound in itself, and of no use here: nothing to compare, nothing to hash.
        case empty
    }

    public let code: Code
    /// A whole sentence for people.
    public let sentence: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    public var description: String { sentence }
}
