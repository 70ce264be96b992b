internal import GRDB
internal import JobQueue

/// A creator's profile as the scorer last folded it.
public struct StoredProfile: Sendable, Equatable {
    public var creator: String
    /// Canonical JSON; the store does not look inside.
    public var profile: String
    /// The last event that the fold has seen.
    public var foldedThrough: Int64

    public init(creator: String, profile: String, foldedThrough: Int64) {
        self.creator = creator
        self.profile = profile
        self.foldedThrough = foldedThrough
    }
}

/// The creators' profiles, in a file of their own because they have a writer of their own: the
/// scorer. They can be lost without harm; the events make them again.
public final class ProfileStore: Sendable {
    private let database: DatabaseQueue
    private let path: String
    private let lock: LockFile?

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 profiles") { db in
            try db.execute(
                sql: """
                    CREATE TABLE profiles (
                        creator TEXT PRIMARY KEY,
                        profile TEXT NOT NULL,
                        folded_through INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    /// Opens the profiles of a home: for its scorer, which is refused when another one runs.
    public init(writing home: Home) throws(StoreError) {
        lock = try WriterLock.take("scorer", in: home)
        path = home.profiles
        database = try Connection.writer(home.profiles, migrator: Self.migrator)
    }

    /// Opens the profiles of a home for reading.
    public init(reading home: Home) throws(StoreError) {
        lock = nil
        path = home.profiles
        database = try Connection.reader(home.profiles, migrator: Self.migrator)
    }

    /// Replaces these creators' profiles and removes those of `gone`, all or none.
    public func put(_ profiles: [StoredProfile], removing gone: [String] = []) throws(StoreError) {
        do {
            try database.write { db in
                for creator in gone {
                    try db.execute(sql: "DELETE FROM profiles WHERE creator = ?", arguments: [creator])
                }
                for profile in profiles {
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO profiles (creator, profile, folded_through) VALUES (?, ?, ?)",
                        arguments: [profile.creator, profile.profile, profile.foldedThrough])
                }
            }
        } catch { throw StoreError(error, operation: "write profiles", subject: path) }
    }

    public func get(_ creator: String) throws(StoreError) -> StoredProfile? {
        try fetch("WHERE creator = ?", [creator]).first
    }

    /// Sorted by creator.
    public func all() throws(StoreError) -> [StoredProfile] { try fetch("ORDER BY creator", []) }

    private func fetch(_ condition: String, _ arguments: StatementArguments) throws(StoreError) -> [StoredProfile] {
        do {
            return try database.read { db in
                try Row.fetchAll(
                    db, sql: "SELECT creator, profile, folded_through FROM profiles \(condition)",
                    arguments: arguments
                )
                .map {
                    StoredProfile(creator: $0["creator"], profile: $0["profile"], foldedThrough: $0["folded_through"])
                }
            }
        } catch { throw StoreError(error, operation: "read profiles", subject: path) }
    }
}
