internal import Foundation
internal import Glibc
internal import Records
internal import SQL
internal import Synchronization

/// One worker process's side of a `PostgresQueue`: a connection for its statements, and one that listens
/// and holds the lock which shows that it lives.
public final class PostgresWorkerQueue: WorkerQueue {
    public let worker: String
    private let database: PostgresDatabase
    private let listener: PostgresListener
    private let lock: PostgresLock
    private let hands = Mutex(Hands())

    /// What this worker knows that it holds. A connection that is lost at the very commit of a claim leaves more
    /// with the server than that, which nobody would ever run while this worker lives.
    private struct Hands {
        var tokens: Set<String> = []
        var isUnsure = false
    }

    init(name: String, url: String) throws(QueueError) {
        let suffix = UInt64.random(in: 0 ... .max)
        let worker = "\(name.prefix(64))~\(String(suffix, radix: 16))"
        // In the upper half of 32 bits; two living workers of one number are one chance in 2^31 a pair, and
        // then the second one does not start.
        let lock = PostgresLock.worker(Int64(suffix & 0x7FFF_FFFF | 0x8000_0000))
        (database, listener) = try PostgresQueue.throwing("open worker") {
            let database = try PostgresDatabase(
                writing: url, name: "moire worker \(getpid())", migrations: PostgresSchema.migrations)
            // The lock first: whoever sees the row sees it held.
            let listener = try PostgresListener(
                url, name: "moire worker \(getpid()) lives", channels: [PostgresSchema.work], lock: lock)
            try database.execute(Self.enter, [worker, lock.key])
            return (database, listener)
        }
        self.worker = worker
        self.lock = lock
    }

    private static let enter =
        "INSERT INTO workers (worker, lock_key) VALUES (?, ?) ON CONFLICT (worker) DO NOTHING"

    public func claim(upTo limit: Int) throws(QueueError) -> [Claim] {
        try PostgresQueue.throwing("claim") {
            try giveBackUnknown()
            hands.withLock { $0.isUnsure = true }
            let claims: [Claim]
            do { claims = try take(limit) } catch let error as SQLError where error.code == .unknownReference {
                // This worker was taken for dead meanwhile; it lives, so it enters again.
                try database.execute(Self.enter, [worker, lock.key])
                claims = try take(limit)
            }
            hands.withLock { hands in
                hands.isUnsure = false
                hands.tokens.formUnion(claims.map(\.token))
            }
            return claims
        }
    }

    /// After a claim whose answer was lost: what it may have taken goes back to the coordinator.
    private func giveBackUnknown() throws {
        guard hands.withLock({ $0.isUnsure }) else { return }
        try database.write { db in
            let known = hands.withLock { $0.tokens }
            for row in try db.rows(
                "SELECT job_id, attempt FROM tickets WHERE worker = ? AND state = \(PostgresSchema.claimed)", [worker])
            {
                let (job, attempt) = (try row["job_id"] as String, try row["attempt"] as Int)
                if !known.contains(Self.token(job, attempt)) { try db.execute(Self.giveBack, [job, attempt, worker]) }
            }
        }
        hands.withLock { $0.isUnsure = false }
    }

    private static func token(_ job: String, _ attempt: Int) -> String { "\(job).\(attempt)" }

    /// One statement: rows that another worker has just locked are passed over, the attempt is counted, and
    /// the lease begins.
    ///
    /// Not synced: a server that loses its power may forget the claims of the last half second. Such a ticket is claimed
    /// again under the same number, and of its two results the ledger takes one.
    private func take(_ limit: Int) throws -> [Claim] {
        try database.rows(
            """
            WITH picked AS (
                SELECT job_id, attempt FROM tickets WHERE state = \(PostgresSchema.ready)
                    AND set_config('synchronous_commit', 'off', true) = 'off'
                ORDER BY lane, rank, sequence LIMIT ? FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE tickets SET state = \(PostgresSchema.claimed), worker = ? FROM picked
                WHERE tickets.job_id = picked.job_id AND tickets.attempt = picked.attempt
                RETURNING tickets.attempt, sequence, lane, rank, ticket
            ), renewed AS (
                UPDATE workers SET beat = beat + 1 WHERE worker = ? AND EXISTS (SELECT FROM taken)
            )
            SELECT attempt, ticket FROM taken ORDER BY lane, rank, sequence
            """, [limit, worker, worker]
        ).map { row in
            let text: String = try row["ticket"]
            let ticket = try CanonicalJSON.decode(Ticket.self, from: Data(text.utf8))
            let attempt: Int = try row["attempt"]
            return Claim(
                job: ticket.job, attempt: attempt, sequence: ticket.sequence, crashes: ticket.crashes,
                token: Self.token(ticket.job.id, attempt))
        }
    }

