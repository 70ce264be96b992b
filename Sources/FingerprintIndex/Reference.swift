/// A video or sound in the index: who and where it is from. Its fingerprint is kept beside it.
public struct Reference: Codable, Sendable, Equatable {
    /// Unique in an index, 1...1024 bytes of UTF-8.
    public var id: String
    /// The collection it belongs to: a protected catalogue, every upload so far, well-known sounds.
    public var bank: String
    public var creator: String?
    /// RFC 3339 in UTC, as given.
    public var publishedAt: String?
    /// Place in the order of arrival. Assigned by the index when 0, and kept as given otherwise.
    public var sequence: UInt64
    /// Seconds.
    public var duration: Double

    enum CodingKeys: String, CodingKey {
        case id, bank, creator, publishedAt = "published_at", sequence, duration
    }

    public init(
        id: String, bank: String = "default", creator: String? = nil, publishedAt: String? = nil,
        sequence: UInt64 = 0, duration: Double = 0
    ) {
        self.id = id
        self.bank = bank
        self.creator = creator
        self.publishedAt = publishedAt
        self.sequence = sequence
        self.duration = duration
    }

    /// Equal but for the place in the order of arrival.
    func saysTheSame(as other: Reference) -> Bool {
        var twin = other
        twin.sequence = sequence
        return self == twin
    }
}
