internal import JobQueue

/// Whose job goes next within one lane: start-time fair queueing (Goyal, Vin and Cheng, 1996), every job
/// being one unit of work.
///
/// A tenant's next job starts at the later of two virtual times: the lane's, which is that of the job that
/// is handed out now, and the end of the tenant's own previous job. So tenants take turns, however many
/// jobs one of them has, and one who comes with a first job has it next.
struct FairShare {
    /// The lane's virtual time, in jobs.
    private var now: Int64 = 1
    /// When the last job of a tenant ends; forgotten once it is past.
    private var ends: [String: Int64] = [:]

    /// - Parameter firstRank: rank of the first ticket that nobody has claimed yet; nil when all are claimed.
    mutating func advance(to firstRank: Int64?) {
        now = max(now, firstRank ?? ends.values.max() ?? now)
        ends = ends.filter { $0.value > now }
    }

    /// Picks from the heads of the tenants' queues, and gives each ticket its virtual start as rank.
    ///
    /// - Parameters:
    ///   - waiting: per tenant its next tickets, oldest first.
    ///   - room: tickets to pick at most.
    mutating func pick(_ waiting: [String: [Ticket]], room: Int) -> [Ticket] {
        var queues = waiting.mapValues { $0[...] }.filter { !$0.value.isEmpty }
        var picked: [Ticket] = []
        while picked.count < room,
            let next = queues.min(by: { a, b in
                (start(of: a.key), a.value.first?.sequence ?? 0) < (start(of: b.key), b.value.first?.sequence ?? 0)
            }), var ticket = next.value.first
        {
            ticket.rank = start(of: next.key)
            ends[next.key] = ticket.rank + 1
            picked.append(ticket)
            queues[next.key] = next.value.count > 1 ? next.value.dropFirst() : nil
        }
        return picked
    }

    private func start(of tenant: String) -> Int64 { max(now, ends[tenant] ?? 0) }
}
