/// Why a message between supervisor and decode child could not be sent, received or believed.
package struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A system call failed; `errno` says how.
        case system
        /// The other end is gone.
        case closed
        /// The bytes are not a message of this version.
        case malformed
        /// Longer than the limit for its kind.
        case tooLarge
    }

    package var code: Code
    package var errno: Int32
    /// What was wrong, or being done.
    package var detail: String

    package init(_ code: Code, errno: Int32 = 0, _ detail: String) {
        self.code = code
        self.errno = errno
        self.detail = detail
    }

    package var description: String {
        errno == 0 ? "\(code.rawValue): \(detail)" : "\(code.rawValue): \(detail) (errno \(errno))"
    }
}
