import Glibc

/// A thread that may block for as long as it likes; Swift's own pool has one thread per processor,
/// and a decode waiting in it would stop everything else.
@safe struct BlockingThread: ~Copyable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    init(_ run: @escaping @Sendable () -> Void) throws(DecodeError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                // Set right below, and never nil.
                unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard result == 0 else {
            unsafe body.release()
            throw DecodeError(.resources, errno: result, "No thread for a worker.")
        }
        self.thread = thread
    }

    deinit { _ = pthread_detach(thread) }

    /// Waits for the thread to end. Without it the thread goes its own way, at the latest until the
    /// process ends.
    consuming func join() {
        _ = pthread_join(thread, nil)
        discard self
    }
}
