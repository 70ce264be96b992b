public import JobQueue
public import Records
internal import SQL

extension Store {
    /// A tenant's share of one lane.
    public struct Backlog: Sendable, Equatable {
        public var tenant: String
        /// Of its tickets with the queue.
        public var released: Int

        public init(tenant: String, released: Int) {
            self.tenant = tenant
            self.released = released
        }
    }

    /// Tenants that have queued jobs in a lane, by name.
    public func backlogs(_ lane: Lane) throws(StoreError) -> [Backlog] {
        try reader.read("list waiting tenants") { db in
            // From name to name along the index, so that millions of queued jobs cost nothing.
            let tenants: [String] = try db.column(
                """
                WITH RECURSIVE found (tenant) AS (
                    SELECT min(tenant) FROM jobs WHERE state = 'queued' AND lane = ?
                    UNION ALL
                    SELECT (SELECT min(tenant) FROM jobs WHERE state = 'queued' AND lane = ? AND tenant > found.tenant)
                    FROM found WHERE found.tenant IS NOT NULL
                )
                SELECT tenant FROM found WHERE tenant IS NOT NULL
                """, [lane.rawValue, lane.rawValue])
            guard !tenants.isEmpty else { return [] }
            var released: [String: Int] = [:]
            for row in try db.rows(
                "SELECT tenant, count(*) AS jobs FROM jobs WHERE state = 'released' AND lane = ? GROUP BY tenant",
                [lane.rawValue])
            {
                released[try row["tenant"]] = try row["jobs"]
            }
            return tenants.map { Backlog(tenant: $0, released: released[$0] ?? 0) }
        }
    }

    /// Tickets of a tenant's queued jobs in one lane, oldest first.
    public func releasable(_ lane: Lane, of tenant: String, limit: Int) throws(StoreError) -> [Ticket] {
        try reader.read("list queued jobs") { db in
            try JobRows.jobs(
                db, where: "state = 'queued' AND lane = ? AND tenant = ? ORDER BY sequence LIMIT ?",
                [lane.rawValue, tenant, limit]
            ).map(\.ticket)
        }
    }

    /// Tickets of a lane that are with the queue, whatever their state there.
    public func released(_ lane: Lane) throws(StoreError) -> [Ticket] {
        try reader.read("list released jobs") { db in
            try JobRows.jobs(db, where: "state = 'released' AND lane = ? ORDER BY sequence", [lane.rawValue])
                .map(\.ticket)
        }
    }

    /// Lanes that hand out nothing until they are resumed.
    public func pausedLanes() throws(StoreError) -> Set<Lane> { try reader.pausedLanes() }

    /// Not synced: a coordinator that starts sees which tickets there are.
    public func markReleased(_ ids: [String]) throws(StoreError) {
        try move(ids, from: .queued, to: .released, isSynced: false)
    }

    /// Jobs whose tickets were taken back before anybody claimed them.
    public func markQueued(_ ids: [String]) throws(StoreError) {
        try move(ids, from: .released, to: .queued)
    }

    /// Jobs whose delay is over go back to the schedule.
    public func wake(_ ids: [String]) throws(StoreError) {
        try move(ids, from: .waiting, to: .queued)
    }

    private func move(
        _ ids: [String], from: JobState, to: JobState, isSynced: Bool = true
    ) throws(StoreError) {
        guard !ids.isEmpty else { return }
        try write("move jobs to \(to.rawValue)", isSynced: isSynced) { db in
            for start in stride(from: 0, to: ids.count, by: Self.idsPerStatement) {
                let some = ids[start..<min(ids.count, start + Self.idsPerStatement)]
                try db.execute(
                    "UPDATE jobs SET state = ? WHERE state = ? AND id IN \(placeholders(some.count))",
                    [to.rawValue, from.rawValue] + some)
            }
        }
    }

    static let idsPerStatement = 64

    /// Every waiting job and its whole delay. Clocks are not kept across a restart, so a restarted
    /// coordinator lets each wait its delay again.
    public func waiting() throws(StoreError) -> [(id: String, delayMs: Int64)] {
        try reader.read("list waiting jobs") { db in
            try db.rows("SELECT id, delay_ms FROM jobs WHERE state = 'waiting' ORDER BY sequence")
                .map { (try $0["id"], try $0["delay_ms"]) }
        }
    }

    /// Makes the ledger agree with what is really on the queue's path; see `FileQueueProtocol`.
    ///
    /// - Parameter outstanding: job ids on the path, each with the highest attempt number that can come of
    ///   it. What carries a number that is over (a claim that was given up, a ticket that was cancelled)
    ///   does not keep its job from being released again.
    /// - Returns: how many jobs changed state.
    public func heal(outstanding: [String: Int]) throws(StoreError) -> Int {
        try write("heal") { db in
            // Released jobs are a bounded window; the queued ones may be millions and are asked by id.
            let released: [String] = try db.column("SELECT id FROM jobs WHERE state = 'released'")
            var changed = 0
            for id in Set(released).union(outstanding.keys).sorted() {
                guard let row = try db.rows("SELECT state, attempts FROM jobs WHERE id = ?", [id]).first
                else { continue }
                let state: String = try row["state"]
                let attempts: Int = try row["attempts"]
                let really: JobState = (outstanding[id] ?? 0) > attempts ? .released : .queued
                guard state == JobState.queued.rawValue || state == JobState.released.rawValue, state != really.rawValue
                else { continue }
                try db.execute("UPDATE jobs SET state = ? WHERE id = ?", [really.rawValue, id])
                changed += 1
            }
            return changed
        }
    }
}
