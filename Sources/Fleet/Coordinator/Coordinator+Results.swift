internal import Fingerprints
internal import Frames
internal import JobQueue
internal import Logging
internal import Records
internal import Store

extension Coordinator {
    /// Commits what workers brought home. A result leaves the queue after its commit, never before.
    ///
    /// Copies are looked for on several threads, then all is committed as one, in the order of arrival, and then indexed.
    func collectResults() throws -> Int {
        let arrived = try queue.results(limit: options.resultsPerStep)
        var rest = arrived[...]
        while !rest.isEmpty {
            // What was committed and not indexed, because a step failed between the two, would not be found.
            try indexCommitted()
            var company = try company(of: rest)
            try match(&company)
            try store.together { for incoming in company { try Stage.commit.time { try settle(incoming) } } }
            try indexCommitted()
            rest = rest.dropFirst(company.count)
        }
        try queue.discard(arrived)
        return arrived.count
    }

    /// What workers gave back untouched is queued again at once, under the next number.
    func collectReturned() throws -> Bool {
        let returned = try queue.returned()
        for attempt in returned {
            let detail = "Its worker gave it back untouched."
            _ = try store.settle(
                Settlement(attempt: attempt, ending: ending(attempt, .returned, "", detail), next: .queue))
            try queue.discard(returned: attempt)
        }
        return !returned.isEmpty
    }

    private func settle(_ incoming: Incoming) throws {
        let attempt = incoming.arrived.attempt
        guard let result = incoming.arrived.result else {
            log.error("a result is spoiled and was put aside", metadata: Self.fields(attempt, nil))
            return try spoil(attempt, worker: "", "The result's file was not whole.")
        }
        guard let job = incoming.job else { return try refuse(result, attempt) }
        let events = events(of: job, result)
        if let seconds = result.retryAfterSeconds {
            return try fetchLater(result, attempt, job, events, afterMs: Int64(max(0, min(seconds, 1e6)) * 1000))
        }
        switch result.record.outcome.kind {
        case .complete, .partial: try commit(incoming, result, job, events)
        case .refused, .undecodable:
            var settlement = Settlement(
                attempt: attempt,
                ending: ending(attempt, .committed, result.worker, result.record.outcome.sentence),
                next: .dead(result.record.outcome))
            settlement.result = result
            settlement.events = [try events.observed(result.record.outcome)]
            _ = try store.settle(settlement, of: job)
        case .crashed: try blame(result, attempt, job, events, .crashed)
        case .timedOut: try blame(result, attempt, job, events, .timedOut)
        }
    }

    /// The store counts it and changes nothing else.
    private func refuse(_ result: JobResult, _ attempt: Attempt) throws {
        var stale = Settlement(attempt: attempt, ending: ending(attempt, .committed, result.worker, ""), next: .queue)
        stale.result = result
        _ = try store.settle(stale)
        log.notice("a result came too late and was refused", metadata: Self.fields(attempt, result.worker))
    }

    private func commit(_ incoming: Incoming, _ result: JobResult, _ job: LedgerJob, _ events: JobEvents) throws {
        let attempt = incoming.arrived.attempt
        if let why = incoming.unreadable { return try unreadable(result, attempt, job, events, why) }
        var settlement = Settlement(
            attempt: attempt, ending: ending(attempt, .committed, result.worker, "Its result was taken."),
            next: .done(result.record.outcome))
        settlement.result = result
        settlement.events = [try events.observed(result.record.outcome)]
        var duration = result.record.media?.claimedDuration ?? 0
        if let fingerprint = incoming.fingerprint {
            duration = fingerprint.duration
            settlement.fingerprint = .init(bytes: result.fingerprint)
        }
        settlement.events.append(try events.features(duration: duration))
        settlement.events.append(contentsOf: incoming.matches)
        _ = try store.settle(settlement, of: job)
    }

    /// The job's own decoder died or hung: this is what a job is blamed for.
    private func blame(
        _ result: JobResult, _ attempt: Attempt, _ job: LedgerJob, _ events: JobEvents,
        _ kind: AttemptEnding.Kind
    ) throws {
        let outcome = result.record.outcome
        let crashes = job.crashes + 1
        var settlement = Settlement(
            attempt: attempt, ending: ending(attempt, kind, result.worker, outcome.sentence),
            next: .dead(outcome))
        settlement.crashes = 1
        if crashes < options.crashesMax {
            settlement.next = .wait(ms: pause(job, failures: crashes))
        } else {
            settlement.result = result
            settlement.events = [try events.observed(outcome)]
            log.error("a dead letter: \(outcome.sentence)", metadata: Self.fields(attempt, result.worker, outcome))
        }
        try settleAndWait(settlement)
    }

