internal import GRDB
internal import JobQueue

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
        if let already = error as? StoreError {
            self = already
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.other, operation: operation, subject: subject, advice: "\(error)")
            return
        }
        let said = error.message ?? "\(error.resultCode)"
        let (code, advice): (Code, String) =
            switch error.resultCode.primaryResultCode {
            case .SQLITE_FULL: (.diskFull, "free space on this file system; nothing was committed")
            case .SQLITE_IOERR:
                (.inputOutput, "the disk reports an error (\(said)); check it before trusting it with more")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (.corrupt, "\(said); keep the file, restore a copy, or start a new home and submit again")
            case .SQLITE_BUSY, .SQLITE_LOCKED: (.busy, "\(said); another process holds it; try again")
            case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH:
                (.permission, "\(said); the user running this needs to read and write its folder")
            default: (.other, said)
            }
        self.init(code, operation: operation, subject: subject, advice: advice)
    }

    init(_ error: QueueError) {
        let code: Code =
            switch error.code {
            case .diskFull: .diskFull
            case .inputOutput: .inputOutput
            case .permission: .permission
            case .alreadyRunning: .alreadyRunning
            default: .other
            }
        self.init(code, operation: error.operation, subject: error.subject, advice: error.advice)
    }
}
