internal import Foundation
internal import JobQueue
internal import Logging
internal import Records
internal import SQL
public import Store

/// What the service itself must remember: tokens, sessions, what it accepted, idempotency keys, webhooks and their
/// deliveries, lookups, settings of banks, the audit log. Everything else is the fleet's.
///
/// In a folder's home it is a file beside the store; with a database it is tables beside the store's. Several
/// processes may use it at once.
public final class ServiceStore: Sendable {
    let database: any SQLDatabase

    public init(home: Home) throws {
        if let url = home.database {
            database = try PostgresDatabase(
                writing: url, name: "moire api \(ProcessInfo.processInfo.processIdentifier)",
                migrations: ServiceSchema.migrations)
        } else {
            database = try SQLiteDatabase(writing: home.root + "/service.sqlite", migrations: ServiceSchema.migrations)
        }
    }

    /// Whether a tenant may be called so: 1 to 40 lower-case letters, digits and hyphens.
    public static func isTenant(_ name: String) -> Bool { TenantNames.isTenant(name) }

    /// RFC 3339 in UTC.
    static func now() -> String { Date().formatted(.iso8601) }
}

enum ServiceSchema {
    static let migrations = [
        Migration(
            "1 service",
            sqlite: """
                CREATE TABLE api_tokens (
                    id TEXT PRIMARY KEY,
                    hash TEXT NOT NULL,
                    name TEXT NOT NULL,
                    tenant TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    created_at TEXT NOT NULL,
                    expires_at TEXT,
                    revoked_at TEXT
                ) WITHOUT ROWID;
                CREATE TABLE api_sessions (
                    hash TEXT PRIMARY KEY,
                    token_id TEXT NOT NULL,
                    expires_ms INTEGER NOT NULL
                ) WITHOUT ROWID;

                -- What was accepted here: known before the coordinator has it in the ledger, and whose it is.
                CREATE TABLE api_submissions (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    job_id TEXT NOT NULL UNIQUE,
                    tenant TEXT NOT NULL,
                    spec TEXT NOT NULL,
                    accepted_at TEXT NOT NULL,
                    ended INTEGER NOT NULL DEFAULT 0
                );
                CREATE INDEX api_submissions_open ON api_submissions (sequence) WHERE ended = 0;
                CREATE INDEX api_submissions_tenant ON api_submissions (tenant, sequence);
                CREATE TABLE api_idempotency (
                    tenant TEXT NOT NULL,
                    key TEXT NOT NULL,
                    request_hash TEXT NOT NULL,
                    job_ids TEXT NOT NULL,
                    created_ms INTEGER NOT NULL,
                    PRIMARY KEY (tenant, key)
                ) WITHOUT ROWID;
                CREATE INDEX api_idempotency_age ON api_idempotency (created_ms);

                CREATE TABLE api_webhooks (
                    id TEXT PRIMARY KEY,
                    tenant TEXT NOT NULL,
                    url TEXT NOT NULL,
                    secret TEXT NOT NULL,
                    format TEXT NOT NULL,
                    created_at TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE api_deliveries (
                    id TEXT PRIMARY KEY,
                    webhook_id TEXT NOT NULL,
                    tenant TEXT NOT NULL,
                    job_id TEXT NOT NULL,
                    body TEXT NOT NULL,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    next_ms INTEGER NOT NULL,
                    last_answer TEXT,
                    created_at TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX api_deliveries_due ON api_deliveries (state, next_ms);
                CREATE INDEX api_deliveries_webhook ON api_deliveries (webhook_id, created_at);

                CREATE TABLE api_lookups (
                    id TEXT PRIMARY KEY,
                    tenant TEXT NOT NULL,
                    made_by TEXT NOT NULL,
                    made_at TEXT NOT NULL,
                    answer TEXT NOT NULL
                ) WITHOUT ROWID;

                -- Append-only.
                CREATE TABLE api_audit (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    at TEXT NOT NULL,
                    tenant TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    detail TEXT NOT NULL
                );
                CREATE INDEX api_audit_tenant ON api_audit (tenant, sequence);
                """)
    ]
}
