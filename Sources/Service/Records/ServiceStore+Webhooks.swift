internal import Crypto
internal import Foundation
internal import SQL

extension ServiceStore {
    struct Webhook: Sendable, Equatable {
        /// What its messages hold.
        enum Format: String, Sendable, Encodable, CaseIterable {
            /// The job as `GET /v1/jobs/ID` has it, with record and matches.
            case job
            /// One object of scalars, for rule engines; see docs/interop.md.
            case flat
        }

        var id: String
        var tenant: String
        var url: String
        var secret: String
        var format: Format
        var createdAt: String
    }

    /// A message to one webhook.
    struct Delivery: Sendable, Equatable, Encodable {
        enum State: String, Sendable, Encodable { case waiting, delivered, failed }

        var id: String
        var jobID: String
        var state: State
        var attempts: Int
        /// How the last attempt went.
        var lastAnswer: String?
        var createdAt: String

        enum CodingKeys: String, CodingKey {
            case id, jobID = "job_id", state, attempts, lastAnswer = "last_answer", createdAt = "created_at"
        }
    }

    /// A message that is due, with what is needed to send it.
    struct DueDelivery: Sendable {
        var id: String
        var body: String
        var attempts: Int
        var url: String
        var secret: String
    }

    /// An accepted job whose end nobody has been told.
    struct OpenSubmission: Sendable {
        var sequence: Int64
        var jobID: String
        var tenant: String
    }

    func makeWebhook(tenant: String, url: String, format: Webhook.Format) throws -> Webhook {
        let webhook = Webhook(
            id: Hexadecimal.text(of: SymmetricKey(size: .bits128).bytes), tenant: tenant, url: url,
            secret: WebhookSignature.randomSecret(), format: format, createdAt: Self.now())
        _ = try database.write { db in
            try db.execute(
                "INSERT INTO api_webhooks (id, tenant, url, secret, format, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                [webhook.id, tenant, url, webhook.secret, format.rawValue, webhook.createdAt])
        }
        return webhook
    }

    func webhooks(ofTenant tenant: String? = nil) throws -> [Webhook] {
        try database.read { db in
            try db.rows(
                "SELECT * FROM api_webhooks WHERE CAST(? AS TEXT) IS NULL OR tenant = ? ORDER BY created_at, id",
                [tenant, tenant]
            ).map { row in
                let format: String = try row["format"]
                return try Webhook(
                    id: row["id"], tenant: row["tenant"], url: row["url"], secret: row["secret"],
                    format: Webhook.Format(rawValue: format) ?? .job, createdAt: row["created_at"])
            }
        }
    }

    /// With what waits for it; false when there is none.
    func removeWebhook(_ id: String, tenant: String) throws -> Bool {
        try database.write { db in
            try db.execute("DELETE FROM api_deliveries WHERE webhook_id = ? AND tenant = ?", [id, tenant])
            return try db.execute("DELETE FROM api_webhooks WHERE id = ? AND tenant = ?", [id, tenant]) > 0
        }
    }

    /// Newest first.
    func deliveries(ofWebhook id: String, tenant: String, limit: Int) throws -> [Delivery] {
        try database.read { db in
            try db.rows(
                """
                SELECT id, job_id, state, attempts, last_answer, created_at FROM api_deliveries
                WHERE webhook_id = ? AND tenant = ? ORDER BY created_at DESC, id LIMIT ?
                """, [id, tenant, limit]
            ).map { row in
                let state: String = try row["state"]
                return try Delivery(
                    id: row["id"], jobID: row["job_id"], state: Delivery.State(rawValue: state) ?? .failed,
                    attempts: row["attempts"], lastAnswer: row["last_answer"], createdAt: row["created_at"])
            }
        }
    }

    /// A message that was given up is tried again from the first.
    func retryDelivery(_ id: String, webhook: String, tenant: String) throws -> Bool {
        try database.write { db in
            try db.execute(
                """
                UPDATE api_deliveries SET state = 'waiting', attempts = 0, next_ms = 0
                WHERE id = ? AND webhook_id = ? AND tenant = ?
                """, [id, webhook, tenant]) > 0
        }
    }

    // MARK: The sender's side

    func openSubmissions(after sequence: Int64, limit: Int) throws -> [OpenSubmission] {
        try database.read { db in
            try db.rows(
                """
                SELECT sequence, job_id, tenant FROM api_submissions WHERE ended = 0 AND sequence > ?
                ORDER BY sequence LIMIT ?
                """, [sequence, limit]
            ).map { try OpenSubmission(sequence: $0["sequence"], jobID: $0["job_id"], tenant: $0["tenant"]) }
        }
    }

    /// A job's end is told again when it was tried again.
    func reopenSubmission(_ jobID: String) throws {
        _ = try database.write { db in
            try db.execute("UPDATE api_submissions SET ended = 0 WHERE job_id = ?", [jobID])
        }
    }

    /// Notes that jobs have ended, and makes the messages that say so: both, or neither.
    func end(_ jobs: [String], telling messages: [(webhook: Webhook, jobID: String, body: String)]) throws {
        try database.write { db in
            // Of several processes the first one tells.
            let mine = try Set(
                jobs.filter {
                    try db.execute("UPDATE api_submissions SET ended = 1 WHERE job_id = ? AND ended = 0", [$0]) > 0
                })
            for (webhook, jobID, body) in messages where mine.contains(jobID) {
                try db.execute(
                    """
                    INSERT INTO api_deliveries (id, webhook_id, tenant, job_id, body, state, next_ms, created_at)
                    VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?)
                    """,
                    [
                        "msg_" + Hexadecimal.text(of: SymmetricKey(size: .bits128).bytes), webhook.id, webhook.tenant,
                        jobID, body, Self.now(),
                    ])
            }
        }
    }

    /// Takes messages that are due, for as long as sending one may take; after that they are due again, whatever
    /// became of the process that took them.
    func takeDue(limit: Int, leaseMs: Int64) throws -> [DueDelivery] {
        try database.write { db in
            let now = Self.milliseconds()
            let rows = try db.rows(
                """
                SELECT d.id, d.body, d.attempts, d.next_ms, w.url, w.secret FROM api_deliveries d
                JOIN api_webhooks w ON w.id = d.webhook_id
                WHERE d.state = 'waiting' AND d.next_ms <= ? ORDER BY d.next_ms, d.id LIMIT ?
                """, [now, limit])
            return try rows.compactMap { row in
                let (id, seen): (String, Int64) = try (row["id"], row["next_ms"])
                let taken = try db.execute(
                    """
                    UPDATE api_deliveries SET next_ms = ?, attempts = attempts + 1
                    WHERE id = ? AND state = 'waiting' AND next_ms = ?
                    """, [now + leaseMs, id, seen])
                guard taken > 0 else { return nil }
                let attempts: Int = try row["attempts"]
                return try DueDelivery(
                    id: id, body: row["body"], attempts: attempts + 1, url: row["url"], secret: row["secret"])
            }
        }
    }

    /// - Parameter nextMs: when it is tried again; nil for never.
    func settleDelivery(_ id: String, isDelivered: Bool, answer: String, nextMs: Int64?) throws {
        _ = try database.write { db in
            try db.execute(
                "UPDATE api_deliveries SET state = ?, last_answer = ?, next_ms = ? WHERE id = ?",
                [
                    isDelivered ? "delivered" : nextMs == nil ? "failed" : "waiting", answer, nextMs ?? 0, id,
                ])
        }
    }
}
