/// Why a queue operation failed, with the errno where the system gave one.
public struct QueueError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case diskFull, inputOutput, tooManyFiles, permission, networkFileSystem, corrupt, alreadyRunning, unreachable,
            unsupported,
            other
    }

    public var code: Code
    public var errno: Int32
    /// What was being done: `fsync`, `rename`, ...
    public var operation: String
    /// What it was done to.
    public var subject: String
    /// What the operator can do.
    public var advice: String

    public init(_ code: Code, errno: Int32 = 0, operation: String, subject: String, advice: String = "") {
        self.code = code
        self.errno = errno
        self.operation = operation
        self.subject = subject
        self.advice = advice
    }

    public var description: String {
        var text = "\(operation) \(subject): \(code.rawValue)"
        if errno != 0 { text += " (errno \(errno))" }
        if !advice.isEmpty { text += "; \(advice)" }
        return text
    }
}
