internal import HTTPTypes
internal import Synchronization

/// Idempotency keys whose first request has not been answered yet.
final class KeysInFlight: Sendable {
    private let keys = Mutex<Set<String>>([])

    /// - Throws: `Problem` with 409 when the key's first request is still under way.
    func run<Value: Sendable>(_ key: String, _ body: () async throws -> Value) async throws -> Value {
        guard keys.withLock({ $0.insert(key).inserted }) else {
            throw Problem(
                .conflict, "idempotency_key_in_flight",
                "A request with this Idempotency-Key is under way; ask again when it has ended.", retryAfter: 1)
        }
        defer { keys.withLock { _ = $0.remove(key) } }
        return try await body()
    }
}

/// How many jobs are open, counted at most once a second.
final class Backlog: Sendable {
    private let last = Mutex<(open: Int, at: ContinuousClock.Instant)?>(nil)

    func open(_ count: () throws -> Int) throws -> Int {
        if let last = last.withLock({ $0 }), .now - last.at < .seconds(1) { return last.open }
        let open = try count()
        last.withLock { $0 = (open, .now) }
        return open
    }
}
