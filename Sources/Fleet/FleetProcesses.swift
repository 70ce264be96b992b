internal import Foundation
internal import JobQueue
internal import Logging
public import Scoring
public import Store
public import Telemetry

/// What each process of the fleet does from start to end; the programs are thin mains over these.
public enum FleetProcesses {
    /// Seconds between looks for new events.
    static let scorerIdleSeconds = 0.2

    /// Decodes jobs until asked to stop, then finishes what runs within the grace period.
    ///
    /// - Parameter telemetry: keeps what is measured; nil for nothing. The same below.
    public static func worker(
        home: Home, decoder: DecodeService, slots: Int, grace: Double, stop: StopRequest, telemetry: Telemetry? = nil
    ) throws {
        defer { telemetry?.finish() }
        try home.prepare()
        WorkerMetrics.sandbox(try decoder.describe().sandbox)
        WorkerMetrics().slots(busy: 0, of: slots)
        let queue = try home.openWorker(named: "worker-\(ProcessInfo.processInfo.processIdentifier)")
        let options = WorkerOptions(slots: slots, graceSeconds: grace)
        _ = try Worker(queue: queue, decoding: decoder, options: options).run(until: stop)
        try queue.leave()
    }

    /// Seconds between two looks whether the running coordinator has ended.
    static let standbySeconds = 1.0

    /// Accepts, commits, matches and judges leases until asked to stop.
    ///
    /// - Parameter standby: waits for the end of a coordinator that runs, instead of throwing.
    /// - Parameter matchThreads: that look for copies at once; nil for one a processor.
    public static func coordinator(
        home: Home, standby: Bool = false, matchThreads: Int? = nil, stop: StopRequest, telemetry: Telemetry? = nil
    ) throws {
        try home.prepare()
        var options = CoordinatorOptions()
        options.matchThreads = matchThreads ?? options.matchThreads
        if let telemetry { CoordinatorMetrics.collect(from: home, into: telemetry.registry) }
        defer { telemetry?.finish() }
        while !stop.isRequested {
            do {
                return try Coordinator(home: home, options: options).run(until: stop)
            } catch let error as StoreError where error.code == .alreadyRunning && standby {
                _ = stop.wait(seconds: standbySeconds)
            }
        }
    }

    /// Folds events until asked to stop.
    public static func scorer(home: Home, rules: ScoringRules, stop: StopRequest, telemetry: Telemetry? = nil) throws {
        defer { telemetry?.finish() }
        try home.prepare()
        let log = Logger(label: "scorer")
        let scorer = try Scorer(home: home, rules: rules)
        while !stop.isRequested {
            do {
                let begun = ContinuousClock.now
                if try scorer.step() {
                    Stage.fold.record(ContinuousClock.now - begun)
                } else {
                    _ = stop.wait(seconds: scorerIdleSeconds)
                }
            } catch let failure where Coordinator.isPassing(failure) {
                log.warning("a fold failed; trying again", metadata: ["error": "\(failure)"])
                _ = stop.wait(seconds: Coordinator.failurePauseSecondsMax)
            }
        }
    }
}
