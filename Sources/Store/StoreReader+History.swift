internal import SQL

/// A stretch of a PostgreSQL home's history that can be moved or taken away by itself.
public struct HistoryPartition: Sendable, Equatable, Encodable {
    /// `events`, `results` or `attempts`.
    public var table: String
    /// Its own name in the schema `moire`.
    public var partition: String
    /// Of what it takes, full or not: places in the log for events, jobs' numbers for the others.
    public var firstSequence: Int64
    public var lastSequence: Int64
    /// When its first and last event were observed, or its first and last job were accepted; nil while it is empty.
    public var firstAt: String?
    public var lastAt: String?
    /// As the server last counted; nil where it never did.
    public var rows: Int64?
    /// With its indexes and what it keeps of long values.
    public var bytes: Int64
    public var tablespace: String

    enum CodingKeys: String, CodingKey {
        case table, partition, firstSequence = "first_sequence", lastSequence = "last_sequence", firstAt = "first_at"
        case lastAt = "last_at", rows, bytes, tablespace
    }
}

extension StoreReader {
    /// The partitions of a PostgreSQL home's history, table by table, oldest first; none in a folder, where history
    /// is one file.
    ///
    /// - Complexity: some look-ups for each partition.
    public func historyPartitions() throws(StoreError) -> [HistoryPartition] {
        try read("list the history's partitions") { db in
            guard db.engine == .postgres else { return [] }
            return try HistoryTable.allCases.flatMap { table in
                try db.rows(Self.described, [table.rawValue])
                    .map { row in
                        var part = try HistoryPartition(
                            table: table.rawValue, partition: row["name"], firstSequence: row["first"],
                            lastSequence: (row["past"] as Int64) - 1, rows: row["rows"], bytes: row["bytes"],
                            tablespace: row["tablespace"])
                        part.firstAt = try Self.time(of: row["quoted"], table, "ASC", db)
                        part.lastAt = try Self.time(of: row["quoted"], table, "DESC", db)
                        return part
                    }
            }
        }
    }

    private static let described = """
        SELECT relname AS name, CAST(CAST(id AS regclass) AS text) AS quoted, first, past,
            CASE WHEN reltuples >= 0 THEN CAST(reltuples AS bigint) END AS rows,
            coalesce(pg_total_relation_size(CAST(id AS oid)), 0) AS bytes,
            coalesce(spcname, 'pg_default') AS tablespace
        FROM (\(HistorySQL.partitions)) AS spans JOIN pg_class ON pg_class.oid = CAST(id AS oid)
            LEFT JOIN pg_tablespace ON pg_tablespace.oid = reltablespace
        ORDER BY first
        """

    /// Of the partition itself, so that no other one is locked.
    private static func time(
        of partition: String, _ table: HistoryTable, _ order: String, _ db: any SQLSession
    ) throws -> String? {
        let source =
            table == .events
            ? "CAST(event AS json) ->> 'observed_at' FROM \(partition)"
            : "accepted_at FROM \(partition) JOIN jobs USING (sequence)"
        return try db.value("SELECT \(source) ORDER BY sequence \(order) LIMIT 1")
    }
}