    public func renew(_ progress: [AttemptProgress]) throws(QueueError) {
        try PostgresQueue.throwing("renew") {
            let renewed = try database.execute(
                "UPDATE workers SET beat = beat + 1, progress = ? WHERE worker = ?",
                [AttemptProgress.text(progress), worker])
            if renewed == 0 { try database.execute(Self.enter, [worker, lock.key]) }
        }
    }

    public func finish(_ results: [FinishedClaim]) throws(QueueError) {
        guard !results.isEmpty else { return }
        for finished in results { try finished.check() }
        try PostgresQueue.throwing("hand in") {
            if results.count == 1 {
                try database.execute(Self.handIn, try arguments(results[0]))
            } else {
                try database.write { db in
                    for finished in results { try db.execute(Self.handIn, try arguments(finished)) }
                }
            }
        }
        hands.withLock { $0.tokens.subtract(results.map(\.claim.token)) }
    }

    /// The claim goes and the result is there, or neither.
    private static let handIn = """
        WITH gone AS (
            DELETE FROM tickets WHERE job_id = ? AND attempt = ? AND worker = ? AND state = \(PostgresSchema.claimed)
        ), kept AS (
            INSERT INTO arrived (job_id, attempt, sequence, result) VALUES (?, ?, ?, ?)
            ON CONFLICT (job_id, attempt) DO UPDATE SET result = excluded.result RETURNING id
        )
        SELECT pg_notify('\(PostgresSchema.news)', '') FROM kept
        """

    private func arguments(_ finished: FinishedClaim) throws -> [any SQLColumn] {
        let claim = finished.claim
        return [
            claim.job.id, claim.attempt, worker, claim.job.id, claim.attempt, claim.sequence,
            try CanonicalJSON.string(finished.result),
        ]
    }

    public func abandon(_ claim: Claim) throws(QueueError) {
        try PostgresQueue.throwing("give back") {
            try database.execute(Self.giveBack, [claim.job.id, claim.attempt, worker])
        }
        hands.withLock { _ = $0.tokens.remove(claim.token) }
    }

    private static let giveBack = """
        WITH given AS (
            UPDATE tickets SET state = \(PostgresSchema.returned), worker = NULL
            WHERE job_id = ? AND attempt = ? AND worker = ? AND state = \(PostgresSchema.claimed) RETURNING job_id
        )
        SELECT pg_notify('\(PostgresSchema.news)', '') FROM given
        """

    public func leave() throws(QueueError) {
        try PostgresQueue.throwing("leave") {
            try database.write { db in
                try db.execute(
                    """
                    UPDATE tickets SET state = \(PostgresSchema.returned), worker = NULL
                    WHERE worker = ? AND state = \(PostgresSchema.claimed)
                    """, [worker])
                try db.execute("DELETE FROM workers WHERE worker = ?", [worker])
                try db.execute("SELECT pg_notify('\(PostgresSchema.news)', '')")
            }
        }
        listener.stop()
    }

    /// Loses its lock as by the death of its process, for tests.
    package func vanish() { listener.end() }

    /// `watch` tells; this is for what it may have missed.
    public var idleSeconds: Double { 1 }

    public func watch(_ wake: @escaping @Sendable () -> Void) { listener.watch(wake) }
}
