/// Every tuned number of the landmark fingerprint. A published set is never edited; the next is `v2`.
///
/// Frames are 1024 samples (93 ms: two tones 22 Hz apart are told apart, and a room's echo of 50 ms
/// stays within) at 11 025 Hz. Chosen on attacked copies among 59 references: hops of 128 found
/// 83 % first where 256 found 82 %, 25 peaks a second 81 %; wider neighbourhoods and sharper ranks lost.
public struct AudioParameters: Sendable, Equatable {
    /// Written into everything stored.
    public var version: String
    /// Lowest and one past the highest bin that may hold a peak; a bin is 10.77 Hz.
    public var lowestBin: Int
    public var highestBin: Int
    /// A peak is the loudest within this many bins and hops around it.
    public var peakReachBins: Int
    public var peakReachHops: Int
    /// The neighbourhood a peak is compared with: its mean is what equaliser and loudspeaker make of a
    /// flat sound, so subtracting it takes them away.
    public var whiteningBins: Int
    public var whiteningHops: Int
    /// Units of 1/256 octave of magnitude, as everything below: least height over that neighbourhood.
    public var leastProminence: Int
    /// Least height over the same bin's own mean, so that a steady hum has no peaks.
    public var leastChange: Int
    /// Absolute floor: magnitude 2⁻⁶ of the unnormalised transform, a sine of -84 dBFS.
    public var floor: Int
    /// Peaks kept a second, and the hops to both sides within which they compete.
    public var peaksPerSecond: Int
    public var rankReachHops: Int
    /// Each peak is paired with this many that follow.
    public var pairs: Int
    /// Hops between the two of a pair, and the most bins between them.
    public var mostHopsApart: Int
    public var mostBinsApart: Int

    public static let v1 = AudioParameters(
        version: FingerprintVersions.audio,
        lowestBin: 12,  // 129 Hz: phones leave nothing below
        highestBin: 480,  // 5168 Hz: before the resampler's edge
        peakReachBins: 8,  // 86 Hz
        peakReachHops: 8,  // 93 ms
        whiteningBins: 24,  // 258 Hz
        whiteningHops: 40,  // 0.46 s
        leastProminence: 128,  // 3 dB
        leastChange: 26,  // 0.6 dB
        floor: -1536,
        peaksPerSecond: 35,
        rankReachHops: 43,  // 0.5 s
        pairs: 4,
        mostHopsApart: 127,  // 1.47 s
        mostBinsApart: 40)  // 431 Hz

    /// Samples.
    static let frameSamples = 1024
    static let hopSamples = 128
}
