internal import SQL
internal import Synchronization

/// The tables of what only grows and is seldom looked at again.
enum HistoryTable: String, CaseIterable, Sendable {
    case events, results, attempts
}

/// How many sequence numbers a partition takes.
struct HistoryWidths: Sendable {
    /// 4 million, so that a partition ends up with some gigabytes: what can be copied elsewhere in minutes, whose
    /// indexes fit into a server's memory, and of which a hundred million jobs make a hundred and no more.
    var events: Int64 = 4_000_000
    /// 1 million: a job has some four events.
    var jobs: Int64 = 1_000_000

    subscript(_ table: HistoryTable) -> Int64 { table == .events ? events : jobs }
}

/// Sees to it that a PostgreSQL home's history has a partition for every row before the row comes.
///
/// Partitions are made ahead of need, half a width before the last one ends, in a transaction of their own that may
/// fail without harm. What is missing nevertheless (somebody detached the partition that a retried job's rows belong
/// into) is made within the transaction that needs it. There is no DEFAULT partition: what fell into one would have
/// to be moved before its range could get a partition of its own. Where an operator makes one, it takes all the rest.
///
/// What is known of partitions is kept from transaction to transaction, so that a commit asks the server nothing
/// more. Whoever sees a transaction fail calls `forget`: it may have taken partitions back with it, or have failed
/// because one was taken away.
final class HistoryPartitions: Sendable {
    private struct Known {
        /// By table, in order.
        var spans: [HistoryTable: [Range<Int64>]] = [:]
        /// The place of the newest event, or a later one: places are counted on by events that turn out to be known.
        var lastEvent: Int64 = 0
        /// The newest job's sequence number.
        var lastJob: Int64 = 0

        func isCovered(_ table: HistoryTable, _ sequence: Int64) -> Bool {
            // The newest first: that is where nearly everything goes.
            spans[table]?.reversed().contains { $0.contains(sequence) } ?? false
        }

        /// The first number behind all partitions.
        func end(_ table: HistoryTable) -> Int64? { spans[table]?.map(\.upperBound).max() }
    }

    private struct State {
        var known: Known?
        var failed: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let widths: HistoryWidths

    /// Between two tries to make partitions ahead.
    static let retrySeconds = 30.0
    /// That making one ahead waits for a lock, behind which nobody waits meanwhile but the commits; longer than the
    /// second in which a vacuum steps aside.
    static let lockSeconds = 3

    init(widths: HistoryWidths) { self.widths = widths }

    func forget() { state.withLock { $0.known = nil } }

    // MARK: Within the transaction that writes

    /// A place for the rows of a job.
    func cover(job sequence: Int64, _ db: any SQLSession) throws {
        for table in [HistoryTable.results, .attempts] where try !known(db).isCovered(table, sequence) {
            try make(table, sequence, db)
        }
    }

    /// Places for so many events more.
    func cover(events count: Int, _ db: any SQLSession) throws {
        guard count > 0 else { return }
        let counted = try known(db).lastEvent + Int64(count)
        if try known(db).isCovered(.events, counted), try known(db).isCovered(.events, counted - Int64(count) + 1) {
            return state.withLock { $0.known?.lastEvent = counted }
        }
        // At a border, the server's own count.
        let last = try Self.lastEvent(db)
        for sequence in last + 1..<last + 1 + Int64(count) where try !known(db).isCovered(.events, sequence) {
            try make(.events, sequence, db)
        }
        state.withLock { $0.known?.lastEvent = last + Int64(count) }
    }

    /// To be told of jobs that were accepted, for whose rows there will be partitions in time.
    func note(newestJob sequence: Int64) {
        state.withLock { $0.known?.lastJob = sequence }
    }

    // MARK: Ahead

    /// Makes what will soon be needed. Never throws: where it cannot, the transaction that needs it says why.
    func lookAhead(_ database: NestingDatabase) {
        guard isDue, !database.isInTransaction else { return }
        do {
            try database.write { db in
                try db.execute("SET LOCAL lock_timeout = '\(Self.lockSeconds)s'")
                for table in HistoryTable.allCases {
                    while let next = next(table, try known(db)) { try make(table, next, db) }
                }
            }
        } catch {
            state.withLock {
                $0.known = nil
                $0.failed = .now
            }
        }
    }

    private var isDue: Bool {
        state.withLock { state in
            if let failed = state.failed, .now - failed < .seconds(Self.retrySeconds) { return false }
            guard let known = state.known else { return true }
            return HistoryTable.allCases.contains { next($0, known) != nil }
        }
    }

    /// The sequence number that the next partition begins with, or one in it; nil when it is early enough for that.
    private func next(_ table: HistoryTable, _ known: Known) -> Int64? {
        let last = table == .events ? known.lastEvent : known.lastJob
        guard let end = known.end(table) else { return last }
        return end <= last + max(1, widths[table] / 2) ? end : nil
    }

    // MARK: What there is

    private func known(_ db: any SQLSession) throws -> Known {
        if let known = state.withLock({ $0.known }) { return known }
        var known = Known()
        for table in HistoryTable.allCases { known.spans[table] = try Self.spans(of: table, db) }
        known.lastEvent = try Self.lastEvent(db)
        known.lastJob = try db.value("SELECT max(sequence) FROM jobs") ?? 0
        state.withLock { $0.known = known }
        return known
    }

    private static func lastEvent(_ db: any SQLSession) throws -> Int64 {
        try db.value(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM event_ids_sequence_seq") ?? 0
    }

    private static func spans(of table: HistoryTable, _ db: any SQLSession) throws -> [Range<Int64>] {
        try db.rows("\(HistorySQL.partitions) ORDER BY 2", [table.rawValue])
            .map { row in
                let (lower, upper): (Int64, Int64) = (try row["first"], try row["past"])
                return lower..<upper
            }
    }

    /// Beside it, so that nobody who reads waits: attaching a table takes a lock that lets readers and writers pass,
    /// creating it in its place would shut both out, and wait for the longest reader first.
    private func make(_ table: HistoryTable, _ sequence: Int64, _ db: any SQLSession) throws {
        try db.execute("SELECT pg_advisory_xact_lock(?)", [PostgresLock.partitions.key])
        var spans = try Self.spans(of: table, db)
        if !spans.contains(where: { $0.contains(sequence) }) {
            // Into the gap between its neighbours, which may be of another width.
            let start = sequence / widths[table] * widths[table]
            let lower = max(start, spans.last { $0.upperBound <= sequence }?.upperBound ?? start)
            let upper = min(start + widths[table], spans.first { $0.lowerBound > sequence }?.lowerBound ?? .max)
            let name = try freeName("\(table.rawValue)_\(lower)", db)
            try db.execute("CREATE TABLE \(name) (LIKE \(table.rawValue) INCLUDING ALL)")
            try db.execute(
                "ALTER TABLE \(table.rawValue) ATTACH PARTITION \(name) FOR VALUES FROM (\(lower)) TO (\(upper))")
            spans = try Self.spans(of: table, db)
        }
        state.withLock { $0.known?.spans[table] = spans }
    }

    /// A detached partition keeps its name.
    private func freeName(_ name: String, _ db: any SQLSession) throws -> String {
        var (free, number) = (name, 1)
        while try db.value("SELECT to_regclass(?) IS NULL", [free], as: Int.self) == 0 {
            number += 1
            free = "\(name)_\(number)"
        }
        return free
    }
}
