internal import Foundation
public import Store

/// A coordinator, a worker and a scorer beside a process that does something else, started again when they die.
public final class FleetKeeper: Sendable {
    public struct Options: Sendable {
        /// Decoders of the worker.
        public var slots = max(1, ProcessInfo.processInfo.activeProcessorCount)
        public var deadlineSeconds = DecodeLimits.standard.deadlineSeconds
        public var allowUnsandboxed = false
        /// The worker's arguments that say where media may be fetched from.
        public var fetching: [String] = []
        public var rulesPath: String?
        /// Only while nothing else wants the processors: whoever waits for an answer goes first.
        public var isBackground = false

        public init() {}
    }

    private let home: Home
    private let options: Options
    private let executable: String
    private let stop = StopRequest()
    private let hasEnded = Monitor(false)

    /// Seconds between two looks at the processes.
    static let lookSeconds = 0.2
    /// What running jobs are given at the end.
    static let graceSeconds = 5.0

    /// - Parameter executable: the `moire` program whose subcommands are the fleet's processes.
    public init(home: Home, options: Options, executable: String) throws {
        try home.prepare()
        self.home = home
        self.options = options
        self.executable = executable
    }

    /// Starts them, and keeps them on a thread of its own.
    ///
    /// - Parameter failed: told why when a process cannot run; then all are ended.
    public func start(failed: @escaping @Sendable (any Error) -> Void) throws {
        _ = try BlockingThread { [self] in
            defer { hasEnded.update { $0 = true } }
            do { try keep() } catch { failed(error) }
        }
    }

    /// Lets them end, and waits for it.
    public func end() {
        stop.request()
        _ = hasEnded.wait(seconds: .infinity) { $0 ? true : nil }
    }

    private func keep() throws {
        let children = FleetChildren(
            home: home, slots: options.slots, deadlineSeconds: options.deadlineSeconds,
            graceSeconds: Self.graceSeconds, allowUnsandboxed: options.allowUnsandboxed, fetching: options.fetching,
            rulesPath: options.rulesPath, executable: executable, isBackground: options.isBackground)
        defer { children.stop(grace: Self.graceSeconds + 2) }
        while !stop.isRequested {
            try children.keepAlive()
            _ = stop.wait(seconds: Self.lookSeconds)
        }
    }
}
