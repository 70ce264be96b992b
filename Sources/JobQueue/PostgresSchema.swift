internal import SQL

/// The queue's tables. Their rows are the file queue's files: an inbox, tickets on their way from
/// claimable to claimed to returned, results that arrived, and the workers.
enum PostgresSchema {
    static let migrations = [queue, progress]

    private static let queue = Migration(
        "1 queue", sqlite: "",
        postgres: Migration(
            "",
            sqlite: """
                CREATE TABLE inbox (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    messages TEXT NOT NULL,
                    message_count INTEGER NOT NULL
                );

                CREATE TABLE workers (
                    worker TEXT PRIMARY KEY,
                    -- The advisory lock that its connection holds.
                    lock_key INTEGER NOT NULL,
                    beat INTEGER NOT NULL DEFAULT 0
                );

                -- `attempt` is the one that the ticket allows; claiming changes the state alone.
                CREATE TABLE tickets (
                    job_id TEXT NOT NULL,
                    attempt INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    state INTEGER NOT NULL,
                    lane INTEGER NOT NULL,
                    rank INTEGER NOT NULL,
                    -- A claim has a worker that is known, so that it can be judged.
                    worker TEXT REFERENCES workers (worker),
                    ticket TEXT NOT NULL,
                    PRIMARY KEY (job_id, attempt)
                );
                CREATE INDEX tickets_ready ON tickets (lane, rank, sequence) WHERE state = 0;
                CREATE INDEX tickets_held ON tickets (worker) WHERE state = 1;
                CREATE INDEX tickets_returned ON tickets (sequence) WHERE state = 2;

                CREATE TABLE arrived (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    job_id TEXT NOT NULL,
                    attempt INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    result TEXT NOT NULL,
                    UNIQUE (job_id, attempt)
                );
                -- Rows that come and go by the thousand a second: swept often, and with room to change in place.
                ALTER TABLE tickets SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0,
                    autovacuum_vacuum_threshold = 2000);
                ALTER TABLE arrived SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
                ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
                ALTER TABLE workers SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
                    autovacuum_vacuum_threshold = 500);
                """
        ).postgres)

    private static let progress = Migration(
        "2 progress", sqlite: "",
        postgres: Migration(
            "",
            sqlite: """
                -- `AttemptProgress`, JSON, or nothing.
                ALTER TABLE workers ADD COLUMN progress TEXT NOT NULL DEFAULT '';
                """
        ).postgres)

    /// A ticket's `state`.
    static let ready = 0, claimed = 1, returned = 2

    /// Channels of `NOTIFY`.
    static let work = "moire_work", news = "moire_news"
}
