internal import Foundation
internal import SQL

extension ServiceStore {
    /// A token as it is listed: everything but its secret, which nobody knows any more.
    public struct Token: Sendable, Equatable, Codable {
        public var id: String
        public var name: String
        public var tenant: String
        public var scopes: [Scope]
        public var createdAt: String
        public var expiresAt: String?
        public var revokedAt: String?

        enum CodingKeys: String, CodingKey {
            case id, name, tenant, scopes, createdAt = "created_at", expiresAt = "expires_at", revokedAt = "revoked_at"
        }
    }

    /// - Parameter expiresAt: RFC 3339 in UTC; nil for never.
    /// - Returns: the text that the bearer shows; it is told once and kept nowhere.
    public func makeToken(name: String, tenant: String, scopes: Set<Scope>, expiresAt: String? = nil) throws -> String {
        let token = TokenText.random()
        _ = try database.write { db in
            try db.execute(
                """
                INSERT INTO api_tokens (id, hash, name, tenant, scopes, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    token.id, token.hash, name, tenant, scopes.map(\.rawValue).sorted().joined(separator: " "),
                    Self.now(), expiresAt,
                ])
        }
        return token.text
    }

    public func tokens(ofTenant tenant: String? = nil) throws -> [Token] {
        try database.read { db in
            try db.rows(
                "SELECT * FROM api_tokens WHERE CAST(? AS TEXT) IS NULL OR tenant = ? ORDER BY created_at, id",
                [tenant, tenant]
            ).map(Self.token)
        }
    }

    /// - Returns: whether there was such a token in force.
    public func revokeToken(_ id: String, tenant: String? = nil) throws -> Bool {
        try database.write { db in
            try db.execute("DELETE FROM api_sessions WHERE token_id = ?", [id])
            return try db.execute(
                """
                UPDATE api_tokens SET revoked_at = ?
                WHERE id = ? AND revoked_at IS NULL AND (CAST(? AS TEXT) IS NULL OR tenant = ?)
                """, [Self.now(), id, tenant, tenant]) > 0
        }
    }

    /// Whose token this is, if it is in force now.
    func identity(bearing token: TokenText) throws -> Identity? {
        try database.read { db in
            guard let row = try db.rows("SELECT * FROM api_tokens WHERE id = ?", [token.id]).first,
                token.matches(hash: try row["hash"])
            else { return nil }
            return Self.identity(try Self.token(row))
        }
    }

    /// A browser's session: it bears the token's rights until it ends, or the token does.
    ///
    /// - Returns: the cookie's value.
    func makeSession(for identity: Identity, seconds: Int) throws -> String {
        let session = TokenText.random()
        try database.write { db in
            try db.execute("DELETE FROM api_sessions WHERE expires_ms < ?", [Self.milliseconds()])
            try db.execute(
                "INSERT INTO api_sessions (hash, token_id, expires_ms) VALUES (?, ?, ?)",
                [session.hash, identity.tokenID, Self.milliseconds() + Int64(seconds) * 1000])
        }
        return session.text
    }

    /// A session is found by the hash of 256 random bits, so how long the look-up takes tells nothing of them.
    func identity(ofSession session: TokenText) throws -> Identity? {
        try database.read { db in
            guard
                let row = try db.rows(
                    """
                    SELECT t.* FROM api_sessions s JOIN api_tokens t ON t.id = s.token_id
                    WHERE s.hash = ? AND s.expires_ms > ?
                    """, [session.hash, Self.milliseconds()]
                ).first
            else { return nil }
            return Self.identity(try Self.token(row))
        }
    }

    func endSession(_ session: TokenText) throws {
        try database.write { db in _ = try db.execute("DELETE FROM api_sessions WHERE hash = ?", [session.hash]) }
    }

    static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private static func token(_ row: SQLRow) throws -> Token {
        let scopes: String = try row["scopes"]
        return try Token(
            id: row["id"], name: row["name"], tenant: row["tenant"],
            scopes: scopes.split(separator: " ").compactMap { Scope(rawValue: String($0)) },
            createdAt: row["created_at"], expiresAt: row["expires_at"], revokedAt: row["revoked_at"])
    }

    private static func identity(_ token: Token) -> Identity? {
        guard token.revokedAt == nil else { return nil }
        if let end = token.expiresAt {
            guard let date = try? Date(end, strategy: .iso8601), date > Date() else { return nil }
        }
        return Identity(tokenID: token.id, name: token.name, tenant: token.tenant, scopes: Set(token.scopes))
    }
}
