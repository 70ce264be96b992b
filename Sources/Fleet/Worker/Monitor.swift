import Glibc

/// A value behind a lock, with waiting until it is as one needs it.
///
/// For plain threads: waiting blocks the thread. Every change wakes every waiter, which is right for
/// the handful of threads of a worker and wrong for hundreds.
@safe final class Monitor<State>: @unchecked Sendable {  // `state` is only touched with the mutex held
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)  // a clock that is set changes no waiting
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Reads or changes the value, and wakes whoever waits.
    @discardableResult
    func update<Result>(_ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body(&state)
    }

    /// Waits until `body` gives a value, at most `seconds`; nil when they are over.
    ///
    /// `body` is asked at once and after every change. What it changes when it gives a value is seen
    /// by the others.
    func wait<Result>(seconds: Double = .infinity, for body: (inout State) -> Result?) -> Result? {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let whole = min(seconds, 1e9).rounded(.down)
        deadline.tv_sec += Int(whole)
        deadline.tv_nsec += Int((min(seconds, 1e9) - whole) * 1e9)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) {
                unsafe pthread_cond_broadcast(changed)
                return result
            }
            if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT {
                guard let result = body(&state) else { return nil }
                unsafe pthread_cond_broadcast(changed)
                return result
            }
        }
    }
}
