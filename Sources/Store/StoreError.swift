internal import JobQueue
internal import SQL

/// Why the store could not do something.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Another process writes this store.
        case alreadyRunning
        /// There is no store yet.
        case missing
        /// The file is not a store, or its pages contradict each other.
        case corrupt
        /// Written by a newer build.
        case newerFormat
        /// The database's server cannot be reached, or has just gone.
        case unreachable
        case diskFull, inputOutput, busy, permission, other
    }

    public var code: Code
    public var operation: String
    public var subject: String
    public var advice: String

    public init(_ code: Code, operation: String, subject: String, advice: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.advice = advice
    }

    public var description: String { "\(operation) \(subject): \(code.rawValue); \(advice)" }

    init(_ error: any Error, operation: String, subject: String) {
        switch error {
        case let already as StoreError: self = already
        case let error as QueueError: self.init(error)
        case let error as SQLError where error.code == .noPartition:
            self.init(
                .busy, operation: operation, subject: subject,
                advice: "\(error.advice); its partition was detached or not made yet; the next try makes it")
        case let error as SQLError:
            self.init(
                Code(rawValue: error.code.rawValue) ?? .other, operation: operation, subject: subject,
                advice: error.advice)
        default: self.init(.other, operation: operation, subject: subject, advice: "\(error)")
        }
    }

    init(_ error: QueueError) {
        let code: Code =
            switch error.code {
            case .diskFull: .diskFull
            case .inputOutput: .inputOutput
            case .permission: .permission
            case .alreadyRunning: .alreadyRunning
            case .unreachable: .unreachable
            default: .other
            }
        self.init(code, operation: error.operation, subject: error.subject, advice: error.advice)
    }
}
