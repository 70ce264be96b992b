internal import SQL

/// Where one job stands, without its specification: what one asks for thousands at once.
public struct JobStanding: Sendable, Equatable {
    public var id: String
    public var state: JobState
    /// Attempts that are over; a retry keeps them.
    public var attempts: Int
    /// `Outcome.Kind`'s raw value; nil while the job is open.
    public var kind: String?
    public var reason: String?
}

extension StoreReader {
    /// Jobs that one call of `standings` may ask for.
    public static let standingsMax = 500

    /// Where these jobs stand, in no order; those that the ledger does not know are left out.
    ///
    /// - Parameter ids: at most `standingsMax`.
    /// - Complexity: one look-up by primary key each.
    public func standings(of ids: [String]) throws(StoreError) -> [JobStanding] {
        precondition(ids.count <= Self.standingsMax, "\(ids.count) jobs")
        if ids.isEmpty { return [] }
        return try read("look up jobs") { db in
            return try db.rows(
                """
                SELECT id, state, attempts, outcome_kind, outcome_reason FROM jobs
                WHERE id IN \(placeholders(ids.count))
                """, ids
            )
            .compactMap { row in
                let state: String = try row["state"]
                guard let state = JobState(rawValue: state) else { return nil }
                return try JobStanding(
                    id: row["id"], state: state, attempts: row["attempts"], kind: row["outcome_kind"],
                    reason: row["outcome_reason"])
            }
        }
    }
}
