/// Ceilings of one fetch.
public struct FetchLimits: Sendable, Equatable {
    /// Largest body, bytes.
    public var bytesMax: Int64
    /// Seconds for the name, the connection and its encryption.
    public var connectSeconds: Double
    /// Slower than this, bytes a second ...
    public var stallBytesPerSecond: Int
    /// ... for so many seconds, the transfer is ended.
    public var stallSeconds: Int
    /// Seconds for everything, redirects included.
    public var totalSeconds: Double
    /// All header lines of one answer, bytes. Ordinary answers have one or two thousand.
    public var headerBytesMax: Int
    /// Redirects followed.
    public var redirectsMax: Int
    /// Free bytes that a fetch leaves on its disk: it is the home's, and a queue that cannot write accepts nothing.
    public var freeBytesMin: Int64

    public static let standard = FetchLimits()

    /// Bytes of a URL; the longest that browsers and servers agree on are shorter.
    public static let urlBytesMax = 8192

    public init(
        bytesMax: Int64 = 16 << 30, connectSeconds: Double = 10, stallBytesPerSecond: Int = 4096,
        stallSeconds: Int = 30,
        totalSeconds: Double = 3600, headerBytesMax: Int = 64 << 10, redirectsMax: Int = 5,
        freeBytesMin: Int64 = 512 << 20
    ) {
        self.bytesMax = bytesMax
        self.connectSeconds = connectSeconds
        self.stallBytesPerSecond = stallBytesPerSecond
        self.stallSeconds = stallSeconds
        self.totalSeconds = totalSeconds
        self.headerBytesMax = headerBytesMax
        self.redirectsMax = redirectsMax
        self.freeBytesMin = freeBytesMin
    }
}
