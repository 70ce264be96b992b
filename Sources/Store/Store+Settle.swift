public import FoundationEssentials
public import Frames
public import JobQueue
public import Records
internal import SQL

/// Everything that the end of one attempt changes. It is committed as one.
public struct Settlement: Sendable {
    /// What becomes of the job.
    public enum Next: Sendable, Equatable {
        case done(Outcome)
        case dead(Outcome)
        case queue
        case wait(ms: Int64)
    }

    public struct Fingerprint: Sendable {
        /// `MediaFingerprint` in its stored form.
        public var bytes: Data

        public init(bytes: Data) { self.bytes = bytes }
    }

    public var attempt: Attempt
    public var ending: AttemptEnding
    public var next: Next
    public var crashes = 0
    public var losses = 0
    public var soloLosses = 0
    public var fetchFailures = 0
    public var result: JobResult?
    public var events: [Event] = []
    public var fingerprint: Fingerprint?

    public init(attempt: Attempt, ending: AttemptEnding, next: Next) {
        self.attempt = attempt
        self.ending = ending
        self.next = next
    }
}

extension Store {
    /// Counter of results that came with an old fence, or for a job that had ended.
    public static let staleResults = "stale_results_refused"
    public static let committedResults = "results_committed"
    /// CPU time of the decoders whose results were committed.
    public static let cpuMilliseconds = "decoder_cpu_milliseconds"

    /// Ends one attempt: its story, the job's state, the result, the events and the fingerprint, in
    /// one transaction.
    ///
    /// - Parameter job: the job as the ledger has it now, where the caller, who is the only writer, has just read it.
    /// - Returns: false, having changed nothing, when the attempt is over already or the job has ended.
    ///   That makes a replay harmless and keeps a slow worker's late result out.
    public func settle(_ settlement: Settlement, of job: LedgerJob? = nil) throws(StoreError) -> Bool {
        try write("commit") { db in
            let id = settlement.attempt.jobID
            guard let job = try job ?? JobRows.job(id, db), job.awaits(settlement.attempt.attempt) else {
                if settlement.result != nil { try Self.count(Self.staleResults, db) }
                return false
            }
            try history?.cover(job: job.sequence, db)
            try history?.cover(events: settlement.events.count, db)
            try JobRows.tell(settlement.ending, of: job, db)
            let (state, outcome, delay): (JobState, Outcome?, Int64) =
                switch settlement.next {
                case .done(let outcome): (.done, outcome, 0)
                case .dead(let outcome): (.dead, outcome, 0)
                case .queue: (.queued, nil, 0)
                case .wait(let ms): (.waiting, nil, ms)
                }
            try db.execute(
                """
                UPDATE jobs SET state = ?, attempts = ?, crashes = crashes + ?, losses = losses + ?,
                    solo_losses = solo_losses + ?, fetch_failures = fetch_failures + ?, delay_ms = ?, outcome = ?, outcome_kind = ?, outcome_reason = ?,
                    ended_at = ?
                WHERE id = ?
                """,
                [
                    state.rawValue, settlement.attempt.attempt, settlement.crashes, settlement.losses,
                    settlement.soloLosses, settlement.fetchFailures, delay,
                    try outcome.map { try CanonicalJSON.string($0) },
                    outcome?.kind.rawValue, outcome?.reason, outcome == nil ? nil : settlement.ending.at, id,
                ])
            if let result = settlement.result { try Self.keep(result, of: job, db) }
            for event in settlement.events { try EventRows.insert(event, db) }
            if let fingerprint = settlement.fingerprint { try Self.keep(fingerprint, of: job, db) }
            return true
        }
    }

    private static func keep(_ result: JobResult, of job: LedgerJob, _ db: any SQLSession) throws {
        try db.execute(
            """
            INSERT INTO results (sequence, job_id, attempt, worker, record, cpu_seconds) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (sequence) DO UPDATE SET attempt = excluded.attempt, worker = excluded.worker,
                record = excluded.record, cpu_seconds = excluded.cpu_seconds
            """,
            [
                job.sequence, job.spec.id, result.attempt, result.worker, try CanonicalJSON.string(result.record),
                result.cpuSeconds,
            ])
        try count(committedResults, db)
        // Kept as a sum, so that asking for it does not read every record.
        try count(cpuMilliseconds, by: Int(clamping: Int64(max(0, min(result.cpuSeconds, 1e9)) * 1000)), db)
    }

    /// Where two jobs name the same video, the later accepted one's fingerprint stays, whichever came
    /// in first.
    private static func keep(_ fingerprint: Settlement.Fingerprint, of job: LedgerJob, _ db: any SQLSession) throws {
        try db.execute(
            """
            INSERT INTO fingerprints (video_id, job_id, sequence, creator, published_at, fingerprint)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (video_id) DO UPDATE SET job_id = excluded.job_id, sequence = excluded.sequence,
                creator = excluded.creator, published_at = excluded.published_at,
                fingerprint = excluded.fingerprint, indexed = 0
            WHERE excluded.sequence >= fingerprints.sequence
            """,
            [
                job.spec.video.videoID, job.spec.id, job.sequence, job.spec.video.creator,
                job.spec.video.publishedAt, fingerprint.bytes,
            ])
    }

    static func count(_ name: String, by amount: Int = 1, _ db: any SQLSession) throws {
        try db.execute(
            """
            INSERT INTO counters (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value
            """, [name, amount])
    }

    /// Fingerprints that are committed and not yet known to be in the index, oldest first.
    public func fingerprintsToIndex(limit: Int) throws(StoreError) -> [StoredFingerprint] {
        try reader.read("list fingerprints to index") { db in
            try StoredFingerprint.fetch(db, where: "indexed = 0 ORDER BY sequence LIMIT ?", [limit])
        }
    }

    /// Only for the version that was added: a newer fingerprint of the same video stays to be indexed. Not synced: adding
    /// one again changes nothing.
    public func markIndexed(_ fingerprints: [StoredFingerprint]) throws(StoreError) {
        guard !fingerprints.isEmpty else { return }
        try write("mark indexed", isSynced: false) { db in
            for fingerprint in fingerprints {
                try db.execute(
                    "UPDATE fingerprints SET indexed = 1 WHERE video_id = ? AND job_id = ?",
                    [fingerprint.videoID, fingerprint.jobID])
            }
        }
    }
}
