/// Consecutive samples at the stream's own rate, one array per channel.
public struct SoundBlock: Sendable {
    /// Seconds of the first sample on the file's timeline.
    public var pts: Double
    public var sampleRateHz: Int
    /// Planar, -1...1 nominal, all of one length. At most eight channels.
    public var channels: [[Float]]
    /// ITU-R BS.1770 channel weights, one per channel: 1 for front, 1.41 for surround, 0 for LFE.
    public var weights: [Float]

    public init(pts: Double, sampleRateHz: Int, channels: [[Float]], weights: [Float]) {
        self.pts = pts
        self.sampleRateHz = sampleRateHz
        self.channels = channels
        self.weights = weights
    }
}

/// Consecutive mono samples at the fingerprint rate.
public struct MonoBlock: Sendable {
    /// Seconds of the first sample on the file's timeline.
    public var pts: Double
    /// -1...1 nominal, at `sampleRateHz`.
    public var samples: [Float]

    /// Hz. Half of 22 050: enough for everything a loudspeaker and a phone leave of a sound.
    public static let sampleRateHz = 11_025

    public init(pts: Double, samples: [Float]) {
        self.pts = pts
        self.samples = samples
    }
}
