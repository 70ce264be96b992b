internal import FoundationEssentials
internal import Frames
internal import Records
internal import SQL

/// Jobs and their stories, from and to rows.
enum JobRows {
    static let columns = """
        spec, sequence, state, attempts, crashes, losses, solo_losses, fetch_failures, delay_ms, outcome, accepted_at, ended_at
        """

    static func jobs(_ db: any SQLSession, where condition: String, _ arguments: [any SQLColumn]) throws -> [LedgerJob]
    {
        try db.rows("SELECT \(columns) FROM jobs WHERE \(condition)", arguments).map(job)
    }

    static func job(_ id: String, _ db: any SQLSession) throws -> LedgerJob? {
        try db.rows("SELECT \(columns) FROM jobs WHERE id = ?", [id]).first.map(job)
    }

    private static func job(_ row: SQLRow) throws -> LedgerJob {
        let spec: String = try row["spec"]
        let state: String = try row["state"]
        let outcome: String? = try row["outcome"]
        guard let state = JobState(rawValue: state) else {
            throw StoreError(.corrupt, operation: "read", subject: "jobs.state", advice: "it holds \(state)")
        }
        return try LedgerJob(
            spec: try CanonicalJSON.decode(JobSpec.self, from: Data(spec.utf8)), sequence: row["sequence"],
            state: state,
            attempts: row["attempts"], crashes: row["crashes"], losses: row["losses"], soloLosses: row["solo_losses"],
            fetchFailures: row["fetch_failures"], delayMs: row["delay_ms"],
            outcome: try outcome.map { try CanonicalJSON.decode(Outcome.self, from: Data($0.utf8)) },
            acceptedAt: row["accepted_at"], endedAt: row["ended_at"])
    }

    static func tell(_ ending: AttemptEnding, of job: LedgerJob, _ db: any SQLSession) throws {
        try db.execute(
            """
            INSERT INTO attempts (sequence, job_id, attempt, kind, worker, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (sequence, attempt) DO UPDATE SET kind = excluded.kind, worker = excluded.worker,
                detail = excluded.detail, at = excluded.at
            """,
            [
                job.sequence, job.spec.id, ending.attempt, ending.kind.rawValue, ending.worker, ending.detail,
                ending.at,
            ])
    }

    static func story(of id: String, _ db: any SQLSession) throws -> [AttemptEnding] {
        try db.rows(
            """
            SELECT attempt, kind, worker, detail, at FROM attempts WHERE \(HistorySQL.ofJob)
            ORDER BY attempt
            """, [id]
        )
        .map { row in
            let kind: String = try row["kind"]
            guard let kind = AttemptEnding.Kind(rawValue: kind) else {
                throw StoreError(.corrupt, operation: "read", subject: "attempts.kind", advice: "it holds \(kind)")
            }
            return try AttemptEnding(
                attempt: row["attempt"], kind: kind, worker: row["worker"], detail: row["detail"],
                at: row["at"])
        }
    }
}
