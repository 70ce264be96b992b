/// What the container and the decoders said of a file. Claims, not measurements.
public struct MediaInfo: Sendable, Codable, Equatable {
    /// FFmpeg's demuxer name, for instance `mov,mp4,m4a,3gp,3g2,mj2`.
    public var container: String
    /// Seconds the container claims; nil when it does not say.
    public var claimedDuration: Double?
    /// Raw timestamp, in seconds, that was subtracted so that the timeline starts at zero.
    public var startTime: Double
    public var bytes: Int64
    public var video: VideoInfo?
    public var audio: AudioInfo?
    /// Streams that were there and not used (second tracks, subtitles, data).
    public var ignoredStreams: Int

    enum CodingKeys: String, CodingKey {
        case container, claimedDuration = "claimed_duration", startTime = "start_time", bytes, video, audio
        case ignoredStreams = "ignored_streams"
    }

    public init(
        container: String, claimedDuration: Double? = nil, startTime: Double = 0, bytes: Int64 = 0,
        video: VideoInfo? = nil, audio: AudioInfo? = nil, ignoredStreams: Int = 0
    ) {
        self.container = container
        self.claimedDuration = claimedDuration
        self.startTime = startTime
        self.bytes = bytes
        self.video = video
        self.audio = audio
        self.ignoredStreams = ignoredStreams
    }
}

public struct VideoInfo: Sendable, Codable, Equatable {
    public var codec: String
    /// Decoded pixels, before rotation and sample aspect.
    public var codedWidth: Int
    public var codedHeight: Int
    /// Pixels as shown: rotated and with square pixels.
    public var width: Int
    public var height: Int
    /// Degrees clockwise that a player turns the picture: 0, 90, 180 or 270.
    public var rotation: Int
    public var mirrored: Bool
    /// Average frames per second the container claims; for display only, never used as a clock.
    public var claimedFrameRate: Double?
    public var pixelFormat: String
    public var bitDepth: Int
    /// `full` or `limited`.
    public var range: String
    public var colorPrimaries: String
    public var colorTransfer: String

    enum CodingKeys: String, CodingKey {
        case codec, codedWidth = "coded_width", codedHeight = "coded_height", width, height, rotation, mirrored
        case claimedFrameRate = "claimed_frame_rate", pixelFormat = "pixel_format", bitDepth = "bit_depth", range
        case colorPrimaries = "color_primaries", colorTransfer = "color_transfer"
    }

    public init(
        codec: String, codedWidth: Int, codedHeight: Int, width: Int, height: Int, rotation: Int = 0,
        mirrored: Bool = false, claimedFrameRate: Double? = nil, pixelFormat: String = "", bitDepth: Int = 8,
        range: String = "limited", colorPrimaries: String = "unknown", colorTransfer: String = "unknown"
    ) {
        self.codec = codec
        self.codedWidth = codedWidth
        self.codedHeight = codedHeight
        self.width = width
        self.height = height
        self.rotation = rotation
        self.mirrored = mirrored
        self.claimedFrameRate = claimedFrameRate
        self.pixelFormat = pixelFormat
        self.bitDepth = bitDepth
        self.range = range
        self.colorPrimaries = colorPrimaries
        self.colorTransfer = colorTransfer
    }
}

public struct AudioInfo: Sendable, Codable, Equatable {
    public var codec: String
    public var sampleRateHz: Int
    public var channels: Int
    public var layout: String

    enum CodingKeys: String, CodingKey {
        case codec, sampleRateHz = "sample_rate_hz", channels, layout
    }

    public init(codec: String, sampleRateHz: Int, channels: Int, layout: String = "") {
        self.codec = codec
        self.sampleRateHz = sampleRateHz
        self.channels = channels
        self.layout = layout
    }
}
