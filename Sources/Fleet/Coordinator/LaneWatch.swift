internal import Records

/// Which lower lanes have waited so long that one of their jobs is to go before everything else.
///
/// Lanes have strict priority, so a flood of live jobs would keep the others waiting for ever. A lane
/// that has claimable tickets and whose first one has been the same for `patienceMs` is owed one job.
struct LaneWatch {
    private struct Head {
        var rank: Int64
        var sinceMs: Int64
    }

    let patienceMs: Int64
    private var heads: [Lane: Head] = [:]

    init(patienceMs: Int64) { self.patienceMs = patienceMs }

    /// - Parameter firstRank: of the lane's first claimable ticket; nil when there is none.
    /// - Returns: whether the lane is owed a job now; its patience begins anew then.
    mutating func isOwed(_ lane: Lane, firstRank: Int64?, nowMs: Int64) -> Bool {
        guard lane != .live, let firstRank else {
            heads[lane] = nil
            return false
        }
        guard let head = heads[lane], head.rank == firstRank else {
            heads[lane] = Head(rank: firstRank, sinceMs: nowMs)
            return false
        }
        guard nowMs - head.sinceMs >= patienceMs else { return false }
        heads[lane] = nil
        return true
    }
}
