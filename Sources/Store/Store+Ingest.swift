public import JobQueue
public import Records
internal import SQL

extension Store {
    /// What an ingested batch changed.
    public struct Ingest: Sendable, Equatable {
        public var accepted = 0
        /// Jobs that the ledger knew already.
        public var known = 0
        public var events = 0
        public var retried = 0
        public var purged = 0
        /// Tickets of cancelled jobs that may still be with the queue.
        public var withdrawn: [Ticket] = []
        /// Accepted jobs that wait first, and how long.
        public var delayed: [(id: String, delayMs: Int64)] = []
        /// Lanes that were paused or go on.
        public var lanes: Set<Lane> = []

        public init() {}

        public static func == (a: Ingest, b: Ingest) -> Bool {
            (a.accepted, a.known, a.events, a.retried, a.purged) == (b.accepted, b.known, b.events, b.retried, b.purged)
                && (a.withdrawn, a.lanes) == (b.withdrawn, b.lanes)
                && a.delayed.elementsEqual(b.delayed) { $0 == $1 }
        }
    }

    /// Enters a batch into the ledger. New jobs get the next sequence numbers, without gaps; entering
    /// the same batch again changes nothing but what it says again (a retry retries).
    public func ingest(_ messages: [InboxMessage], at now: String, producer: Producer) throws(StoreError) -> Ingest {
        try write("accept jobs") { db in
            var ingest = Ingest()
            var sequence: Int64 = try db.value("SELECT max(sequence) FROM jobs") ?? 0
            defer { history?.note(newestJob: sequence) }
            for message in messages {
                switch message {
                case .job(let spec):
                    try Self.accept(spec, delayMs: 0, &sequence, at: now, db, &ingest)
                case .later(let spec, let delayMs):
                    try Self.accept(spec, delayMs: max(0, delayMs), &sequence, at: now, db, &ingest)
                case .reversal(let tenant, let eventID, let by, let why, let at):
                    let event = try Event(
                        tenant: tenant, observedAt: now, source: "inbox", producer: producer,
                        body: .reversal(.init(eventID: eventID, by: by, why: why, at: at)))
                    try history?.cover(events: 1, db)
                    if try EventRows.insert(event, db) { ingest.events += 1 }
                case .decision(let tenant, let body):
                    let event = try Event(
                        tenant: tenant, occurredAt: body.at, observedAt: now, source: "inbox", producer: producer,
                        body: .decision(body))
                    try history?.cover(events: 1, db)
                    if try EventRows.insert(event, db) { ingest.events += 1 }
                case .retry(let id):
                    ingest.retried += try Self.retry(id, db)
                case .cancel(let id):
                    if let ticket = try cancel(id, at: now, db) { ingest.withdrawn.append(ticket) }
                case .purge(let id):
                    ingest.purged += try db.execute(
                        "UPDATE jobs SET state = 'purged' WHERE id = ? AND state IN ('dead', 'cancelled')", [id])
                case .pause(let lane):
                    try db.execute(
                        "INSERT INTO paused_lanes (lane) VALUES (?) ON CONFLICT (lane) DO NOTHING", [lane.rawValue])
                    ingest.lanes.insert(lane)
                case .resume(let lane):
                    try db.execute("DELETE FROM paused_lanes WHERE lane = ?", [lane.rawValue])
                    ingest.lanes.insert(lane)
                }
            }
            return ingest
        }
    }

    private static func accept(
        _ spec: JobSpec, delayMs: Int64, _ sequence: inout Int64, at now: String, _ db: any SQLSession,
        _ ingest: inout Ingest
    ) throws {
        let state: JobState = delayMs > 0 ? .waiting : .queued
        let added = try db.execute(
            """
            INSERT INTO jobs (id, sequence, lane, tenant, state, path, video_id, creator, spec, delay_ms, accepted_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """,
            [
                spec.id, sequence + 1, spec.lane.rawValue, spec.tenant, state.rawValue, spec.path, spec.video.videoID,
                spec.video.creator, try CanonicalJSON.string(spec), delayMs, now,
            ])
        guard added > 0 else { return ingest.known += 1 }
        sequence += 1
        ingest.accepted += 1
        if delayMs > 0 { ingest.delayed.append((spec.id, delayMs)) }
    }

    /// A dead letter or a cancelled job starts again. It keeps two crashes if it had them, so that it
    /// runs alone, and has one more to lose.
    private static func retry(_ id: String, _ db: any SQLSession) throws -> Int {
        try db.execute(
            """
            UPDATE jobs SET state = 'queued', crashes = CASE WHEN crashes > 2 THEN 2 ELSE crashes END, losses = 0,
                solo_losses = 0, fetch_failures = 0, delay_ms = 0, outcome = NULL, outcome_kind = NULL, outcome_reason = NULL,
                ended_at = NULL
            WHERE id = ? AND state IN ('dead', 'cancelled', 'purged')
            """,
            [id])
    }

    /// Closes the number that a running attempt may have, so that no later attempt can share it.
    private func cancel(_ id: String, at now: String, _ db: any SQLSession) throws -> Ticket? {
        guard let job = try JobRows.job(id, db), job.state.isOpen else { return nil }
        let closed = job.attempts + (job.state == .released ? 1 : 0)
        try db.execute(
            "UPDATE jobs SET state = 'cancelled', attempts = ?, ended_at = ? WHERE id = ?", [closed, now, id])
        if closed > job.attempts {
            try history?.cover(job: job.sequence, db)
            try JobRows.tell(
                AttemptEnding(
                    attempt: closed, kind: .cancelled, worker: "",
                    detail: "Cancelled; a result of this attempt is dropped.", at: now), of: job, db)
        }
        return job.state == .released ? job.ticket : nil
    }
}
