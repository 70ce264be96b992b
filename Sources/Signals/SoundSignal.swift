public import Frames

/// Loudness, silence, clipping, bandwidth, channels and content of the sound track.
public struct SoundSignal: Sendable, Codable, Equatable {
    public enum ChannelKind: String, Sendable, Codable, CaseIterable {
        case mono
        /// Two channels of one content, however loud each is.
        case dualMono = "dual_mono"
        /// Two channels of which one is empty.
        case oneSided = "one_sided"
        case stereo
        /// More than two channels.
        case surround
    }

    public var version: String
    /// EBU R128 integrated loudness, LUFS; nil when nothing passed the gate.
    public var integratedLUFS: Double?
    /// EBU Tech 3342 loudness range, LU.
    public var loudnessRangeLU: Double?
    /// Highest momentary loudness (EBU Tech 3341, a window of 0.4 s, counted where its middle lies) of each
    /// `loudnessPeriod` since the file's zero, LUFS; -70, the absolute gate of BS.1770, where nothing is louder or no
    /// sound is there. Nil without 0.4 s of sound, or when `abstainReason` is set.
    public var loudness: [Double]?
    /// Seconds of one value of `loudness`: 1, or 2, 4, 8 ... for sound of more than two minutes.
    public var loudnessPeriod: Double?
    /// Highest sample magnitude, dBFS.
    public var samplePeakDBFS: Double?
    /// 0...1, silent seconds over sound seconds.
    public var silenceShare: Double?
    public var silence: [TimeSpan]
    /// 0...1, the part of it in silent spans of two seconds and more.
    public var deadAirShare: Double?
    /// 0...1, share of samples inside clipped runs.
    public var clippingShare: Double?
    public var clipping: [TimeSpan]
    /// Hz up to which the sound really reaches.
    public var bandwidthHz: Double?
    public var channelKind: ChannelKind?
    /// -1...1, correlation of two channels; at -1 nothing is left where they are played as one. Nil of other than two.
    public var stereoCorrelation: Double?
    /// 0...1, energy of the difference of two channels over that of sum and difference.
    public var stereoWidth: Double?
    /// 0...1, share of the seconds that are like speech among those of which that can be told; nil when these are fewer
    /// than half of the audible ones, or the sound is shorter than 3 s. A second may be like speech and like music.
    public var speechShare: Double?
    /// The same of music.
    public var musicShare: Double?
    /// Whether music lies under the speech; nil without three seconds of speech, and where it cannot be told.
    public var musicBed: Bool?
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey {
        case version, integratedLUFS = "integrated_lufs", loudnessRangeLU = "loudness_range_lu"
        case loudness, loudnessPeriod = "loudness_period"
        case samplePeakDBFS = "sample_peak_dbfs", silenceShare = "silence_share", silence
        case deadAirShare = "dead_air_share", channelKind = "channel_kind"
        case stereoCorrelation = "stereo_correlation", stereoWidth = "stereo_width"
        case speechShare = "speech_share", musicShare = "music_share", musicBed = "music_bed"
        case clippingShare = "clipping_share", clipping, bandwidthHz = "bandwidth_hz", abstainReason = "abstain_reason"
    }

    public init(
        version: String, integratedLUFS: Double? = nil, loudnessRangeLU: Double? = nil,
        samplePeakDBFS: Double? = nil, silenceShare: Double? = nil, silence: [TimeSpan] = [],
        clippingShare: Double? = nil, clipping: [TimeSpan] = [], bandwidthHz: Double? = nil,
        abstainReason: String? = nil
    ) {
        self.version = version
        self.integratedLUFS = integratedLUFS
        self.loudnessRangeLU = loudnessRangeLU
        self.samplePeakDBFS = samplePeakDBFS
        self.silenceShare = silenceShare
        self.silence = silence
        self.clippingShare = clippingShare
        self.clipping = clipping
        self.bandwidthHz = bandwidthHz
        self.abstainReason = abstainReason
    }
}
