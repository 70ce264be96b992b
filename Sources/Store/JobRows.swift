internal import FoundationEssentials
internal import Frames
internal import GRDB
internal import Records

/// Jobs and their stories, from and to rows.
enum JobRows {
    static let columns = """
        spec, sequence, state, attempts, crashes, losses, solo_losses, delay_ms, outcome, accepted_at, ended_at
        """

    static func jobs(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [LedgerJob] {
        try Row.fetchAll(db, sql: "SELECT \(columns) FROM jobs WHERE \(condition)", arguments: arguments).map(job)
    }

    static func job(_ id: String, _ db: Database) throws -> LedgerJob? {
        try Row.fetchOne(db, sql: "SELECT \(columns) FROM jobs WHERE id = ?", arguments: [id]).map(job)
    }

    private static func job(_ row: Row) throws -> LedgerJob {
        let spec: String = row["spec"]
        let state: String = row["state"]
        let outcome: String? = row["outcome"]
        guard let state = JobState(rawValue: state) else {
            throw StoreError(.corrupt, operation: "read", subject: "jobs.state", advice: "it holds \(state)")
        }
        return LedgerJob(
            spec: try CanonicalJSON.decode(JobSpec.self, from: Data(spec.utf8)), sequence: row["sequence"],
            state: state,
            attempts: row["attempts"], crashes: row["crashes"], losses: row["losses"], soloLosses: row["solo_losses"],
            delayMs: row["delay_ms"],
            outcome: try outcome.map { try CanonicalJSON.decode(Outcome.self, from: Data($0.utf8)) },
            acceptedAt: row["accepted_at"], endedAt: row["ended_at"])
    }

    static func tell(_ ending: AttemptEnding, of id: String, _ db: Database) throws {
        try db.execute(
            sql:
                "INSERT OR REPLACE INTO attempts (job_id, attempt, kind, worker, detail, at) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [id, ending.attempt, ending.kind.rawValue, ending.worker, ending.detail, ending.at])
    }

    static func story(of id: String, _ db: Database) throws -> [AttemptEnding] {
        try Row.fetchAll(
            db, sql: "SELECT attempt, kind, worker, detail, at FROM attempts WHERE job_id = ? ORDER BY attempt",
            arguments: [id]
        )
        .map { row in
            let kind: String = row["kind"]
            guard let kind = AttemptEnding.Kind(rawValue: kind) else {
                throw StoreError(.corrupt, operation: "read", subject: "attempts.kind", advice: "it holds \(kind)")
            }
            return AttemptEnding(
                attempt: row["attempt"], kind: kind, worker: row["worker"], detail: row["detail"],
                at: row["at"])
        }
    }
}
