internal import Glibc

/// A file whose kernel lock is held as long as this value, or its process, lives.
///
/// The kernel releases the lock at the process's death, whatever killed it, so on one machine the
/// lock tells at once what a lease tells only after it has run out.
package final class LockFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Nil when somebody else holds it. The file stays when the lock goes.
    package init?(taking path: String) throws(QueueError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw QueueError(errno: errno, operation: "create", subject: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            if number == EWOULDBLOCK { return nil }
            throw QueueError(errno: number, operation: "lock", subject: path)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // Closing alone would leave the lock to a child that this process is just starting elsewhere: until its exec it
        // holds a copy of the descriptor.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Replaces the file's text, for people and for the other side; not durable.
    package func write(_ text: String) throws(QueueError) {
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count, ftruncate(descriptor, count) == 0 else {
            throw QueueError(errno: errno, operation: "write", subject: path)
        }
    }

    /// Whether anybody holds the lock; nil when this file system cannot say.
    package static func isHeld(_ path: String) -> Bool? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return false }
        return errno == EWOULDBLOCK ? true : nil
    }
}
