internal import FingerprintIndex
internal import Fingerprints
public import JobQueue
public import Logging
internal import Records
public import Store

/// Takes submissions into the ledger, hands out tickets, commits results with their matches, and
/// judges leases. One per home, on one thread; `Store` refuses a second one.
///
/// Every duty can be cut short anywhere and done again: what is durable is the ledger, and the queue's
/// files are made to follow it. Order inside a step: results are collected before leases are judged,
/// so that work which has arrived is never thought lost.
///
/// ## Who is to blame
///
/// An input whose own decoder dies or hangs is tried three times (the third time alone on its worker)
/// and is then a dead letter. A worker that dies or stalls takes innocent jobs with it, so that does
/// not count against a job: it is requeued at once. Only a job that keeps losing workers becomes
/// suspect and runs alone, with growing pauses, and only workers lost while it ran *alone* add up to a
/// dead letter. Deaths that this coordinator did not live to see (a machine that went down, a fleet
/// that was killed as a whole) say nothing about any job and are not counted at all.
public final class Coordinator {
    let store: Store
    let queue: any CoordinatorQueue
    let matching: any MatchEngine
    let clock: any CoordinatorClock
    let options: CoordinatorOptions
    let log: Logger
    let producer = Producer(name: "moire-coordinator", build: Producer.version)

    var leases: LeaseTable
    var shares: [Lane: FairShare] = [:]
    var laneWatch: LaneWatch
    var pausedLanes: Set<Lane> = []
    /// When jobs that wait are due, on the monotonic clock.
    var dueMs: [String: Int64] = [:]
    private var lastLeaseLookMs: Int64?
    private var lastHealMs: Int64?
    private var isStarted = false

    /// How often workers are looked at. A death is requeued this late at most.
    static let leaseLookMs: Int64 = 200

    public init(
        store: Store, queue: any CoordinatorQueue, matching: any MatchEngine,
        clock: any CoordinatorClock = SystemClock(), options: CoordinatorOptions = CoordinatorOptions(),
        log: Logger = Logger(label: "coordinator")
    ) {
        self.store = store
        self.queue = queue
        self.matching = matching
        self.clock = clock
        self.options = options
        self.log = log
        leases = LeaseTable(leaseMs: options.leaseMs)
        laneWatch = LaneWatch(patienceMs: options.starvedLaneMs)
    }

    /// The coordinator of a home's queue and index.
    ///
    /// - Throws: `StoreError` with `alreadyRunning` when the home has one.
    public convenience init(
        home: Home, options: CoordinatorOptions = CoordinatorOptions(),
        log: Logger = Logger(label: "coordinator")
    ) throws {
        try home.prepare()
        // The store first: its lock is what makes everything after it exclusive.
        let store = try Store(home: home)
        let queue = try home.openQueue()
        let index = try FingerprintIndex(at: home.index, create: true)
        self.init(store: store, queue: queue, matching: IndexMatchEngine(index: index), options: options, log: log)
    }

    /// Works until asked to stop.
    public func run(until stop: StopRequest) throws {
        let news = Monitor(false)
        queue.watch { news.update { $0 = true } }
        // A request to stop ends the waiting as well.
        let watch = try BlockingThread {
            _ = stop.wait()
            news.update { $0 = true }
        }
        defer { withExtendedLifetime(watch) {} }
        var failurePause = Self.failurePauseSeconds
        var idle = Self.idleSecondsMin
        while !stop.isRequested {
            do {
                let worked = try step()
                failurePause = Self.failurePauseSeconds
                if worked {
                    idle = Self.idleSecondsMin
                    continue
                }
            } catch let failure where Self.isPassing(failure) {
                // Nothing is lost by a step that failed; with the server back, the next one goes on.
                log.warning("a step failed; trying again", metadata: ["error": "\(failure)"])
                _ = stop.wait(seconds: failurePause)
                failurePause = min(2 * failurePause, Self.failurePauseSecondsMax)
                continue
            }
            _ = news.wait(seconds: min(idle, pause)) { isNew in
                defer { isNew = stop.isRequested }
                return isNew ? true : nil
            }
            idle = min(2 * idle, queue.idleSeconds)
        }
    }

    /// First pause after work; it doubles up to the queue's own, since work seldom comes alone.
    static let idleSecondsMin = 0.002
    static let failurePauseSeconds = 0.25
    static let failurePauseSecondsMax = 5.0

    /// Whether a failure is the network's or the server's, and will pass.
    static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as StoreError: error.code == .unreachable || error.code == .busy
        case let error as QueueError: error.code == .unreachable
        default: false
        }
    }

    /// Seconds to the next duty that nothing tells of.
    private var pause: Double {
        let nextDue = dueMs.values.min().map { Double(max(0, $0 - clock.monotonicMs())) / 1000 }
        return min(queue.idleSeconds, Double(Self.leaseLookMs) / 1000, nextDue ?? .infinity)
    }

    /// Does a bounded amount of whatever is to be done; false when there was nothing.
    ///
    /// - Throws: `QueueError`, `StoreError` or `IndexError` when the machine does not allow it. Nothing
    ///   is lost by that; a later step, or another coordinator, goes on.
    public func step() throws -> Bool {
        do { return try work() } catch {
            // What was committed and what is remembered may differ now: the next step begins as after a restart.
            isStarted = false
            throw error
        }
    }

    private func work() throws -> Bool {
        if !isStarted {
            try start()
            isStarted = true
        }
        var worked = try ingest()
        let collected = try collectResults()
        worked = collected > 0 || worked
        worked = try collectReturned() || worked
        if collected < options.resultsPerStep, isDue(&lastLeaseLookMs, every: Self.leaseLookMs) {
            worked = try judgeLeases() || worked
        }
        worked = try wakeDue() || worked
        if isDue(&lastHealMs, every: options.healMs) { worked = try heal() || worked }
        return try release() || worked
    }

    /// Nothing is left to do: no message, no open job, no fingerprint to index.
    public func isDrained() throws -> Bool {
        let status = try store.reader.status()
        return try status.open == 0 && status.fingerprintsToIndex == 0 && queue.inbox(limit: 1).isEmpty
    }

    private func start() throws {
        try queue.sweep()
        try indexCommitted()
        _ = try heal()
        lastHealMs = clock.monotonicMs()
        try takePaused()
        let now = clock.monotonicMs()
        // After a step that failed, those whose time runs already keep it.
        for (id, delayMs) in try store.waiting() where dueMs[id] == nil { dueMs[id] = now + delayMs }
    }

    private func isDue(_ last: inout Int64?, every periodMs: Int64) -> Bool {
        let now = clock.monotonicMs()
        if let last, now - last < periodMs { return false }
        last = now
        return true
    }
}
