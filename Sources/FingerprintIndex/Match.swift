/// Two spans of the same content: one in the query, one in a reference.
public struct Match: Sendable, Codable, Equatable {
    public enum Modality: String, Sendable, Codable, CaseIterable { case video, audio, both }

    /// What one modality contributes.
    public struct Evidence: Sendable, Codable, Equatable {
        /// 0...1, comparable between clips and modalities.
        public var score: Double
        public var queryStart: Double
        public var queryEnd: Double
        public var referenceStart: Double
        public var referenceEnd: Double
        /// Distinct moments that agree: separate pictures, or separate instants of sound.
        public var moments: Int
        /// Video: mean Hamming distance of the agreeing frames. Audio: peaks that meet a second.
        public var strength: Double
        /// Audio: how many references in the index carry this piece of sound, this one included; nil where a pair
        /// was compared and no index was asked.
        public var popularity: Int?
        /// Audio: semitones by which the query is higher.
        public var pitch: Double?

        enum CodingKeys: String, CodingKey {
            case score, queryStart = "query_start", queryEnd = "query_end", referenceStart = "reference_start"
            case referenceEnd = "reference_end", moments, strength, popularity, pitch = "pitch_semitones"
        }

        public init(
            score: Double, queryStart: Double, queryEnd: Double, referenceStart: Double, referenceEnd: Double,
            moments: Int, strength: Double, pitch: Double? = nil
        ) {
            self.score = score
            self.queryStart = queryStart
            self.queryEnd = queryEnd
            self.referenceStart = referenceStart
            self.referenceEnd = referenceEnd
            self.moments = moments
            self.strength = strength
            self.pitch = pitch
        }
    }

    /// How what moves in the query agrees with what moves in the reference, where both have enough of it to compare: on
    /// the line of time where they agree best, backwards or in pieces if need be.
    public struct Movement: Sendable, Codable, Equatable {
        /// -1...1, correlation of the changes of brightness of 4×4 parts of the picture, what they have in common taken
        /// out: of copies 0.8 in the middle, of two takes of one scene 0.25.
        public var correlation: Double
        /// 0...1, what nineteen of twenty copies that look like this one reach, at least; nil where nothing is expected, and
        /// before aligner 9.
        public var expected: Double?
        /// How much was compared, seconds of the reference.
        public var seconds: Double
        /// 0.04...1, what counts therefore of the evidence of the picture, and of sound on a line that the picture gave.
        public var weight: Double
        /// 0...4, decades that it adds to the evidence of the picture where it agrees on the match's own line of time; nil
        /// before aligner 10.
        public var decades: Double?
        /// What whole frames say; nil where movement itself says enough, where they were not comparable, where the copy was cut
        /// up or plays backwards, and before aligner 11.
        public var frames: Frames?

        /// How what changes from one whole frame to the next agrees, four times a second.
        public struct Frames: Sendable, Codable, Equatable {
            /// -1...1, correlation of the changes of 256 frequencies with those of the reference's hashes: of copies 0.65 in
            /// the middle, of two takes of one scene 0.1.
            public var correlation: Double
            /// 0...1, what 97 of 100 copies that look like this one reach, at least; nil where nothing is expected.
            public var expected: Double?
            /// How much was compared, seconds of the reference.
            public var seconds: Double
        }
    }

    public var query: String
    public var reference: String
    public var bank: String
    public var score: Double
    public var modality: Modality
    public var queryStart: Double
    public var queryEnd: Double
    public var referenceStart: Double
    public var referenceEnd: Double
    /// Reference seconds per query second.
    public var speed: Double
    /// `referenceStart - speed * queryStart`, seconds.
    public var offset: Double
    public var mirrored: Bool
    /// 0...1, matched seconds over the query's (the reference's) length.
    public var queryCoverage: Double
    public var referenceCoverage: Double
    /// Chance that two unrelated clips score this high, as measured on unrelated pairs; see `method`.
    public var falseMatchRate: Double
    public var video: Evidence?
    public var audio: Evidence?
    /// How the reference's picture lies in the query's; nil where only whole frames or sound agree.
    public var transform: MatchTransform?
    /// nil where nothing that moves was compared.
    public var movement: Movement?
    /// Name and version of the aligner and its parameters.
    public var method: String

    enum CodingKeys: String, CodingKey {
        case query, reference, bank, score, modality, queryStart = "query_start", queryEnd = "query_end"
        case referenceStart = "reference_start", referenceEnd = "reference_end", speed, offset, mirrored
        case queryCoverage = "query_coverage", referenceCoverage = "reference_coverage"
        case falseMatchRate = "false_match_rate", video, audio, transform, movement, method
    }

    public init(
        query: String, reference: String, bank: String, score: Double, modality: Modality, queryStart: Double,
        queryEnd: Double, referenceStart: Double, referenceEnd: Double, speed: Double, offset: Double,
        mirrored: Bool, queryCoverage: Double, referenceCoverage: Double, falseMatchRate: Double,
        video: Evidence?, audio: Evidence?, transform: MatchTransform? = nil, movement: Movement? = nil,
        method: String
    ) {
        self.query = query
        self.reference = reference
        self.bank = bank
        self.score = score
        self.modality = modality
        self.queryStart = queryStart
        self.queryEnd = queryEnd
        self.referenceStart = referenceStart
        self.referenceEnd = referenceEnd
        self.speed = speed
        self.offset = offset
        self.mirrored = mirrored
        self.queryCoverage = queryCoverage
        self.referenceCoverage = referenceCoverage
        self.falseMatchRate = falseMatchRate
        self.video = video
        self.audio = audio
        self.transform = transform
        self.movement = movement
        self.method = method
    }
}
