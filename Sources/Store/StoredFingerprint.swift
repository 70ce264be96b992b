public import FoundationEssentials
internal import GRDB

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

    static func fetch(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [Self] {
        try Row.fetchAll(
            db,
            sql:
                "SELECT video_id, job_id, sequence, creator, published_at, fingerprint FROM fingerprints WHERE \(condition)",
            arguments: arguments
        ).map { row in
            StoredFingerprint(
                videoID: row["video_id"], jobID: row["job_id"], sequence: row["sequence"],
                creator: row["creator"], publishedAt: row["published_at"], bytes: row["fingerprint"])
        }
    }
}
