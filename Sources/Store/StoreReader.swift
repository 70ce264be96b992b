public import Records
internal import SQL

/// What anybody may ask of a home's store, at any time, while the coordinator writes or when none runs.
/// Each call sees one consistent state.
public struct StoreReader: Sendable {
    let database: any SQLDatabase
    let subject: String

    init(database: any SQLDatabase, subject: String) {
        self.database = database
        self.subject = subject
    }

    /// Opens the store of a home for reading only.
    public init(home: Home) throws(StoreError) {
        self.init(
            database: try StoreDatabase.reader(.store, of: home), subject: StoreDatabase.subject(.store, home))
    }

    func read<Value>(_ operation: String, _ body: (any SQLSession) throws -> Value) throws(StoreError) -> Value {
        do { return try database.read(body) } catch { throw StoreError(error, operation: operation, subject: subject) }
    }

    /// The results of one job's last attempt, as its worker handed them in.
    public func record(ofJob id: String) throws(StoreError) -> ExtractRecord? {
        try read("read a record") { db in
            try db.value("SELECT record FROM results WHERE \(HistorySQL.ofJob)", [id], as: String.self)
                .map { try CanonicalJSON.decode(ExtractRecord.self, from: .init($0.utf8)) }
        }
    }

    /// The committed fingerprint of a video.
    public func fingerprint(ofVideo id: String) throws(StoreError) -> StoredFingerprint? {
        try read("read a fingerprint") { db in try StoredFingerprint.fetch(db, where: "video_id = ?", [id]).first }
    }

    /// Whether a fingerprint of this video is committed.
    public func hasFingerprint(ofVideo id: String) throws(StoreError) -> Bool {
        try read("look for a fingerprint") { db in
            try db.value("SELECT 1 FROM fingerprints WHERE video_id = ?", [id], as: Int.self) != nil
        }
    }

    /// A named count of things that happened since the store was made.
    public func counter(_ name: String) throws(StoreError) -> Int {
        try read("read a counter") { db in
            try db.value("SELECT value FROM counters WHERE name = ?", [name]) ?? 0
        }
    }
}
