public import Records
internal import SQL

/// How much stands where.
public struct StoreStatus: Sendable, Equatable, Codable {
    public struct Depth: Sendable, Equatable, Codable {
        public var lane: Lane
        public var state: JobState
        public var jobs: Int
        /// RFC 3339; when the oldest of them was accepted.
        public var oldestAcceptedAt: String

        enum CodingKeys: String, CodingKey { case lane, state, jobs, oldestAcceptedAt = "oldest_accepted_at" }
    }

    public struct Ended: Sendable, Equatable, Codable {
        public var state: JobState
        /// `Outcome.Kind`'s raw value.
        public var kind: String
        public var reason: String
        public var jobs: Int
    }

    /// By lane's priority, then state; nothing for what is empty.
    public var depths: [Depth] = []
    /// By frequency, then name.
    public var ended: [Ended] = []
    public var events = 0
    public var fingerprints = 0
    public var fingerprintsToIndex = 0
    public var staleResultsRefused = 0
    public var cpuSeconds = 0.0

    enum CodingKeys: String, CodingKey {
        case depths, ended, events, fingerprints, fingerprintsToIndex = "fingerprints_to_index"
        case staleResultsRefused = "stale_results_refused", cpuSeconds = "cpu_seconds"
    }

    public func jobs(_ states: JobState...) -> Int {
        depths.filter { states.contains($0.state) }.reduce(0) { $0 + $1.jobs }
    }

    /// Jobs with which something can still happen by itself.
    public var open: Int { jobs(.queued, .released, .waiting) }
}

extension StoreReader {
    public func status() throws(StoreError) -> StoreStatus {
        try read("read the status") { db in
            var status = StoreStatus()
            for row in try db.rows(
                "SELECT lane, state, count(*) AS jobs, min(sequence) AS oldest FROM jobs GROUP BY state, lane")
            {
                let lane: String = try row["lane"]
                let state: String = try row["state"]
                let oldest: Int64 = try row["oldest"]
                guard let lane = Lane(rawValue: lane), let state = JobState(rawValue: state) else { continue }
                let accepted: String? = try db.value("SELECT accepted_at FROM jobs WHERE sequence = ?", [oldest])
                status.depths.append(
                    try .init(lane: lane, state: state, jobs: row["jobs"], oldestAcceptedAt: accepted ?? ""))
            }
            let order = JobState.allCases
            status.depths.sort { a, b in
                (a.lane.priority, order.firstIndex(of: a.state) ?? 0) < (
                    b.lane.priority, order.firstIndex(of: b.state) ?? 0
                )
            }
            for row in try db.rows(
                """
                SELECT state, outcome_kind, outcome_reason, count(*) AS jobs FROM jobs WHERE outcome_kind IS NOT NULL
                GROUP BY state, outcome_kind, outcome_reason ORDER BY jobs DESC, outcome_kind, outcome_reason
                """)
            {
                let state: String = try row["state"]
                guard let state = JobState(rawValue: state) else { continue }
                status.ended.append(
                    try .init(
                        state: state, kind: row["outcome_kind"], reason: row["outcome_reason"],
                        jobs: row["jobs"]))
            }
            status.events = try db.value("SELECT count(*) FROM events") ?? 0
            status.fingerprints = try db.value("SELECT count(*) FROM fingerprints") ?? 0
            status.fingerprintsToIndex =
                try db.value("SELECT count(*) FROM fingerprints WHERE indexed = 0") ?? 0
            status.staleResultsRefused =
                try db.value("SELECT value FROM counters WHERE name = ?", [Store.staleResults])
                ?? 0
            let milliseconds =
                try db.value("SELECT value FROM counters WHERE name = ?", [Store.cpuMilliseconds]) ?? 0
            status.cpuSeconds = Double(milliseconds) / 1000
            return status
        }
    }

    /// Jobs in order of acceptance.
    ///
    /// - Parameter states: only these; all when empty.
    /// - Parameter tenant: only this one's; everybody's when nil.
    /// - Parameter after: only later accepted ones, to page on.
    public func jobs(
        _ states: Set<JobState> = [], tenant: String? = nil, after sequence: Int64 = 0, limit: Int = 1000
    ) throws(StoreError) -> [LedgerJob] {
        let wanted = (states.isEmpty ? Set(JobState.allCases) : states).map { "'\($0.rawValue)'" }.sorted()
        return try read("list jobs") { db in
            try JobRows.jobs(
                db,
                where: """
                    sequence > ? AND state IN (\(wanted.joined(separator: ",")))
                    AND (CAST(? AS TEXT) IS NULL OR tenant = ?) ORDER BY sequence LIMIT ?
                    """, [sequence, tenant, tenant, limit])
        }
    }

    /// Jobs with which something can still happen by itself.
    public func openJobs() throws(StoreError) -> Int {
        try read("count open jobs") { db in
            try db.value("SELECT count(*) FROM jobs WHERE state IN ('queued', 'released', 'waiting')") ?? 0
        }
    }

    public func job(_ id: String) throws(StoreError) -> LedgerJob? {
        try read("read a job") { db in try JobRows.job(id, db) }
    }

    /// Those of the jobs that there are, by id.
    public func jobs(_ ids: [String]) throws(StoreError) -> [String: LedgerJob] {
        try read("read jobs") { db in
            var found: [String: LedgerJob] = [:]
            for start in stride(from: 0, to: ids.count, by: Store.idsPerStatement) {
                let some = ids[start..<min(ids.count, start + Store.idsPerStatement)]
                for job in try JobRows.jobs(db, where: "id IN \(placeholders(some.count))", Array(some)) {
                    found[job.spec.id] = job
                }
            }
            return found
        }
    }

    /// How each of a job's attempts ended, first to last.
    public func story(ofJob id: String) throws(StoreError) -> [AttemptEnding] {
        try read("read a job's story") { db in try JobRows.story(of: id, db) }
    }

    /// Jobs that ended without a result, in order of acceptance.
    public func deadLetters(after sequence: Int64 = 0, limit: Int = 1000) throws(StoreError) -> [LedgerJob] {
        try jobs([.dead], after: sequence, limit: limit)
    }

    /// Lanes that hand out nothing until they are resumed.
    public func pausedLanes() throws(StoreError) -> Set<Lane> {
        try read("list paused lanes") { db in
            Set(try db.column("SELECT lane FROM paused_lanes", as: String.self).compactMap(Lane.init))
        }
    }
}
