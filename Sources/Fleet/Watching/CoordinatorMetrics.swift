internal import CoreMetrics
internal import Foundation
internal import JobQueue
internal import Records
internal import Store
internal import Synchronization
internal import Telemetry

/// What a coordinator counts, and what it reads from its home for whoever asks.
enum CoordinatorMetrics {
    static let leasesExpired = Counter(label: FleetMetrics.leasesExpired)
    static let workersLost = Counter(label: FleetMetrics.workersLost)

    /// Seconds for which what was read from the ledger is good enough: counting a large ledger is work.
    static let freshSeconds = 4.0

    /// Values of the ledger and the queue from now on, whenever the metrics are written.
    static func collect(from home: Home, into registry: MetricRegistry) {
        // So that they are there, with nothing counted.
        leasesExpired.increment(by: 0)
        workersLost.increment(by: 0)
        let last = Mutex<ContinuousClock.Instant?>(nil)
        registry.onExposition { registry, isLastTime in
            let isFresh = last.withLock { last in
                if !isLastTime, let before = last, ContinuousClock.now - before < .seconds(freshSeconds) { return true }
                last = .now
                return false
            }
            // A store that is busy or not there yet is read next time.
            guard !isFresh, let reader = try? StoreReader(home: home), let status = try? reader.status() else { return }
            write(status, now: Date(), into: registry)
            guard let counts = try? home.openQueue().counts() else { return }
            registry.replace(FleetMetrics.resultsWaiting, [([], Double(counts.results))])
        }
    }

    static func write(_ status: StoreStatus, now: Date, into registry: MetricRegistry) {
        var oldest: [Lane: Double] = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, 0) })
        for depth in status.depths where depth.state.isOpen {
            guard let accepted = try? Date(depth.oldestAcceptedAt, strategy: .iso8601) else { continue }
            oldest[depth.lane] = max(oldest[depth.lane] ?? 0, now.timeIntervalSince(accepted))
        }
        var depths: [(labels: [(String, String)], value: Double)] = []
        for lane in Lane.allCases {
            for state in JobState.allCases {
                let jobs = status.depths.first { $0.lane == lane && $0.state == state }?.jobs ?? 0
                depths.append(([("lane", lane.rawValue), ("state", state.rawValue)], Double(jobs)))
            }
        }
        registry.replace(FleetMetrics.queueDepth, depths)
        registry.replace(FleetMetrics.oldestAge, oldest.map { ([("lane", $0.key.rawValue)], $0.value) })
        // One reason may end jobs in two states: done, and dead.
        var ended: [String: (labels: [(String, String)], value: Double)] = [:]
        for end in status.ended where !end.state.isOpen {
            let labels = [("outcome", end.kind), ("reason", end.reason)]
            ended["\(end.kind) \(end.reason)", default: (labels, 0)].value += Double(end.jobs)
        }
        registry.replace(FleetMetrics.jobs, Array(ended.values))
        registry.replace(FleetMetrics.staleCommits, [([], Double(status.staleResultsRefused))])
        registry.replace(
            FleetMetrics.indexReferences, [([], Double(status.fingerprints - status.fingerprintsToIndex))])
    }
}
