internal import SQL

/// Statements about history. They name the sequence number, so that one partition is touched and no more; those about
/// events differ where a unique index over all partitions is missing.
enum HistorySQL {
    /// The partitions of a table and the numbers that each takes, as the catalogue knows them.
    static let partitions = """
        SELECT CAST(inhrelid AS bigint) AS id,
            coalesce(CAST(substring(bounds FROM 'FROM \\(''([0-9]+)''\\)') AS bigint), 0) AS first,
            coalesce(CAST(substring(bounds FROM 'TO \\(''([0-9]+)''\\)') AS bigint), \(Int64.max)) AS past
        FROM (
            SELECT inhrelid, pg_get_expr(relpartbound, inhrelid) AS bounds
            FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = CAST(? AS regclass)
        ) AS parts
        """

    static func insertEvent(_ engine: SQLEngine) -> String {
        let columns =
            "event_id, type, tenant, video_id, other_video_id, creator, other_creator, subject_event_id, event"
        return switch engine {
        case .sqlite:
            "INSERT INTO events (\(columns)) VALUES \(placeholders(9)) ON CONFLICT (event_id) DO NOTHING"
        case .postgres:
            """
            WITH new AS (
                INSERT INTO event_ids (event_id) VALUES (?) ON CONFLICT (event_id) DO NOTHING
                RETURNING sequence, event_id
            )
            INSERT INTO events (sequence, \(columns)) SELECT sequence, event_id, ?, ?, ?, ?, ?, ?, ?, ? FROM new
            """
        }
    }

    /// One event, by its id.
    static func event(_ engine: SQLEngine) -> String {
        engine == .sqlite ? "event_id = ?" : "sequence = (SELECT sequence FROM event_ids WHERE event_id = ?)"
    }

    /// What finds the rows of one job, by its id.
    static let ofJob = "sequence = (SELECT sequence FROM jobs WHERE id = ?)"
}
