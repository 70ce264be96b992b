import Glibc

/// The right to change an index: an exclusive `flock` on its lock file, given back by the kernel when the
/// process ends in whatever way.
struct WriterLock {
    private let descriptor: Descriptor

    /// Waits up to `patience` seconds for another writer.
    init(folder: String, patience: Double) throws(IndexError) {
        let path = "\(folder)/\(FingerprintIndex.lockName)"
        let raw = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw Disk.failure("opening it", path) }
        descriptor = Descriptor(raw: raw)
        let pause: UInt32 = 5_000  // µs: short beside the milliseconds that a commit takes
        var left = Int(patience * 1_000_000)
        while flock(raw, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Disk.failure("locking it", path) }
            guard left > 0 else {
                throw IndexError(
                    .busy, errno: EWOULDBLOCK,
                    "\(folder): another process has been writing to this index "
                        + "for over \(patience) s; try again when it is done")
            }
            usleep(pause)
            left -= Int(pause)
        }
    }

    func release() { flock(descriptor.raw, LOCK_UN) }
}
