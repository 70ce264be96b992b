internal import Foundation
internal import Glibc
public import Records
internal import SQL
internal import Synchronization

extension PostgresQueue: CoordinatorQueue {
    public func inbox(limit: Int) throws(QueueError) -> [InboxBatch] {
        try PostgresQueue.throwing("read the inbox") {
            try database.rows(
                """
                SELECT id, messages FROM (
                    SELECT id, messages, CAST(sum(message_count) OVER (ORDER BY id) AS BIGINT) - message_count AS before
                    FROM (SELECT * FROM inbox ORDER BY id LIMIT ?) AS oldest
                ) AS counted WHERE before < ? ORDER BY id
                """, [limit, limit]
            ).map { row in
                let text: String = try row["messages"]
                return InboxBatch(
                    token: "\(try row["id"] as Int64)",
                    messages: try CanonicalJSON.decode([InboxMessage].self, from: Data(text.utf8)))
            }
        }
    }

    public func discard(_ batches: [InboxBatch]) throws(QueueError) {
        guard !batches.isEmpty else { return }
        try PostgresQueue.throwing("clear the inbox") {
            try database.write { db in
                for batch in batches {
                    try db.execute("DELETE FROM inbox WHERE id = ?", [Int64(batch.token) ?? 0])
                }
            }
        }
    }

    public func release(_ tickets: [Ticket]) throws(QueueError) {
        guard !tickets.isEmpty else { return }
        try PostgresQueue.throwing("release") {
            let row = "(?, ?, ?, \(PostgresSchema.ready), ?, ?, ?)"
            var values: [any SQLColumn] = []
            for ticket in tickets {
                values += [
                    ticket.job.id, ticket.attempts + 1, ticket.sequence, ticket.job.lane.priority, ticket.rank,
                    try CanonicalJSON.string(ticket),
                ]
            }
            try database.write { db in
                try db.execute(
                    """
                    INSERT INTO tickets (job_id, attempt, sequence, state, lane, rank, ticket)
                    VALUES \(repeatElement(row, count: tickets.count).joined(separator: ", "))
                    ON CONFLICT (job_id, attempt) DO NOTHING
                    """, values)
                try db.execute("SELECT pg_notify('\(PostgresSchema.work)', '')")
            }
        }
    }

    public func withdraw(_ ticket: Ticket) throws(QueueError) -> Bool {
        try changes(
            "withdraw", "DELETE FROM tickets WHERE job_id = ? AND attempt = ? AND state = \(PostgresSchema.ready)",
            [ticket.job.id, ticket.attempts + 1]) > 0
    }

    public func front(of lane: Lane) throws(QueueError) -> LaneFront {
        try PostgresQueue.throwing("read the schedule") {
            let row = try database.rows(
                """
                SELECT count(*) AS tickets, min(rank) AS rank FROM tickets
                WHERE state = \(PostgresSchema.ready) AND lane = ?
                """, [lane.priority])[0]
            return LaneFront(tickets: try row["tickets"], firstRank: try row["rank"])
        }
    }

    public func promote(_ lane: Lane) throws(QueueError) -> Bool {
        guard lane != .live else { return false }
        return try changes(
            "promote",
            """
            UPDATE tickets SET lane = \(Lane.live.priority), rank = \(Ticket.promotedRank) WHERE (job_id, attempt) IN (
                SELECT job_id, attempt FROM tickets WHERE state = \(PostgresSchema.ready) AND lane = ?
                ORDER BY rank, sequence LIMIT 1 FOR UPDATE SKIP LOCKED)
            """, [lane.priority]) > 0
    }

    public func results(limit: Int) throws(QueueError) -> [ArrivedResult] {
        try PostgresQueue.throwing("read results") {
            try database.rows("SELECT job_id, attempt, sequence, result FROM arrived ORDER BY id LIMIT ?", [limit])
                .map { row in
                    let text: String = try row["result"]
                    let attempt = try Self.attempt(row)
                    let result = try? CanonicalJSON.decode(JobResult.self, from: Data(text.utf8))
                    let fits = result?.jobID == attempt.jobID && result?.attempt == attempt.attempt
                    return ArrivedResult(attempt: attempt, result: fits ? result : nil)
                }
        }
    }

    public func hasResult(of attempt: Attempt) throws(QueueError) -> Bool {
        try PostgresQueue.throwing("look for a result") {
            try !database.rows(
                "SELECT id FROM arrived WHERE job_id = ? AND attempt = ?", [attempt.jobID, attempt.attempt]
            ).isEmpty
        }
    }

    public func discard(_ results: [ArrivedResult]) throws(QueueError) {
        guard !results.isEmpty else { return }
        try PostgresQueue.throwing("clear results") {
            try database.write { db in
                // A result that comes back is replayed, which changes nothing.
                try db.execute("SET LOCAL synchronous_commit = off")
                let keys = repeatElement("(?, ?)", count: results.count).joined(separator: ", ")
                try db.execute(
                    "DELETE FROM arrived WHERE (job_id, attempt) IN (\(keys))",
                    results.flatMap { [$0.attempt.jobID, $0.attempt.attempt] as [any SQLColumn] })
            }
        }
    }

    public func returned() throws(QueueError) -> [Attempt] {
        try PostgresQueue.throwing("read returned jobs") {
            try database.rows(
                """
                SELECT job_id, attempt, sequence FROM tickets WHERE state = \(PostgresSchema.returned)
                ORDER BY sequence, attempt
                """
            ).map(Self.attempt)
        }
    }

