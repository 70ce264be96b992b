internal import SQL

extension ServiceStore {
    /// One line of the audit log: who did, or looked at, what.
    public struct AuditEntry: Sendable, Equatable, Codable {
        public var sequence: Int64
        public var at: String
        public var actor: String
        /// `evidence.viewed`, `event.reversed`, `token.created`, …
        public var action: String
        public var subject: String
        public var detail: String
    }

    /// Durable when it returns; whoever shows evidence calls it first.
    func audit(_ identity: Identity, _ action: String, _ subject: String, detail: String = "") throws {
        try database.write { db in
            _ = try db.execute(
                "INSERT INTO api_audit (at, tenant, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
                [Self.now(), identity.tenant, identity.name, action, subject, detail])
        }
    }

    /// In order.
    public func auditLog(ofTenant tenant: String, after sequence: Int64 = 0, limit: Int = 1000) throws -> [AuditEntry] {
        try database.read { db in
            try db.rows(
                """
                SELECT sequence, at, actor, action, subject, detail FROM api_audit
                WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?
                """, [tenant, sequence, limit]
            ).map {
                try AuditEntry(
                    sequence: $0["sequence"], at: $0["at"], actor: $0["actor"], action: $0["action"],
                    subject: $0["subject"], detail: $0["detail"])
            }
        }
    }
}
