public import Frames

/// Whether the picture looks filmed off another screen, and beside it, whether the sound seems recorded off a
/// loudspeaker.
public struct RecaptureSignal: Sendable, Codable, Equatable {
    /// What the cues saw, where they saw something.
    public struct Evidence: Sendable, Codable, Equatable {
        /// Bands that roll through the picture: how often a second, how many over its height, how many dB the
        /// wave stands over its surroundings.
        public var bandHz: Double?
        public var bandCycles: Int?
        public var bandDecibels: Double?
        /// Whether lamps on the mains would roll just so at this frame rate.
        public var bandsAtLampBeat: Bool?
        /// The wave that all over the picture repeats at one frequency, in cycles per pixel of the file.
        public var moireHorizontal: Double?
        public var moireVertical: Double?
        public var moireDecibels: Double?
        /// The spectrum with that wave; see `SpectrumMap`.
        public var moireSpectrum: String?
        /// Corners of the screen, clockwise from the top left: x and y as shares of the picture.
        public var outline: [Double]?

        enum CodingKeys: String, CodingKey {
            case bandHz = "band_hz", bandCycles = "band_cycles", bandDecibels = "band_decibels"
            case bandsAtLampBeat = "bands_at_lamp_beat", moireHorizontal = "moire_horizontal"
            case moireVertical = "moire_vertical", moireDecibels = "moire_decibels"
            case moireSpectrum = "moire_spectrum", outline
        }

        public init(
            bandHz: Double? = nil, bandCycles: Int? = nil, bandDecibels: Double? = nil, bandsAtLampBeat: Bool? = nil,
            moireHorizontal: Double? = nil, moireVertical: Double? = nil, moireDecibels: Double? = nil,
            moireSpectrum: String? = nil, outline: [Double]? = nil
        ) {
            self.bandHz = bandHz
            self.bandCycles = bandCycles
            self.bandDecibels = bandDecibels
            self.bandsAtLampBeat = bandsAtLampBeat
            self.moireHorizontal = moireHorizontal
            self.moireVertical = moireVertical
            self.moireDecibels = moireDecibels
            self.moireSpectrum = moireSpectrum
            self.outline = outline
        }
    }

    /// Half of a picture's spectrum as hexadecimal digits, row by row: 32 rows of vertical frequency from -1/2 up, 17
    /// columns of horizontal frequency from 0 to 1/2 cycle per pixel. A digit counts steps of 1.5 dB over the
    /// surroundings, up to 15; the other half is the same, turned by half a turn.
    public enum SpectrumMap {
        public static let rows = 32, columns = 17
        public static let decibels = 1.5
    }

    public var version: String
    /// 0...1; nil when `abstainReason` is set.
    public var probability: Double?
    /// `moire`, `bands`, `outline`, `falloff`, `highlights`, each 0 (absent) ... 1 (strong).
    public var cues: [String: Double]
    /// Nil where no cue saw anything.
    public var evidence: Evidence?
    /// Where the video looks filmed off a screen, to within a window of 8 s.
    public var spans: [TimeSpan]
    public var abstainReason: String?
    /// Says nothing of the picture, and `probability` nothing of the sound. Nil where the sound was not listened to.
    public var sound: SoundRecapture?

    enum CodingKeys: String, CodingKey {
        case version, probability, cues, evidence, spans, sound, abstainReason = "abstain_reason"
    }

    public init(
        version: String, probability: Double?, cues: [String: Double] = [:], evidence: Evidence? = nil,
        spans: [TimeSpan] = [], abstainReason: String? = nil
    ) {
        self.version = version
        self.probability = probability
        self.cues = cues
        self.evidence = evidence
        self.spans = spans
        self.abstainReason = abstainReason
    }
}
