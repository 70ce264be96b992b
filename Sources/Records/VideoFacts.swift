/// What the platform says of an upload. Every field but the id may be absent, and absent stays absent.
public struct VideoFacts: Sendable, Codable, Equatable {
    public enum Surface: String, Sendable, Codable, CaseIterable { case content, shelf, live, search, other }

    public var videoID: String
    public var creator: String?
    public var market: String?
    public var surface: Surface?
    /// RFC 3339 in UTC, as given.
    public var publishedAt: String?
    /// Where `publishedAt` comes from.
    public var publishedPrecision: Precision?

    public enum Precision: String, Sendable, Codable, CaseIterable {
        /// Given by the platform.
        case exact
        /// The file's time of change, for want of better.
        case fileTime = "file_time"
    }

    enum CodingKeys: String, CodingKey {
        case videoID = "video_id", creator, market, surface, publishedAt = "published_at"
        case publishedPrecision = "published_precision"
    }

    public init(
        videoID: String, creator: String? = nil, market: String? = nil, surface: Surface? = nil,
        publishedAt: String? = nil, publishedPrecision: Precision? = nil
    ) {
        self.videoID = videoID
        self.creator = creator
        self.market = market
        self.surface = surface
        self.publishedAt = publishedAt
        self.publishedPrecision = publishedPrecision
    }
}
