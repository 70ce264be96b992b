internal import Foundation

/// A right that one connection at a time holds, by an advisory lock. The server lets it go when the
/// connection ends, whatever ended it.
public struct PostgresLock: Sendable, Equatable {
    /// What its holder is, for people.
    public var role: String
    /// Distinct among the locks of a database; "moir" in the upper half.
    public var key: Int64

    private init(_ role: String, _ number: Int64) {
        self.role = role
        key = 0x6D6F_6972 << 32 | number
    }

    public static let coordinator = PostgresLock("coordinator", 1)
    public static let scorer = PostgresLock("scorer", 2)
    static let migrations = PostgresLock("migrations", 3)
    /// Of whoever makes a partition, to the end of its transaction.
    public static let partitions = PostgresLock("partitions", 4)

    /// A worker's sign of life.
    ///
    /// - Parameter number: at least 2^31, unique among the living workers.
    public static func worker(_ number: Int64) -> PostgresLock { PostgresLock("worker", number) }

    /// Takes it, or says within a second who has it. Whoever is started again right after its end may come before the
    /// server has noticed that the old connection is gone, so that one refusal is none.
    func take(on connection: PostgresConnection) throws {
        for attempt in 1...6 {
            let isTaken: Int? = try connection.value("SELECT pg_try_advisory_lock(?)", [key])
            if isTaken == 1 { return }
            if attempt < 6 { Thread.sleep(forTimeInterval: 0.15) }
        }
        let holder = try connection.rows(
            """
            SELECT CAST(a.pid AS text) AS pid, coalesce(CAST(a.client_addr AS text), 'the server''s own machine') AS host,
                a.application_name AS name
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND CAST(l.classid AS bigint) = ? AND CAST(l.objid AS bigint) = ?
            """, [key >> 32, key & 0xFFFF_FFFF]
        ).first
        let who = try holder.map { "\(try $0["name"] as String) on \(try $0["host"] as String)" } ?? "another process"
        throw SQLError(
            .alreadyRunning, "\(who) is this home's \(role); stop it first, or leave the work to it")
    }
}
