/// Names of the algorithms, written into everything stored. A change of output means a new name.
public enum FingerprintVersions {
    public static let video = "pdq/1"
    public static let audio = "constellation/2"
    public static let local = "blobs/1"
    public static let movement = "movement/1"
}

/// Hard limits of one file's fingerprint.
public enum FingerprintLimits {
    /// 69 hours at four a second.
    public static let frames = 1_000_000
    /// Frames that have margins: nine hours at four a second, 13 MB with their codes. Longer videos are looked up without.
    public static let marginFrames = 1 << 17
    /// Frames that have insets, likewise: two and a quarter hours, 9 MB.
    public static let insetFrames = 1 << 15
    /// Of movement, half a day: what lies beyond is not compared.
    public static let movementSeconds = 43_200.0
    public static let movementSteps = 172_800
    /// Of what a query alone needs of it, 17 minutes, and so many bytes; twice as many in memory.
    public static let movementFieldSteps = 1 << 13
    public static let movementFieldBytes = 9_000_000
    /// 69 hours at eighty a second.
    public static let soundPeaks = 20_000_000
    /// Three days at two a second.
    public static let localFrames = 1 << 19
    /// Of one frame.
    public static let localFeatures = 1 << 10
    /// Encoded bytes; the two above at their usual sizes come to half of it.
    public static let bytes = 256 << 20
    /// Seconds; 2³² ms, the range of `FrameCode.ptsMs`.
    public static let duration = 4_294_967.0
    /// Bytes of an abstain reason or an algorithm's name.
    public static let nameBytes = 64
}
