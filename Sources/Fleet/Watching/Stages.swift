internal import CoreMetrics
internal import Telemetry

/// Seconds by stage: what a job's way through the fleet is made of.
enum Stage: String {
    /// A worker: media by URL onto its disk; part of `decode`.
    case fetch
    /// A worker: from the path to the checked answer.
    case decode
    /// A worker: until the queue has the result.
    case handIn = "hand_in"
    /// A coordinator: looking a video up among all others; several at once.
    case match
    /// A coordinator: one result, with its matches, into the ledger.
    case commit
    /// A coordinator: committed fingerprints into the index.
    case index
    /// A scorer: new events into profiles.
    case fold

    func time<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let begun = ContinuousClock.now
        defer { record(ContinuousClock.now - begun) }
        return try body()
    }

    func record(_ duration: Duration) {
        Timer(label: FleetMetrics.stage, dimensions: [("stage", rawValue)])
            .recordNanoseconds(Int64(clamping: duration / .nanoseconds(1)))
    }
}

extension Int64 {
    /// What does not fit becomes the nearest that does.
    fileprivate init(clamping value: Double) {
        self = Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
}
