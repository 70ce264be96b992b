import Frames
public import JobQueue
public import Logging
import Records

/// Takes jobs from a queue, has them decoded, and hands the results in.
///
/// A few plain threads (slots) each do one job at a time; one of them at a time asks the queue.
/// Another thread renews the leases on time, whatever the slots are doing, until the last of them has
/// ended. The worker's own troubles never cost a job: a queue that fails is asked again, a result is
/// kept until it is handed in, and a job that this machine cannot decode is given back.
public final class Worker: Sendable {
    private let queue: any WorkerQueue
    private let decoding: DecodeService
    private let options: WorkerOptions
    private let log: Logger
    private let metrics = WorkerMetrics()
    private let monitor: Monitor<State>

    private struct State {
        /// Jobs being decoded or handed in.
        var busy = 0
        /// A slot is asking the queue, or pausing before it asks again.
        var isClaiming = false
        /// The queue has told of a job since it was last asked.
        var hasNews = false
        /// A slot has, or waits to start, a job that must run alone.
        var isAlone = false
        /// No new job is begun.
        var isStopping = false
        /// The grace is over: running jobs are given back.
        var isCancelled = false
        var slotsLeft: Int
        var environmentFailures = 0
        var failure: DecodeError?
        var finished = 0
        /// How far the running attempts have come, by job.
        var running: [String: AttemptProgress] = [:]

        /// In a fixed order, for comparison.
        var progress: [AttemptProgress] { running.values.sorted { $0.jobID < $1.jobID } }
    }

    /// - Parameter decoding: used by this worker alone; draining may cancel it for good.
    /// - Parameter log: for the operator; every line carries the worker's name.
    public init(
        queue: any WorkerQueue, decoding: DecodeService, options: WorkerOptions = WorkerOptions(),
        log: Logger = Logger(label: "worker")
    ) {
        var log = log
        log[metadataKey: "worker"] = "\(queue.worker)"
        self.queue = queue
        self.decoding = decoding
        self.options = options
        self.log = log
        monitor = Monitor(State(slotsLeft: options.slots))
    }

    /// Works until `stop` is requested, then lets running decodes finish for `graceSeconds` and gives
    /// the rest back. Returns the number of results handed in. Call it once; it blocks.
    ///
    /// Throws when this machine cannot decode, at the start or for several jobs in a row.
    public func run(until stop: StopRequest) throws(DecodeError) -> Int {
        _ = try decoding.describe()
        let renewal = try BlockingThread { self.keepLeases() }
        for _ in 0..<options.slots {
            do { _ = try BlockingThread { self.serve() } } catch {
                monitor.update {
                    $0.slotsLeft -= 1; $0.isStopping = true; $0.failure = error
                }
            }
        }
        queue.watch { [monitor] in monitor.update { $0.hasNews = true } }
        // A failure inside ends the waiting as well as a request from outside.
        let watch = try? BlockingThread { [monitor] in
            _ = stop.wait()
            monitor.update { $0.isStopping = true }
        }
        _ = consume watch
        _ = monitor.wait { $0.isStopping ? true : nil }
        if monitor.wait(seconds: options.graceSeconds, for: { $0.slotsLeft == 0 ? true : nil }) == nil {
            log.warning("still decoding after \(options.graceSeconds) s of grace; giving jobs back")
            monitor.update { $0.isCancelled = true }
            decoding.cancel()
            _ = monitor.wait { $0.slotsLeft == 0 ? true : nil }
        }
        renewal.join()
        let end = monitor.update { $0 }
        if let failure = end.failure { throw failure }
        return end.finished
    }

    // MARK: A slot

    private func serve() {
        while let claim = next() {
            work(on: claim)
            monitor.update {
                $0.busy -= 1
                if claim.crashes >= WorkerOptions.crashesToRunAlone { $0.isAlone = false }
            }
        }
        monitor.update { $0.slotsLeft -= 1 }
    }

    /// Waits for a job that may start now; nil when the worker stops.
    private func next() -> Claim? {
        var pause = options.retrySeconds
        var idle = min(0.01, queue.idleSeconds)
        while true {
            let mayAsk = monitor.wait { state -> Bool? in
                if state.isStopping { return false }
                if state.isClaiming || state.isAlone { return nil }
                state.isClaiming = true
                state.hasNews = false
                return true
            }
            guard mayAsk == true else { return nil }
            do {
                if let claim = try queue.claim() {
                    if begin(claim) { return claim }
                    giveBack(claim)
                    return nil
                }
                pause = options.retrySeconds
                _ = monitor.wait(seconds: idle) { $0.isStopping || $0.hasNews ? true : nil }
                idle = min(2 * idle, queue.idleSeconds)
            } catch {
                log.warning("no job: \(error)")
                rest(pause)
                pause = min(2 * pause, options.retrySecondsMax)
            }
            monitor.update { $0.isClaiming = false }
        }
    }