    /// The job's media was out of reach, which is nobody's fault here: the job waits, longer each time and as long as the
    /// media's server asks, and is a dead letter when that goes on.
    private func fetchLater(
        _ result: JobResult, _ attempt: Attempt, _ job: LedgerJob, _ events: JobEvents, afterMs: Int64
    ) throws {
        let outcome = result.record.outcome
        let failures = job.fetchFailures + 1
        var settlement = Settlement(
            attempt: attempt, ending: ending(attempt, .unfetched, result.worker, outcome.sentence),
            next: .dead(outcome))
        settlement.fetchFailures = 1
        if failures < options.fetchFailuresMax {
            let own = Backoff.milliseconds(
                job: job.spec.id, failures: failures, first: options.retryMs, most: options.fetchRetryMaxMs)
            settlement.next = .wait(ms: max(own, min(afterMs, options.retryAfterMaxMs)))
        } else {
            settlement.result = result
            settlement.events = [try events.observed(outcome)]
            log.error("a dead letter: \(outcome.sentence)", metadata: Self.fields(attempt, result.worker, outcome))
        }
        try settleAndWait(settlement)
    }

    /// A result whose fingerprint cannot be read comes from a decoder that cannot be trusted with this input.
    private func unreadable(
        _ result: JobResult, _ attempt: Attempt, _ job: LedgerJob, _ events: JobEvents,
        _ why: String
    ) throws {
        var result = result
        result.record.outcome = Outcome(
            .crashed, reason: "fingerprint_unreadable",
            sentence: "The decoder's fingerprint could not be read: \(why).")
        try blame(result, attempt, job, events, .spoiled)
    }

    private func spoil(_ attempt: Attempt, worker: String, _ detail: String) throws {
        guard let job = try store.reader.job(attempt.jobID) else { return }
        var settlement = Settlement(attempt: attempt, ending: ending(attempt, .spoiled, worker, detail), next: .queue)
        settlement.losses = 1
        settlement.next = afterLoss(job, losses: job.losses + 1)
        try settleAndWait(settlement)
    }

    // MARK: The index

    /// Adds committed fingerprints to the index, before anything else is matched. What a crash left
    /// between commit and index is caught up here, too.
    func indexCommitted() throws {
        while true {
            let pending = try store.fingerprintsToIndex(limit: 64)
            if pending.isEmpty { return }
            let begun = ContinuousClock.now
            defer { Stage.index.record(ContinuousClock.now - begun) }
            var videos: [MatchVideo] = []
            for stored in pending {
                do { videos.append(try MatchVideo(stored)) } catch let error {
                    log.error("a video cannot be looked up: \(error)", metadata: ["video_id": "\(stored.videoID)"])
                }
            }
            try CopySearch.add(videos, to: matching) { video, error in
                log.error("a video cannot be looked up: \(error)", metadata: ["video_id": "\(video.id)"])
            }
            try store.markIndexed(pending)
        }
    }

    // MARK: Small parts

    /// Of a log line about an attempt.
    static func fields(_ attempt: Attempt, _ worker: String?, _ outcome: Outcome? = nil) -> Logger.Metadata {
        var fields: Logger.Metadata = ["job": "\(attempt.jobID)", "attempt": "\(attempt.attempt)"]
        if let worker { fields["worker"] = "\(worker)" }
        if let outcome { fields["outcome"] = "\(outcome.kind.rawValue)"; fields["reason"] = "\(outcome.reason)" }
        return fields
    }

    func ending(_ attempt: Attempt, _ kind: AttemptEnding.Kind, _ worker: String, _ detail: String) -> AttemptEnding {
        AttemptEnding(attempt: attempt.attempt, kind: kind, worker: worker, detail: detail, at: clock.timestamp())
    }

    func pause(_ job: LedgerJob, failures: Int) -> Int64 {
        Backoff.milliseconds(job: job.spec.id, failures: failures, first: options.retryMs, most: options.retryMaxMs)
    }

    /// Once, twice: bad luck, go on. From then on the job waits longer each time.
    func afterLoss(_ job: LedgerJob, losses: Int) -> Settlement.Next {
        let suspicious = losses - LedgerJob.lossesBeforeSuspicion
        return suspicious < 0 ? .queue : .wait(ms: pause(job, failures: suspicious + 1))
    }

    func settleAndWait(_ settlement: Settlement) throws {
        guard try store.settle(settlement), case .wait(let ms) = settlement.next else { return }
        dueMs[settlement.attempt.jobID] = clock.monotonicMs() + ms
    }
}
