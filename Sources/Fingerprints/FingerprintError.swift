/// Bytes or text that are not the fingerprint they claim to be.
public struct FingerprintError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Ends before it is complete.
        case truncated
        /// Does not begin as our files do.
        case notAFingerprint = "not_a_fingerprint"
        /// Written by a format or an algorithm this build does not read.
        case unknownVersion = "unknown_version"
        /// The checksum does not fit the bytes.
        case checksum
        /// A count over its named limit.
        case overLimit = "over_limit"
        /// Complete and checksummed, yet not something we write.
        case malformed
    }

    public let code: Code
    /// A whole sentence: what was found, and where.
    public let sentence: String
    /// One-based line of a text form; nil for bytes.
    public let line: Int?

    init(_ code: Code, _ sentence: String, line: Int? = nil) {
        self.code = code
        self.sentence = sentence
        self.line = line
    }

    public var description: String {
        line.map { "line \($0): \(sentence)" } ?? sentence
    }
}
