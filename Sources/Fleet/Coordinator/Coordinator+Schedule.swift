internal import JobQueue
internal import Logging
internal import Records
internal import Store

extension Coordinator {
    /// Inbox into ledger. Batches are entered before they are removed; entered twice they are the same.
    func ingest() throws -> Bool {
        let batches = try queue.inbox(limit: options.messagesPerStep)
        guard !batches.isEmpty else { return false }
        let ingest = try store.ingest(batches.flatMap(\.messages), at: clock.timestamp(), producer: producer)
        for ticket in ingest.withdrawn { _ = try queue.withdraw(ticket) }
        for (id, delayMs) in ingest.delayed { dueMs[id] = clock.monotonicMs() + delayMs }
        if !ingest.lanes.isEmpty { try takePaused() }
        try queue.discard(batches)
        return true
    }

    /// Ledger into queue, a bounded window per lane, tenants in turn. Tickets are written before the ledger
    /// calls them released.
    func release() throws -> Bool {
        var tickets: [Ticket] = []
        for lane in Lane.allCases where !pausedLanes.contains(lane) { tickets += try next(in: lane) }
        if !tickets.isEmpty {
            try queue.release(tickets)
            try store.markReleased(tickets.map(\.job.id))
        }
        return try promoteStarved() || !tickets.isEmpty
    }

    private func next(in lane: Lane) throws -> [Ticket] {
        let backlogs = try store.backlogs(lane)
        guard !backlogs.isEmpty else { return [] }
        let front = try queue.front(of: lane)
        let room = min(max(0, options.releasedPerLane - front.tickets), Self.ticketsPerStep)
        var waiting: [String: [Ticket]] = [:]
        for backlog in backlogs {
            // The window may be full of others' tickets; the first few of a tenant have a place all the same.
            let share = max(room, min(Self.ticketsPerTenant - backlog.released, Self.ticketsPerTenant))
            guard share > 0 else { continue }
            waiting[backlog.tenant] = try store.releasable(lane, of: backlog.tenant, limit: share)
        }
        guard !waiting.isEmpty else { return [] }
        var fair = shares[lane] ?? FairShare()
        fair.advance(to: front.firstRank)
        let reserved = room == 0 ? waiting.values.reduce(0) { $0 + $1.count } : room
        let tickets = fair.pick(waiting, room: min(reserved, Self.ticketsPerStep))
        shares[lane] = fair
        return tickets
    }

    /// Tickets of one lane written in one step, so that results do not wait for hundreds of them.
    static let ticketsPerStep = 64
    /// Tickets of one tenant and lane that have a place in a full window.
    static let ticketsPerTenant = 2

    /// One job at a time: while nobody claims the last one, nobody claims anything, and a lane that waits for
    /// workers is not starved by another.
    private func promoteStarved() throws -> Bool {
        var worked = false
        for lane in Lane.allCases where lane != .live && !pausedLanes.contains(lane) {
            let first = try queue.front(of: lane).firstRank
            guard laneWatch.isOwed(lane, firstRank: first, nowMs: clock.monotonicMs()),
                try queue.front(of: .live).firstRank != Ticket.promotedRank
            else { continue }
            worked = try queue.promote(lane) || worked
        }
        return worked
    }

    /// Takes back what a paused lane has handed out and nobody has claimed.
    func takePaused() throws {
        pausedLanes = try store.pausedLanes()
        for lane in pausedLanes {
            var back: [String] = []
            for ticket in try store.released(lane) where try queue.withdraw(ticket) { back.append(ticket.job.id) }
            try store.markQueued(back)
        }
    }

    func wakeDue() throws -> Bool {
        let now = clock.monotonicMs()
        let due = dueMs.filter { $0.value <= now }.map(\.key).sorted()
        guard !due.isEmpty else { return false }
        try store.wake(due)
        for id in due { dueMs[id] = nil }
        return true
    }

    func heal() throws -> Bool {
        let healed = try store.heal(outstanding: try queue.outstanding())
        if healed > 0 { log.notice("\(healed) jobs were not where the ledger had them; healed") }
        try takePaused()
        return healed > 0
    }
}
