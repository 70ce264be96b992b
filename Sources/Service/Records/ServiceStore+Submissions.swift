internal import Foundation
internal import Records
internal import SQL

extension ServiceStore {
    /// A request that is about to be accepted.
    struct Acceptance: Sendable {
        var tenant: String
        var jobs: [JobSpec]
        var idempotency: (key: String, requestHash: String)?
    }

    enum Accepted: Sendable, Equatable {
        /// Entered, or entered before in just these words: the jobs are to be handed to the queue (again), which
        /// does no harm, and may not have happened before the process died.
        case jobs([String], isReplay: Bool)
        /// The key was used for another request.
        case otherRequest
    }

    /// A job that was accepted here.
    struct Submission: Sendable {
        var sequence: Int64
        var spec: JobSpec
        var acceptedAt: String
    }

    /// Enters several requests in one transaction; each gets its own answer.
    func accept(_ requests: [Acceptance]) throws -> [Accepted] {
        try database.write { db in
            let (now, milliseconds) = (Self.now(), Self.milliseconds())
            return try requests.map { request in
                if let (key, hash) = request.idempotency {
                    let ids = try CanonicalJSON.string(request.jobs.map(\.id))
                    let added = try db.execute(
                        """
                        INSERT INTO api_idempotency (tenant, key, request_hash, job_ids, created_ms)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, key) DO NOTHING
                        """, [request.tenant, key, hash, ids, milliseconds])
                    if added == 0 {
                        let known = try db.rows(
                            "SELECT request_hash, job_ids FROM api_idempotency WHERE tenant = ? AND key = ?",
                            [request.tenant, key])
                        guard let row = known.first, try row["request_hash"] == hash else { return .otherRequest }
                        let text: String = try row["job_ids"]
                        return .jobs(try CanonicalJSON.decode([String].self, from: Data(text.utf8)), isReplay: true)
                    }
                }
                for job in request.jobs {
                    try db.execute(
                        """
                        INSERT INTO api_submissions (job_id, tenant, spec, accepted_at) VALUES (?, ?, ?, ?)
                        ON CONFLICT (job_id) DO NOTHING
                        """,
                        [job.id, request.tenant, try CanonicalJSON.string(job), now])
                }
                return .jobs(request.jobs.map(\.id), isReplay: false)
            }
        }
    }

    /// Those of the tenant's, in no order.
    func submissions(_ ids: [String], ofTenant tenant: String) throws -> [Submission] {
        guard !ids.isEmpty else { return [] }
        return try database.read { db in
            try db.rows(
                "SELECT * FROM api_submissions WHERE tenant = ? AND job_id IN \(placeholders(ids.count))",
                [tenant] + ids
            ).map(Self.submission)
        }
    }

    /// In order of acceptance.
    func submissions(ofTenant tenant: String, after sequence: Int64, limit: Int) throws -> [Submission] {
        try database.read { db in
            try db.rows(
                "SELECT * FROM api_submissions WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                [tenant, sequence, limit]
            ).map(Self.submission)
        }
    }

    /// Media of jobs that have not ended, as far as is known here.
    func openPaths() throws -> Set<String> {
        try database.read { db in
            Set(
                try db.rows("SELECT * FROM api_submissions WHERE ended = 0").map { row in
                    try Self.submission(row).spec.path
                })
        }
    }

    /// Keys older than this many days may be used anew.
    static let idempotencyDays: Int64 = 7

    func forgetOldKeys() throws {
        try database.write { db in
            _ = try db.execute(
                "DELETE FROM api_idempotency WHERE created_ms < ?",
                [Self.milliseconds() - Self.idempotencyDays * 86_400_000])
        }
    }

    static func submission(_ row: SQLRow) throws -> Submission {
        let spec: String = try row["spec"]
        return try Submission(
            sequence: row["sequence"], spec: CanonicalJSON.decode(JobSpec.self, from: Data(spec.utf8)),
            acceptedAt: row["accepted_at"])
    }
}
