/// A stretch of a file's timeline, in seconds, `start` included and `end` excluded.
public struct TimeSpan: Sendable, Codable, Equatable, Hashable {
    public var start: Double
    public var end: Double

    public init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }

    public var seconds: Double { end - start }
}
