internal import GRDB
public import JobQueue
public import Records

extension Store {
    /// Tickets of queued jobs in one lane, oldest first.
    public func releasable(_ lane: Lane, limit: Int) throws(StoreError) -> [Ticket] {
        try reader.read("list queued jobs") { db in
            try JobRows.jobs(
                db, where: "state = 'queued' AND lane = ? ORDER BY sequence LIMIT ?",
                [lane.rawValue, limit]
            ).map(\.ticket)
        }
    }

    /// How many tickets of a lane are with the queue.
    public func releasedCount(_ lane: Lane) throws(StoreError) -> Int {
        try reader.read("count released jobs") { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM jobs WHERE state = 'released' AND lane = ?",
                arguments: [lane.rawValue]) ?? 0
        }
    }

    public func markReleased(_ ids: [String]) throws(StoreError) {
        try move(ids, from: .queued, to: .released)
    }

    /// Jobs whose delay is over go back to the schedule.
    public func wake(_ ids: [String]) throws(StoreError) {
        try move(ids, from: .waiting, to: .queued)
    }

    private func move(_ ids: [String], from: JobState, to: JobState) throws(StoreError) {
        guard !ids.isEmpty else { return }
        try write("move jobs to \(to.rawValue)") { db in
            for id in ids {
                try db.execute(
                    sql: "UPDATE jobs SET state = ? WHERE id = ? AND state = ?",
                    arguments: [to.rawValue, id, from.rawValue])
            }
        }
    }

    /// Every waiting job and its whole delay. Clocks are not kept across a restart, so a restarted
    /// coordinator lets each wait its delay again.
    public func waiting() throws(StoreError) -> [(id: String, delayMs: Int64)] {
        try reader.read("list waiting jobs") { db in
            try Row.fetchAll(db, sql: "SELECT id, delay_ms FROM jobs WHERE state = 'waiting' ORDER BY sequence")
                .map { ($0["id"], $0["delay_ms"]) }
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
            let released = Set(try String.fetchAll(db, sql: "SELECT id FROM jobs WHERE state = 'released'"))
            var changed = 0
            for id in released.union(outstanding.keys).sorted() {
                guard
                    let row = try Row.fetchOne(
                        db, sql: "SELECT state, attempts FROM jobs WHERE id = ?", arguments: [id])
                else { continue }
                let state: String = row["state"]
                let attempts: Int = row["attempts"]
                let really: JobState = (outstanding[id] ?? 0) > attempts ? .released : .queued
                guard state == JobState.queued.rawValue || state == JobState.released.rawValue, state != really.rawValue
                else { continue }
                try db.execute(sql: "UPDATE jobs SET state = ? WHERE id = ?", arguments: [really.rawValue, id])
                changed += 1
            }
            return changed
        }
    }
}
