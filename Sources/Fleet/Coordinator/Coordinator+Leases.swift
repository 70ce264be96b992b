internal import CoreMetrics
internal import Frames
internal import JobQueue
internal import Logging
internal import Records
internal import Store

extension Coordinator {
    /// Takes back what dead and stalled workers hold. The ledger closes the attempt first, so that a
    /// worker that was only slow cannot hand it in any more; then its claim goes.
    func judgeLeases() throws -> Bool {
        let workers = try queue.workers()
        let verdicts = leases.look(at: workers, nowMs: clock.monotonicMs())
        var worked = false
        for worker in workers {
            guard let verdict = verdicts[worker.worker] else { continue }
            for attempt in worker.held {
                try lose(attempt, from: worker, verdict)
                worked = true
            }
            if case .died = verdict {
                CoordinatorMetrics.workersLost.increment()
                log.warning("a worker is gone", metadata: ["worker": "\(worker.worker)"])
                try queue.forget(worker: worker.worker)
                worked = true
            }
        }
        return worked
    }

    private func lose(_ attempt: Attempt, from worker: WorkerState, _ verdict: LeaseTable.Verdict) throws {
        guard let job = try store.reader.job(attempt.jobID), job.awaits(attempt.attempt) else {
            return try queue.revoke(attempt, from: worker.worker)
        }

        let (kind, isObserved, detail): (AttemptEnding.Kind, Bool, String) =
            switch verdict {
            case .died(let wasSeenLiving): (.workerDied, wasSeenLiving, "Its worker's process ended.")
            case .expired: (.leaseExpired, true, "Its worker did not renew its lease for \(options.leaseMs / 1000) s.")
            }
        if kind == .leaseExpired { CoordinatorMetrics.leasesExpired.increment() }
        log.warning("an attempt is lost: \(detail)", metadata: Self.fields(attempt, worker.worker))
        var settlement = Settlement(
            attempt: attempt, ending: ending(attempt, kind, worker.worker, detail), next: .queue)
        if isObserved {
            settlement.losses = 1
            settlement.soloLosses = job.runsAlone && worker.held.count == 1 ? 1 : 0
            settlement.next = afterLoss(job, losses: job.losses + 1)
            if job.soloLosses + settlement.soloLosses >= options.soloLossesMax {
                let outcome = Outcome(
                    .crashed, reason: "workers_lost",
                    sentence: "\(options.soloLossesMax) workers died or stalled while they ran it and nothing else.")
                settlement.next = .dead(outcome)
                settlement.events = [
                    try JobEvents(job: job, result: nil, observedAt: clock.timestamp(), producer: producer)
                        .observed(outcome)
                ]
                log.error("a dead letter: \(outcome.sentence)", metadata: Self.fields(attempt, worker.worker, outcome))
            }
        }
        try settleAndWait(settlement)
        try queue.revoke(attempt, from: worker.worker)
    }
}
