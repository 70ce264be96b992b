/// What one file may cost. Whatever exceeds a limit ends the pass with an outcome `refused` and the
/// reason `over_limit_<name>`, where `<name>` is the property's name in snake case.
public struct MediaLimits: Sendable, Codable, Equatable {
    /// Bytes of the file as a whole; of a pipe, bytes read. 8 GiB: four hours at 4.5 Mbit/s.
    public var inputBytes: Int64 = 8 << 30
    /// Bytes that may be read to find out the format and the streams. FFmpeg's own default.
    public var probeBytes: Int64 = 5_000_000
    /// Seconds of the file that may be looked at to find the streams' parameters. FFmpeg's default.
    public var analyzeSeconds: Double = 5
    /// Streams in the container, used or not. Broadcast multiplexes have about forty.
    public var streams: Int = 64
    /// Longest side of a decoded frame.
    public var side: Int = 16_384
    /// Pixels of a decoded frame: 8192 × 4320, the largest size in common use, and a little.
    public var pixels: Int = 36_000_000
    /// Seconds on the decoded timeline.
    public var durationSeconds: Double = 4 * 3600
    /// Packets read from the container: four hours at 60 frames and 50 sound packets a second, twice.
    public var packets: Int = 4_000_000
    /// Decoded frames: four hours at 60 a second, twice.
    public var frames: Int = 2_000_000
    /// Times that the picture size or the sample format may change; real streams change a few times.
    public var formatChanges: Int = 64
    /// Bytes of one allocation inside FFmpeg (`av_max_alloc`, so for the whole process). A plane of the
    /// largest frame at 16 bit is 72 MB.
    public var allocationBytes: Int = 256 << 20

    public static let standard = MediaLimits()

    /// A photo's: 64 million pixels, which is what FFmpeg can hold of one in 8-bit RGBA under `allocationBytes`; and as
    /// many bytes as that picture would have without any compression.
    public static let photo = {
        var limits = MediaLimits()
        limits.inputBytes = 256 << 20
        limits.pixels = 64_000_000
        return limits
    }()

    enum CodingKeys: String, CodingKey {
        case inputBytes = "input_bytes", probeBytes = "probe_bytes", analyzeSeconds = "analyze_seconds"
        case streams, side, pixels, durationSeconds = "duration_seconds", packets, frames
        case formatChanges = "format_changes", allocationBytes = "allocation_bytes"
    }

    public init() {}
}
