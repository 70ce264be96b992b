/// Two frames that lie on one line.
public struct FramePair: Sendable, Codable, Equatable {
    /// Seconds.
    public var query: Double
    /// Seconds.
    public var reference: Double
    /// Bits that differ, 0...256; unrelated pictures differ in about 128.
    public var distance: Int

    public init(query: Double, reference: Double, distance: Int) {
        self.query = query
        self.reference = reference
        self.distance = distance
    }
}

/// Why a pair matched or did not.
public struct PairReport: Sendable, Codable, Equatable {
    /// What stopped the pair, in the order in which it is asked.
    public enum Gate: String, Sendable, Codable, CaseIterable {
        /// One of the two has neither usable pictures nor sound, or they share no kind.
        case noCodes = "no_codes"
        /// No frames and no sounds are alike.
        case nothingAlike = "nothing_alike"
        /// What is alike lies on no common line of time.
        case noLine = "no_line"
        /// All agreement is one picture or one instant, and not a close one.
        case tooFewMoments = "too_few_moments"
        /// The pictures agree, but what moves in them does not: the same scene, filmed again.
        case otherTake = "other_take"
        case scoreBelowThreshold = "score_below_threshold"
        case matched
    }

    /// The best line of time, whether it became a match or not.
    public struct Alignment: Sendable, Codable, Equatable {
        /// 0...1, as a match's.
        public var score: Double
        public var speed: Double
        public var offset: Double
        public var mirrored: Bool
        /// Of the stretch that lies on the line, seconds.
        public var queryStart = 0.0
        public var queryEnd = 0.0
        public var referenceStart = 0.0
        public var referenceEnd = 0.0
        /// Decades of evidence that pictures, with what moves in them, and sound give, and what the search costs.
        public var videoDecades: Double
        public var audioDecades: Double
        public var searchCost: Double
        /// What of it is left, and what a match needs.
        public var decades = 0.0
        public var decadesNeeded = 0.0
        public var videoMoments: Int
        public var audioMoments: Int
        public var framePairs: [FramePair]
        /// Peaks of sound that meet in each second of the query, from 0.
        public var peaksPerSecond: [Int]
        /// Peaks of sound that lie on the line, in the query's order; at most `SoundPair.reportMax`, spread
        /// evenly where there are more.
        public var soundPairs: [SoundPair] = []
        /// Semitones by which the query is higher than the reference; 0 when the pitch was not changed.
        public var pitch = 0.0
        /// Frames whose places agree, in the query's order; at most `PlacePair.reportMax`. Empty where whole frames
        /// or sound alone agree.
        public var placePairs: [PlacePair] = []
        /// How the reference's picture lies in the query's, or would if this were a match. Nil where nothing tells, and
        /// where nobody asked.
        public var transform: MatchTransform?
        /// How what moves agrees; nil where nothing that moves was compared.
        public var movement: Match.Movement?

        enum CodingKeys: String, CodingKey {
            case score, speed, offset, mirrored, videoDecades = "video_decades", audioDecades = "audio_decades"
            case searchCost = "search_cost", videoMoments = "video_moments", audioMoments = "audio_moments"
            case framePairs = "frame_pairs", peaksPerSecond = "peaks_per_second"
            case soundPairs = "sound_pairs", pitch = "pitch_semitones", placePairs = "place_pairs", transform, movement
            case queryStart = "query_start", queryEnd = "query_end", referenceStart = "reference_start"
            case referenceEnd = "reference_end", decades, decadesNeeded = "decades_needed"
        }
    }

    /// Two frames, wherever they lie.
    public struct ClosestFrames: Sendable, Codable, Equatable {
        public var pair: FramePair
        /// Whether one of them is alike in the mirror.
        public var mirrored: Bool
    }

    public var gate: Gate
    /// One sentence for a person.
    public var explanation: String
    /// Best first; disjoint in the query. Empty unless `gate` is `matched`.
    public var matches: [Match]
    /// Of the best match, or of the nearest miss.
    public var nearest: Alignment?
    /// Frames with enough picture in them, and peaks of sound.
    public var queryFrames: Int
    public var referenceFrames: Int
    public var queryPeaks: Int
    public var referencePeaks: Int
    /// Smallest distance of any two frames, straight or mirrored; nil without frames.
    public var closestFrames: Int?
    /// Which two they are.
    public var closestPair: ClosestFrames?
    public var method: String

    enum CodingKeys: String, CodingKey {
        case gate, explanation, matches, nearest, queryFrames = "query_frames", referenceFrames = "reference_frames"
        case queryPeaks = "query_peaks", referencePeaks = "reference_peaks"
        case closestFrames = "closest_frames", closestPair = "closest_pair", method
    }
}
