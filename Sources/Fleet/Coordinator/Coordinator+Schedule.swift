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
        try queue.discard(batches)
        return true
    }

    /// Ledger into queue, a bounded window per lane. Tickets are durable before the ledger calls them
    /// released.
    func release() throws -> Bool {
        var worked = false
        for lane in Lane.allCases {
            let room = min(options.releasedPerLane - (try store.releasedCount(lane)), Self.ticketsPerStep)
            guard room > 0 else { continue }
            let tickets = try store.releasable(lane, limit: room)
            guard !tickets.isEmpty else { continue }
            try queue.release(tickets)
            try store.markReleased(tickets.map(\.job.id))
            worked = true
        }
        return worked
    }

    /// Tickets of one lane written in one step: each is an fsync, and results should not wait for
    /// hundreds of them.
    static let ticketsPerStep = 64

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
        return healed > 0
    }
}
