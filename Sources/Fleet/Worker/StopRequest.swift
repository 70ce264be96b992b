import Glibc

/// The wish that a long-running loop comes to an end; raised once, seen by everybody.
public final class StopRequest: Sendable {
    private let requested = Monitor(false)

    public init() {}

    public func request() { requested.update { $0 = true } }

    public var isRequested: Bool { requested.update { $0 } }

    /// Waits for the request, at most `seconds`; says whether it came.
    public func wait(seconds: Double = .infinity) -> Bool {
        requested.wait(seconds: seconds) { $0 ? true : nil } ?? false
    }

    /// A request that SIGTERM or SIGINT makes. Call it before any other thread starts: the signals
    /// are blocked in the calling thread, later threads inherit that, and one thread takes them.
    public static func onSignals() throws(DecodeError) -> StopRequest {
        let stop = StopRequest()
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // Not joined: it lives as long as the process.
        _ = try BlockingThread { [signals] in
            var signals = signals
            var taken: Int32 = 0
            if unsafe sigwait(&signals, &taken) == 0 { stop.request() }
            // A second signal is meant seriously.
            unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            while true { pause() }
        }
        return stop
    }
}
