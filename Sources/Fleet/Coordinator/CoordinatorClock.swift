internal import FoundationEssentials
internal import Glibc

/// The two times that the coordinator knows. They never meet: durations come from the monotonic one
/// alone, and the wall clock is written down for people and decides nothing.
public protocol CoordinatorClock: Sendable {
    /// Milliseconds since some moment; never goes back, whatever is done to the wall clock.
    func monotonicMs() -> Int64
    /// Now, RFC 3339 in UTC.
    func timestamp() -> String
}

public struct SystemClock: CoordinatorClock {
    public init() {}

    public func monotonicMs() -> Int64 {
        var now = timespec()
        // Stands still while the machine is suspended, when no worker could have renewed its lease.
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    public func timestamp() -> String {
        Date().formatted(.iso8601)
    }
}