    /// Counts a claimed job in; waits until all others have ended if it must run alone. False when
    /// the worker stopped meanwhile.
    private func begin(_ claim: Claim) -> Bool {
        guard claim.crashes >= WorkerOptions.crashesToRunAlone else {
            return monitor.update {
                $0.isClaiming = false
                $0.busy += 1
                return true
            }
        }
        monitor.update {
            $0.isClaiming = false
            $0.isAlone = true
        }
        let mayStart = monitor.wait { state -> Bool? in
            if state.busy == 0 {
                state.busy = 1
                return true
            }
            return state.isStopping ? false : nil
        }
        if mayStart != true { monitor.update { $0.isAlone = false } }
        return mayStart == true
    }

    private func work(on claim: Claim) {
        let begun = ContinuousClock.now
        showSlots()
        defer {
            showSlots(leaving: 1)
            monitor.update { $0.running[claim.job.id] = nil }
        }
        do {
            let extracted = try decoding.extract(path: claim.job.path) { tell(claim, $0) }
            monitor.update { $0.environmentFailures = 0 }
            let seconds = ContinuousClock.now - begun
            Stage.decode.record(seconds)
            metrics.ended(extracted.record.outcome)
            log.info(
                "decoded", metadata: Self.fields(claim, extracted.record.outcome, seconds: seconds / .seconds(1)))
            let media = extracted.record.outcome.decodedUntil
            monitor.update {
                $0.running[claim.job.id] = AttemptProgress(claim, stage: .handIn, pts: media, duration: media)
            }
            handIn(
                claim,
                JobResult(
                    jobID: claim.job.id, attempt: claim.attempt, worker: queue.worker,
                    record: extracted.record, fingerprint: extracted.fingerprint,
                    cpuSeconds: extracted.cpuSeconds, retryAfterSeconds: extracted.retryAfterSeconds))
        } catch {
            giveBack(claim)
            guard error.code != .cancelled else { return }
            log.warning("given back: \(error)", metadata: Self.fields(claim))
            monitor.update {
                $0.environmentFailures += 1
                if $0.environmentFailures >= options.environmentFailuresMax {
                    $0.failure = error
                    $0.isStopping = true
                }
            }
            rest(options.retrySecondsMax)
        }
    }

    // MARK: What is said of it

    private func tell(_ claim: Claim, _ progress: DecodeProgress) {
        let stage: AttemptProgress.Stage =
            switch progress.stage {
            case .fetch: .fetch
            case .decode: .decode
            }
        monitor.update {
            $0.running[claim.job.id] = AttemptProgress(
                claim, stage: stage, pts: progress.pts, duration: progress.duration)
        }
    }

    private func showSlots(leaving: Int = 0) {
        metrics.slots(busy: monitor.update { $0.busy } - leaving, of: options.slots)
    }

    private static func fields(_ claim: Claim, _ outcome: Outcome? = nil, seconds: Double? = nil) -> Logger.Metadata {
        var fields: Logger.Metadata = ["job": "\(claim.job.id)", "attempt": "\(claim.attempt)"]
        if let outcome { fields["outcome"] = "\(outcome.kind.rawValue)"; fields["reason"] = "\(outcome.reason)" }
        if let seconds { fields["seconds"] = "\((seconds * 1000).rounded() / 1000)" }
        return fields
    }

    // MARK: The queue's troubles

    private func handIn(_ claim: Claim, _ result: JobResult) {
        let isDone = Stage.handIn.time {
            persist("result of job \(claim.job.id)") { () throws(QueueError) in try queue.finish(claim, with: result) }
        }
        if isDone { monitor.update { $0.finished += 1 } }
    }

    private func giveBack(_ claim: Claim) {
        persist("job \(claim.job.id)") { () throws(QueueError) in try queue.abandon(claim) }
    }

    /// Tries until it works, or the worker must end; then the lease runs out, and the job is done again.
    @discardableResult
    private func persist(_ what: String, _ operation: () throws(QueueError) -> Void) -> Bool {
        var pause = options.retrySeconds
        while true {
            do {
                try operation()
                return true
            } catch {
                log.warning("\(what) not handed in yet: \(error)")
                let isLast = monitor.wait(seconds: pause) { $0.isCancelled ? true : nil } == true
                if isLast { return false }
                pause = min(2 * pause, options.retrySecondsMax)
            }
        }
    }

    /// Pauses this slot, not longer than the worker runs.
    private func rest(_ seconds: Double) { _ = monitor.wait(seconds: seconds) { $0.isStopping ? true : nil } }

    // MARK: Leases

    /// Renews on time, and sooner when there is something to tell.
    private func keepLeases() {
        let pause = min(options.progressSeconds, options.renewSeconds)
        var due = ContinuousClock.now + .seconds(options.renewSeconds)
        var told: [AttemptProgress] = []
        while monitor.wait(seconds: pause, for: { $0.slotsLeft == 0 ? true : nil }) == nil {
            let progress = monitor.update { $0.progress }
            guard progress != told || ContinuousClock.now >= due else { continue }
            do {
                try queue.renew(progress)
                told = progress
                due = .now + .seconds(options.renewSeconds)
            } catch {
                log.warning("leases not renewed: \(error)")
                due = .now + .seconds(min(options.renewSeconds, 1))
            }
        }
    }
}
