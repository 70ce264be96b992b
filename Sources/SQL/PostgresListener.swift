internal import Foundation
internal import Synchronization

/// A connection of its own that hears what others tell (`LISTEN`), and holds a lock that shows its process
/// to be alive. When the connection is lost it is opened anew, until `stop`.
public final class PostgresListener: Sendable {
    private struct State {
        var isStopped = false
        var failure: SQLError?
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Seconds between two tries to reach the server again.
    static let retrySeconds = 0.25
    /// Longest that `stop` takes to be heard.
    static let waitSeconds = 0.5

    /// Returns once the lock is held and the channels are listened to.
    ///
    /// - Throws: `SQLError`.
    public init(_ url: String, name: String, channels: [String], lock: PostgresLock? = nil) throws(SQLError) {
        let isReady = DispatchSemaphore(value: 0)
        let thread = Thread { [weak self, hasEnded] in
            defer { hasEnded.signal() }
            Self.run(url, name: name, channels: channels, lock: lock, isReady: isReady) { self }
        }
        thread.stackSize = 256 << 10
        thread.start()
        isReady.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    deinit { stop() }

    /// Called on the listener's thread for whatever is told from now on.
    public func watch(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Lets the connection and its lock go, within half a second.
    public func stop() { state.withLock { $0.isStopped = true } }

    /// Lets them go and waits until they are gone.
    package func end() {
        stop()
        hasEnded.wait()
        hasEnded.signal()
    }

    private static func run(
        _ url: String, name: String, channels: [String], lock: PostgresLock?, isReady: DispatchSemaphore,
        _ owner: () -> PostgresListener?
    ) {
        var isFirst = true
        while let listener = owner(), !listener.state.withLock({ $0.isStopped }) {
            do {
                let connection = try PostgresConnection(url, name: name)
                try PostgresSession.prepare(connection)
                if let lock { try lock.take(on: connection) }
                for channel in channels { try connection.script("LISTEN \(channel)") }
                if isFirst { isReady.signal() }
                isFirst = false
                try listen(connection, owner)
                return
            } catch {
                if isFirst {
                    listener.state.withLock { $0.failure = error as? SQLError ?? SQLError(.other, "\(error)") }
                    isReady.signal()
                    return
                }
            }
            // What was told meanwhile was not heard.
            listener.state.withLock { $0.wake }?()
            Thread.sleep(forTimeInterval: retrySeconds)
        }
    }

    private static func listen(_ connection: PostgresConnection, _ owner: () -> PostgresListener?) throws(SQLError) {
        while true {
            guard let listener = owner(), !listener.state.withLock({ $0.isStopped }) else { return }
            _ = consume listener
            let told = try connection.notifications(waiting: waitSeconds)
            if !told.isEmpty { owner()?.state.withLock { $0.wake }?() }
        }
    }
}
