internal import CoreMetrics
internal import Frames
internal import Records
internal import Telemetry

/// What a worker counts.
struct WorkerMetrics: Sendable {
    private let busy = Meter(label: FleetMetrics.workerSlots, dimensions: [("state", "busy")])
    private let idle = Meter(label: FleetMetrics.workerSlots, dimensions: [("state", "idle")])

    func slots(busy count: Int, of all: Int) {
        busy.set(count)
        idle.set(max(0, all - count))
    }

    /// A decode child that a signal ended; the reason names it.
    func ended(_ outcome: Outcome) {
        let prefix = "killed_by_signal_"
        let signal: String? =
            switch outcome.reason {
            case "sandbox_violation": "31"  // SIGSYS
            case "memory_limit": "memory_limit"
            case let reason where reason.hasPrefix(prefix): String(reason.dropFirst(prefix.count))
            default: nil
            }
        guard let signal else { return }
        Counter(label: FleetMetrics.decoderCrashes, dimensions: [("signal", signal)]).increment()
    }

    /// One gauge for each level, so that a machine without a sandbox can be found by its name.
    static func sandbox(_ level: Producer.SandboxLevel) {
        for other in [Producer.SandboxLevel.full, .partial, .none] {
            Meter(label: FleetMetrics.sandboxLevel, dimensions: [("level", other.rawValue)])
                .set(other == level ? 1 : 0)
        }
    }
}