    public func discard(returned attempt: Attempt) throws(QueueError) {
        _ = try changes(
            "clear a returned job",
            "DELETE FROM tickets WHERE job_id = ? AND attempt = ? AND state = \(PostgresSchema.returned)",
            [attempt.jobID, attempt.attempt])
    }

    public func workers() throws(QueueError) -> [WorkerState] {
        let (rows, held) = try PostgresQueue.throwing("look at the workers") {
            // Locks are asked before the claims are listed: what a dead worker holds cannot grow.
            let rows: [(worker: String, beat: Int64, progress: String, lives: Bool)] =
                try database.rows(Self.workersWithLocks).map { row in
                    (try row["worker"], try row["beat"], try row["progress"], try row["lives"] as Int == 1)
                }
            var held: [String: [Attempt]] = [:]
            for row in try database.rows(
                """
                SELECT worker, job_id, attempt, sequence FROM tickets WHERE state = \(PostgresSchema.claimed)
                ORDER BY sequence, attempt
                """)
            {
                held[try row["worker"], default: []].append(try Self.attempt(row))
            }
            return (rows, held)
        }
        let now = ContinuousClock.now
        return missing.withLock { missing in
            let gone = Set(rows.filter { !$0.lives }.map(\.worker))
            missing = missing.filter { gone.contains($0.key) }
            for worker in gone where missing[worker] == nil { missing[worker] = now }
            return rows.map { row in
                let isDead = missing[row.worker].map { $0.duration(to: now) >= .seconds(graceSeconds) } ?? false
                return WorkerState(
                    worker: row.worker, beat: "\(row.beat)", life: row.lives ? .living : isDead ? .dead : .unknown,
                    held: held[row.worker] ?? [], progress: AttemptProgress.parse(row.progress))
            }
        }
    }

    private static let workersWithLocks = """
        SELECT worker, beat, progress, EXISTS (
            SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND CAST(classid AS BIGINT) = lock_key >> 32 AND CAST(objid AS BIGINT) = lock_key & 4294967295
        ) AS lives FROM workers ORDER BY worker
        """

    public func revoke(_ attempt: Attempt, from worker: String) throws(QueueError) {
        _ = try changes(
            "revoke",
            "DELETE FROM tickets WHERE job_id = ? AND attempt = ? AND worker = ? AND state = \(PostgresSchema.claimed)",
            [attempt.jobID, attempt.attempt, worker])
    }

    public func forget(worker: String) throws(QueueError) {
        guard missing.withLock({ $0[worker] }) != nil else { return }
        _ = try changes(
            "forget a worker",
            """
            DELETE FROM workers WHERE worker = ? AND NOT EXISTS (
                SELECT FROM tickets WHERE tickets.worker = workers.worker AND state = \(PostgresSchema.claimed))
            """, [worker])
    }

    public func outstanding() throws(QueueError) -> [String: Int] {
        try PostgresQueue.throwing("look along the path") {
            var numbers: [String: Int] = [:]
            for row in try database.rows(
                """
                SELECT job_id, max(attempt) AS attempt FROM (
                    SELECT job_id, attempt FROM tickets UNION ALL SELECT job_id, attempt FROM arrived
                ) AS path GROUP BY job_id
                """)
            {
                numbers[try row["job_id"]] = try row["attempt"]
            }
            return numbers
        }
    }

    /// Transactions leave nothing half-written.
    public func sweep() {}

    public func counts() throws(QueueError) -> QueueCounts {
        var counts = QueueCounts()
        counts.workers = try workers().count { $0.life != .dead }
        return try PostgresQueue.throwing("count") {
            let one = try database.rows(
                """
                SELECT (SELECT count(*) FROM inbox) AS inbox, (SELECT count(*) FROM arrived) AS results,
                    (SELECT count(*) FROM tickets WHERE state = \(PostgresSchema.claimed)) AS claimed
                """)[0]
            (counts.inbox, counts.results, counts.claimed) = (try one["inbox"], try one["results"], try one["claimed"])
            for lane in Lane.allCases { counts.released[lane] = 0 }
            for row in try database.rows(
                """
                SELECT lane, count(*) AS tickets FROM tickets WHERE state = \(PostgresSchema.ready) GROUP BY lane
                """)
            {
                let priority: Int = try row["lane"]
                if let lane = Lane.allCases.first(where: { $0.priority == priority }) {
                    counts.released[lane] = try row["tickets"]
                }
            }
            return counts
        }
    }

    /// `watch` tells; this is for what it may have missed.
    public var idleSeconds: Double { 1 }

    public func watch(_ wake: @escaping @Sendable () -> Void) {
        // Without it, looks are only rarer.
        guard
            let new = try? PostgresListener(
                url, name: "moire coordinator \(getpid())", channels: [PostgresSchema.news])
        else { return }
        new.watch(wake)
        listener.withLock { $0 = new }
    }

    private func changes(_ operation: String, _ sql: String, _ arguments: [any SQLColumn]) throws(QueueError) -> Int {
        try PostgresQueue.throwing(operation) { try database.execute(sql, arguments) }
    }

    private static func attempt(_ row: SQLRow) throws -> Attempt {
        Attempt(jobID: try row["job_id"], sequence: try row["sequence"], attempt: try row["attempt"])
    }
}
