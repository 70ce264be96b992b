import CKernels

/// Every tuned number of the sound fingerprint. A published set is never edited; the next is `v3`.
///
/// Frames are 1024 samples (93 ms: a room's echo of 50 ms stays within) at 11 025 Hz, every 256. The picture
/// is logarithmic in frequency, so that a change of pitch moves every peak by the same number of bands.
public struct AudioParameters: Sendable, Equatable {
    /// Written into everything stored.
    public var version: String
    /// A peak is the loudest within this many bands and ticks around it.
    public var peakReachBands: Int
    public var peakReachTicks: Int
    /// The neighbourhood a peak is compared with: its mean is what equaliser and loudspeaker make of a
    /// flat sound, so subtracting it takes them away.
    public var whiteningBands: Int
    public var whiteningTicks: Int
    /// Units of 1/256 octave of magnitude, as everything below: least height over that neighbourhood.
    public var leastProminence: Int
    /// Least height over the same band's own mean, so that a steady hum has no peaks.
    public var leastChange: Int
    /// Absolute floor: magnitude 2⁻⁶ of the unnormalised transform, a sine of -84 dBFS.
    public var floor: Int
    /// Peaks kept a second, and the ticks to both sides within which they compete.
    public var peaksPerSecond: Int
    public var rankReachTicks: Int

    public static let v2 = AudioParameters(
        version: FingerprintVersions.audio,
        peakReachBands: 3,  // an eighth of an octave
        peakReachTicks: 4,  // 93 ms
        whiteningBands: 12,  // half an octave
        whiteningTicks: 20,  // 0.46 s
        leastProminence: 128,  // 3 dB
        leastChange: 26,  // 0.6 dB
        floor: -1536,
        peaksPerSecond: 40,
        rankReachTicks: 21)  // 0.5 s

    /// Samples.
    static let frameSamples = moire_spectrum_frame
    /// Samples between frames: a tick, 23.2 ms.
    static let tickSamples = 256
    /// Samples in which a peak's time is told: half a tick.
    static let hopSamples = 128
}
