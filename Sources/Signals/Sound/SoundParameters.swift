/// Every constant of the sound meter.
public struct SoundParameters: Sendable, Equatable {
    public var version: String

    // Loudness: ITU-R BS.1770-4 annex 1, EBU R 128, EBU Tech 3342.

    /// Steps in a second; a gating block is four steps, so blocks overlap by 75 % (BS.1770-4).
    public var stepsPerSecond = 10
    public var stepsPerBlock = 4
    /// Steps in a short-term window of 3 s (Tech 3341), the basis of the loudness range.
    public var stepsPerShortTerm = 30
    /// LUFS (BS.1770-4).
    public var absoluteGate = -70.0
    /// LU below the level of what passed the absolute gate (BS.1770-4).
    public var relativeGate = -10.0
    /// LU, the wider relative gate of the loudness range (Tech 3342).
    public var rangeGate = -20.0
    /// Percentiles between which the loudness range lies (Tech 3342).
    public var rangeLow = 0.10, rangeHigh = 0.95

    /// Values of the loudness curve at most, as of the motion curve.
    public var curveValuesMax = StaticParameters.v4.motionValuesMax

    // Silence.

    /// Peak below which a moment is silent: -60 dBFS, the level at which FFmpeg's silencedetect
    /// draws the line by default; the noise of a quiet room recorded by a phone lies above it.
    public var silencePeak: Float = 0.001
    /// Seconds; shorter rests belong to speech and music.
    public var silenceSeconds = 0.5
    /// Seconds; from here on nothing is being broadcast. FFmpeg's silencedetect tells silence of that length by default.
    public var deadAirSeconds = 2.0

    // Clipping.

    /// -0.009 dBFS: lossy coding moves flat tops by less than that seldom, and players cut above 1.
    public var rail: Float = 0.999
    /// Samples; two neighbours at full scale occur in a clean sine of high frequency, three do not.
    public var clippedRun: Int32 = 3
    /// Seconds; clipped moments nearer than that are heard as one disturbance.
    public var clippingGapSeconds = 0.5

    // Bandwidth.

    /// Samples of one spectrum: 23 Hz a bin at 48 kHz.
    public var spectrumSamples = 2048
    /// Samples from one spectrum to the next: a quarter of the sound is looked at, six times a second.
    public var spectrumHop = 8192
    /// dB under the strongest third of an octave's worth of bins; music and speech that reach a
    /// frequency at all stay within it, the stop bands of coders and resamplers do not.
    public var bandwidthRange = 75.0
    /// dB over the quietest stretch of the spectrum that a bin must stand.
    public var bandwidthMargin = 10.0

    // Channels.

    /// dB under the other channel at which one counts as empty: the crosstalk of analog players.
    public var oneSided = 60.0
    /// dB under one channel at which what remains of it lies when the other is taken from it. Lossy coders leave up to
    /// -30 of identical channels where they save on their difference.
    public var dualMono = 30.0

    // Speech and music.

    var content = SpeechMusicParameters()

    /// Spans kept in a record, the longest ones.
    public var spansMax = 24
    /// Seconds that a block may lie off the running clock before it counts as a gap: encoders round
    /// timestamps to 1/90000 s or a millisecond, never to this.
    public var gapSeconds = 0.05

    public static let v2 = SoundParameters(version: SignalVersions.sound)
}
