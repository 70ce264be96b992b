internal import JobQueue
internal import SQL

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
    private let database: any SQLDatabase
    private let subject: String
    private let lock: LockFile?

    static let migrations = [
        Migration(
            "1 profiles",
            sqlite: """
                CREATE TABLE profiles (
                    creator TEXT PRIMARY KEY,
                    profile TEXT NOT NULL,
                    folded_through INTEGER NOT NULL
                ) WITHOUT ROWID;
                """)
    ]

    /// Opens the profiles of a home: for its scorer, which is refused when another one runs.
    public init(writing home: Home) throws(StoreError) {
        subject = StoreDatabase.subject(.profiles, home)
        (database, lock) = try StoreDatabase.writer(.profiles, of: home)
    }

    /// Opens the profiles of a home for reading.
    public init(reading home: Home) throws(StoreError) {
        lock = nil
        subject = StoreDatabase.subject(.profiles, home)
        database = try StoreDatabase.reader(.profiles, of: home)
    }

    /// The profiles of a home for reading; nil when its scorer has not made any yet.
    public static func opened(_ home: Home) throws(StoreError) -> ProfileStore? {
        do throws(StoreError) { return try ProfileStore(reading: home) } catch {
            if error.code == .missing { return nil }
            throw error
        }
    }

    /// Replaces these creators' profiles and removes those of `gone`, all or none.
    public func put(_ profiles: [StoredProfile], removing gone: [String] = []) throws(StoreError) {
        do {
            try database.write { db in
                for creator in gone {
                    try db.execute("DELETE FROM profiles WHERE creator = ?", [creator])
                }
                for profile in profiles {
                    try db.execute(
                        """
                        INSERT INTO profiles (creator, profile, folded_through) VALUES (?, ?, ?)
                        ON CONFLICT (creator) DO UPDATE SET profile = excluded.profile,
                            folded_through = excluded.folded_through
                        """, [profile.creator, profile.profile, profile.foldedThrough])
                }
            }
        } catch { throw StoreError(error, operation: "write profiles", subject: subject) }
    }

    public func get(_ creator: String) throws(StoreError) -> StoredProfile? {
        try fetch("WHERE creator = ?", [creator]).first
    }

    /// The last event that any profile has seen; nil when there is none.
    public func foldedThrough() throws(StoreError) -> Int64? {
        do {
            return try database.read { db in try db.value("SELECT max(folded_through) FROM profiles") }
        } catch { throw StoreError(error, operation: "read profiles", subject: subject) }
    }

    /// Sorted by creator.
    public func all() throws(StoreError) -> [StoredProfile] { try fetch("ORDER BY creator", []) }

    private func fetch(_ condition: String, _ arguments: [any SQLColumn]) throws(StoreError) -> [StoredProfile] {
        do {
            return try database.read { db in
                try db.rows(
                    "SELECT creator, profile, folded_through FROM profiles \(condition)", arguments
                )
                .map {
                    try StoredProfile(
                        creator: $0["creator"], profile: $0["profile"], foldedThrough: $0["folded_through"])
                }
            }
        } catch { throw StoreError(error, operation: "read profiles", subject: subject) }
    }
}
