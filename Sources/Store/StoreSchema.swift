internal import SQL

/// The store's tables.
enum StoreSchema {
    static let migrations = [ledger, tenants, fetches, HistorySchema.migration]

    private static let ledger = Migration(
        "1 ledger, events, fingerprints",
        sqlite: """
            CREATE TABLE jobs (
                id TEXT PRIMARY KEY,
                sequence INTEGER NOT NULL UNIQUE,
                lane TEXT NOT NULL,
                state TEXT NOT NULL,
                path TEXT NOT NULL,
                video_id TEXT NOT NULL,
                creator TEXT,
                spec TEXT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                crashes INTEGER NOT NULL DEFAULT 0,
                losses INTEGER NOT NULL DEFAULT 0,
                solo_losses INTEGER NOT NULL DEFAULT 0,
                delay_ms INTEGER NOT NULL DEFAULT 0,
                outcome TEXT,
                outcome_kind TEXT,
                outcome_reason TEXT,
                accepted_at TEXT NOT NULL,
                ended_at TEXT
            ) WITHOUT ROWID;
            CREATE INDEX jobs_schedule ON jobs (state, lane, sequence);
            CREATE INDEX jobs_video ON jobs (video_id);
            CREATE INDEX jobs_ended ON jobs (state, outcome_kind, outcome_reason) WHERE outcome_kind IS NOT NULL;

            -- The story of each job: one row per attempt that is over.
            CREATE TABLE attempts (
                job_id TEXT NOT NULL REFERENCES jobs (id),
                attempt INTEGER NOT NULL,
                kind TEXT NOT NULL,
                worker TEXT NOT NULL,
                detail TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (job_id, attempt)
            ) WITHOUT ROWID;

            CREATE TABLE results (
                job_id TEXT PRIMARY KEY REFERENCES jobs (id),
                attempt INTEGER NOT NULL,
                worker TEXT NOT NULL,
                record TEXT NOT NULL,
                cpu_seconds REAL NOT NULL
            );

            -- Append-only: no statement of the store updates or deletes here.
            CREATE TABLE events (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                event_id TEXT NOT NULL UNIQUE,
                type TEXT NOT NULL,
                tenant TEXT NOT NULL,
                video_id TEXT,
                other_video_id TEXT,
                creator TEXT,
                other_creator TEXT,
                subject_event_id TEXT,
                event TEXT NOT NULL
            );
            CREATE INDEX events_video ON events (video_id);
            CREATE INDEX events_other_video ON events (other_video_id) WHERE other_video_id IS NOT NULL;
            CREATE INDEX events_creator ON events (creator) WHERE creator IS NOT NULL;
            CREATE INDEX events_other_creator ON events (other_creator) WHERE other_creator IS NOT NULL;
            CREATE INDEX events_type ON events (type, sequence);

            CREATE TABLE fingerprints (
                video_id TEXT PRIMARY KEY,
                job_id TEXT NOT NULL REFERENCES jobs (id),
                sequence INTEGER NOT NULL,
                creator TEXT,
                published_at TEXT,
                fingerprint BLOB NOT NULL,
                indexed INTEGER NOT NULL DEFAULT 0
            );
            CREATE INDEX fingerprints_to_index ON fingerprints (sequence) WHERE indexed = 0;

            CREATE TABLE counters (
                name TEXT PRIMARY KEY,
                value INTEGER NOT NULL
            ) WITHOUT ROWID;
            """)

    /// Work is handed out tenant by tenant, and lanes can be paused.
    private static let tenants = Migration(
        "2 tenants, paused lanes", sqlite: tenants(of: "json_extract(spec, '$.tenant')"),
        postgres: Migration("", sqlite: tenants(of: "CAST(spec AS json) ->> 'tenant'")).postgres)

    /// Media by URL: how often a job's could not be fetched.
    private static let fetches = Migration(
        "3 media by URL", sqlite: "ALTER TABLE jobs ADD COLUMN fetch_failures INTEGER NOT NULL DEFAULT 0;")

    private static func tenants(of spec: String) -> String {
        """
        ALTER TABLE jobs ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
        UPDATE jobs SET tenant = \(spec);
        DROP INDEX jobs_schedule;
        CREATE INDEX jobs_schedule ON jobs (state, lane, tenant, sequence);
        CREATE TABLE paused_lanes (
            lane TEXT PRIMARY KEY
        ) WITHOUT ROWID;
        """
    }
}
