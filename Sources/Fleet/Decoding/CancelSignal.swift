import DecodeWire
import Glibc
import Synchronization

/// A descriptor that becomes readable for everybody, once and for good.
final class CancelSignal: Sendable {
    /// For `poll`: shows `POLLHUP` once raised.
    let descriptor: Int32
    /// Closing the write end is the signal. -1 afterwards.
    private let writeEnd: Mutex<Int32>

    init() throws(DecodeError) {
        do {
            var pipe = try Descriptor.pipe()
            descriptor = pipe.takeFirst().release()
            writeEnd = Mutex(pipe.takeSecond().release())
        } catch {
            throw DecodeError(.resources, errno: error.errno, "No pipe for stopping decodes.")
        }
    }

    deinit {
        raise()
        close(descriptor)
    }

    var isRaised: Bool { writeEnd.withLock { $0 < 0 } }

    func raise() {
        writeEnd.withLock { end in
            if end >= 0 { close(end) }
            end = -1
        }
    }
}
