public import FoundationEssentials
internal import SQL

/// A fingerprint with what decides who was first.
public struct StoredFingerprint: Sendable, Equatable {
    public var videoID: String
    public var jobID: String
    /// Order of acceptance.
    public var sequence: Int64
    public var creator: String?
    public var publishedAt: String?
    /// `MediaFingerprint` in its stored form.
    public var bytes: Data

    static func fetch(_ db: any SQLSession, where condition: String, _ arguments: [any SQLColumn]) throws -> [Self] {
        try db.rows(
            "SELECT video_id, job_id, sequence, creator, published_at, fingerprint FROM fingerprints WHERE \(condition)",
            arguments
        ).map { row in
            try StoredFingerprint(
                videoID: row["video_id"], jobID: row["job_id"], sequence: row["sequence"],
                creator: row["creator"], publishedAt: row["published_at"], bytes: row["fingerprint"])
        }
    }
}
