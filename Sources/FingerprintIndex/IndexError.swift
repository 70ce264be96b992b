/// Why the index could not do what was asked. Programs switch on `code`; people read `description`.
public struct IndexError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// There is no index at the path.
        case missing
        /// What lies at the path is something else.
        case notAnIndex
        /// Written by a newer program.
        case unsupportedVersion
        /// Bytes are not what was written.
        case corrupt
        /// Another writer holds the index.
        case busy
        /// The operating system refused; `errno` says why.
        case inputOutput
        /// A reference is over a named limit, or not a reference at all.
        case refused
    }

    public let code: Code
    /// 0 when the operating system was not involved.
    public let errno: Int32
    /// One whole sentence: what, expected and got, and what to do.
    public let description: String

    init(_ code: Code, errno: Int32 = 0, _ description: String) {
        self.code = code
        self.errno = errno
        self.description = description
    }

    static func corrupt(_ file: String, _ what: String) -> IndexError {
        IndexError(.corrupt, "\(file): \(what); restore the index from a copy or rebuild it with `moire index add`")
    }
}
