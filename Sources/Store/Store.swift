internal import GRDB
public import JobQueue
public import Records

/// The ledger, the events and the fingerprints of one home, open for writing. One per home: opening
/// a second one, in this process or another, fails at once and names the process that holds it.
public final class Store: Sendable {
    public let home: Home
    /// What anybody can ask, on the writer's own connection: it sees every commit at once.
    public let reader: StoreReader
    let database: DatabaseQueue
    private let lock: LockFile

    public init(home: Home) throws(StoreError) {
        self.home = home
        lock = try WriterLock.take("coordinator", in: home)
        database = try Connection.writer(home.store, migrator: StoreSchema.migrator)
        reader = StoreReader(database: database, path: home.store)
    }

    /// One transaction: all of it is durable when this returns, none of it when this throws.
    func write<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try database.write(body) } catch {
            throw StoreError(error, operation: operation, subject: home.store)
        }
    }
}

extension Store {
    /// What an ingested batch changed.
    public struct Ingest: Sendable, Equatable {
        public var accepted = 0
        /// Jobs that the ledger knew already.
        public var known = 0
        public var events = 0
        public var retried = 0
        /// Tickets of cancelled jobs that may still be with the queue.
        public var withdrawn: [Ticket] = []

        public init() {}
    }

    /// Enters a batch into the ledger. New jobs get the next sequence numbers, without gaps; entering
    /// the same batch again changes nothing but what it says again (a retry retries).
    public func ingest(_ messages: [InboxMessage], at now: String, producer: Producer) throws(StoreError) -> Ingest {
        try write("accept jobs") { db in
            var ingest = Ingest()
            for message in messages {
                switch message {
                case .job(let spec):
                    if try Self.accept(spec, at: now, db) { ingest.accepted += 1 } else { ingest.known += 1 }
                case .reversal(let tenant, let eventID, let by, let why):
                    let event = try Event(
                        tenant: tenant, observedAt: now, source: "inbox", producer: producer,
                        body: .reversal(.init(eventID: eventID, by: by, why: why)))
                    if try EventRows.insert(event, db) { ingest.events += 1 }
                case .retry(let id):
                    ingest.retried += try Self.retry(id, db)
                case .cancel(let id):
                    if let ticket = try Self.cancel(id, at: now, db) { ingest.withdrawn.append(ticket) }
                }
            }
            return ingest
        }
    }

    private static func accept(_ spec: JobSpec, at now: String, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO jobs (id, sequence, lane, state, path, video_id, creator, spec, accepted_at)
                SELECT ?, (SELECT coalesce(max(sequence), 0) + 1 FROM jobs), ?, 'queued', ?, ?, ?, ?, ?
                WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = ?)
                """,
            arguments: [
                spec.id, spec.lane.rawValue, spec.path, spec.video.videoID, spec.video.creator,
                try CanonicalJSON.string(spec), now, spec.id,
            ])
        return db.changesCount > 0
    }

    /// A dead letter or a cancelled job starts again. It keeps two crashes if it had them, so that it
    /// runs alone, and has one more to lose.
    private static func retry(_ id: String, _ db: Database) throws -> Int {
        try db.execute(
            sql: """
                UPDATE jobs SET state = 'queued', crashes = min(crashes, 2), losses = 0, solo_losses = 0, delay_ms = 0,
                    outcome = NULL, outcome_kind = NULL, outcome_reason = NULL, ended_at = NULL
                WHERE id = ? AND state IN ('dead', 'cancelled')
                """,
            arguments: [id])
        return db.changesCount
    }

    /// Closes the number that a running attempt may have, so that no later attempt can share it.
    private static func cancel(_ id: String, at now: String, _ db: Database) throws -> Ticket? {
        guard let job = try JobRows.job(id, db), job.state.isOpen else { return nil }
        let closed = job.attempts + (job.state == .released ? 1 : 0)
        try db.execute(
            sql: "UPDATE jobs SET state = 'cancelled', attempts = ?, ended_at = ? WHERE id = ?",
            arguments: [closed, now, id])
        if closed > job.attempts {
            try JobRows.tell(
                AttemptEnding(
                    attempt: closed, kind: .cancelled, worker: "",
                    detail: "Cancelled; a result of this attempt is dropped.", at: now), of: id, db)
        }
        return job.state == .released ? job.ticket : nil
    }
}
