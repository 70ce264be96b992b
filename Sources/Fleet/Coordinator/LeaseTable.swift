internal import JobQueue

/// Which workers have lost their leases, judged by what the coordinator itself has seen.
///
/// A worker's beat is only ever compared with that worker's earlier beat, and the time it stayed the
/// same is measured on the coordinator's monotonic clock. Silence counts only while somebody was
/// looking: a coordinator that was itself stopped for an hour has not seen an hour of silence.
struct LeaseTable {
    enum Verdict: Equatable {
        /// The kernel says the process is gone. `wasSeenLiving` is false for one that died before this
        /// coordinator began to look.
        case died(wasSeenLiving: Bool)
        case expired
    }

    private struct Watch {
        var beat: String
        var silenceMs: Int64 = 0
        var wasSeenLiving: Bool
    }

    let leaseMs: Int64
    private var watches: [String: Watch] = [:]
    private var lastLookMs: Int64?

    init(leaseMs: Int64) { self.leaseMs = leaseMs }

    /// The most silence that one look can add: with looks this far apart a renewal may have been
    /// missed by the looker's own fault.
    private var silencePerLookMs: Int64 { leaseMs / 3 }

    mutating func look(at workers: [WorkerState], nowMs: Int64) -> [String: Verdict] {
        let elapsed = min(max(0, nowMs - (lastLookMs ?? nowMs)), silencePerLookMs)
        lastLookMs = nowMs
        var verdicts: [String: Verdict] = [:]
        var next: [String: Watch] = [:]
        for worker in workers {
            var watch = watches[worker.worker] ?? Watch(beat: worker.beat, wasSeenLiving: false)
            if watch.beat == worker.beat {
                if watches[worker.worker] != nil { watch.silenceMs += elapsed }
            } else {
                watch.beat = worker.beat
                watch.silenceMs = 0
                watch.wasSeenLiving = true
            }
            if worker.life == .living { watch.wasSeenLiving = true }
            if worker.life == .dead {
                verdicts[worker.worker] = .died(wasSeenLiving: watch.wasSeenLiving)
            } else if watch.silenceMs >= leaseMs {
                verdicts[worker.worker] = .expired
            }
            next[worker.worker] = watch
        }
        watches = next
        return verdicts
    }
}
