/// How facts become points. Rules are data: a JSON file that can be read, reviewed, and versioned
/// without building anything.
///
/// A profile names the version of the rules it was folded with. A published version is never edited.
public struct ScoringRules: Codable, Sendable, Equatable {
    public static let schema = "moire.rules/1"

    public var schema: String
    /// Written into every profile folded with these rules.
    public var version: String
    public var score: Bounds
    /// From the highest to the lowest.
    public var milestones: [Milestone]
    /// The band of a score above every milestone.
    public var band: String
    /// In the order in which one video's entries are counted.
    public var rules: [Rule]
    public var limits: [PostingLimit]

    public init(
        version: String, score: Bounds, milestones: [Milestone], band: String, rules: [Rule],
        limits: [PostingLimit]
    ) {
        self.schema = Self.schema
        self.version = version
        self.score = score
        self.milestones = milestones
        self.band = band
        self.rules = rules
        self.limits = limits
    }

    /// Where a score starts and what it never leaves, points.
    public struct Bounds: Codable, Sendable, Equatable {
        public var start: Int
        public var lowest: Int
        public var highest: Int

        public init(start: Int, lowest: Int, highest: Int) {
            self.start = start
            self.lowest = lowest
            self.highest = highest
        }
    }

    /// A score at or under `at` has reached the milestone; a person decides what follows.
    public struct Milestone: Codable, Sendable, Equatable {
        public var at: Int
        public var band: String
        public var sentence: String

        public init(at: Int, band: String, sentence: String) {
            self.at = at
            self.band = band
            self.sentence = sentence
        }
    }

    /// The measured quantity that a rule reads. Where it was not measured, the rule says nothing.
    public enum Reading: String, Codable, Sendable, CaseIterable {
        /// 0...1, share of the video whose picture an earlier video of somebody else already showed.
        case copiedShare = "match.copied_share"
        /// 0...1, share of the video whose picture an earlier video of the same creator already showed.
        case repeatedShare = "match.repeated_share"
        /// 0...1.
        case staticShare = "static.share"
        /// 0...100.
        case qualityScore = "quality.score"
        /// 0...1.
        case recaptureProbability = "recapture.probability"
        /// 0...1.
        case silenceShare = "sound.silence_share"
        /// 1 for a file without a result (undecodable, refused, crashed, timed out), else 0.
        case unmeasured = "outcome.unmeasured"
        /// The quality score, 0...100, of a whole video that was searched for and is nobody's before.
        case originalQuality = "original.quality"
    }

    /// Which of several sources of one stretch a finding names, and is measured by.
    public enum Credit: String, Codable, Sendable, CaseIterable {
        /// The one that was there first, where the times tell; the strongest otherwise.
        case earliest
        case strongest
    }

    public struct Rule: Codable, Sendable, Equatable {
        public var id: String
        /// The clause of the platform's policy that a deduction refers to; stable, for machines.
        public var clause: String
        public var reads: Reading
        /// From mild to strong; the last step that holds gives the points.
        public var steps: [Step]
        public var requires: Requirements
        public var caps: Caps
        /// Only for `match.copied_share` and `match.repeated_share`; `strongest` where absent.
        public var credits: Credit?
        /// What was seen. May name `{percent}`, `{value}`, `{source}`, `{start}`, `{end}`, `{outcome}`.
        public var sentence: String
        /// How to do better.
        public var advice: String

        public init(
            id: String, clause: String, reads: Reading, steps: [Step], requires: Requirements = Requirements(),
            caps: Caps = Caps(), credits: Credit? = nil, sentence: String, advice: String
        ) {
            self.id = id
            self.clause = clause
            self.reads = reads
            self.steps = steps
            self.requires = requires
            self.caps = caps
            self.credits = credits
            self.sentence = sentence
            self.advice = advice
        }
    }

    /// One threshold and its points. Exactly one of `atLeast` and `below` is given.
    public struct Step: Codable, Sendable, Equatable {
        public var atLeast: Double?
        public var below: Double?
        /// Negative takes points, positive gives them, zero only leaves a note.
        public var points: Int

        enum CodingKeys: String, CodingKey { case atLeast = "at_least", below, points }

        public init(atLeast: Double, points: Int) {
            self.atLeast = atLeast
            self.points = points
        }

        public init(below: Double, points: Int) {
            self.below = below
            self.points = points
        }

        func holds(for value: Double) -> Bool {
            if let atLeast { return value >= atLeast }
            if let below { return value < below }
            return false
        }
    }

    /// What must be known, and how surely, before the rule may speak. Absent means not asked for.
    public struct Requirements: Codable, Sendable, Equatable {
        /// 0...1, of the match.
        public var minimumScore: Double?
        /// Of one compared pair. What is sure enough among a hundred videos is not among a million, so set
        /// it to the false accusations that a search may bring, over the videos it is made among.
        public var maximumFalseMatchRate: Double?
        /// Seconds of matching picture, in all stretches of one source together.
        public var minimumSeconds: Double?
        /// Banks whose references are common property: stock intros, popular sounds.
        public var ignoredBanks: [String]?
        /// Seconds of the whole video.
        public var minimumDuration: Double?
        /// 0...1, share that earlier videos already showed; only for `original.quality`.
        public var maximumMatchedShare: Double?
        /// 0...1; only for `original.quality`.
        public var maximumStaticShare: Double?
        /// 0...1; only for `original.quality`.
        public var maximumRecaptureProbability: Double?

        enum CodingKeys: String, CodingKey {
            case minimumScore = "minimum_score", maximumFalseMatchRate = "maximum_false_match_rate"
            case minimumSeconds = "minimum_seconds", ignoredBanks = "ignored_banks"
            case minimumDuration = "minimum_duration"
            case maximumMatchedShare = "maximum_matched_share", maximumStaticShare = "maximum_static_share"
            case maximumRecaptureProbability = "maximum_recapture_probability"
        }

        public init(
            minimumScore: Double? = nil, maximumFalseMatchRate: Double? = nil, minimumSeconds: Double? = nil,
            ignoredBanks: [String]? = nil, minimumDuration: Double? = nil,
            maximumMatchedShare: Double? = nil, maximumStaticShare: Double? = nil,
            maximumRecaptureProbability: Double? = nil
        ) {
            self.minimumScore = minimumScore
            self.maximumFalseMatchRate = maximumFalseMatchRate
            self.minimumSeconds = minimumSeconds
            self.ignoredBanks = ignoredBanks
            self.minimumDuration = minimumDuration
            self.maximumMatchedShare = maximumMatchedShare
            self.maximumStaticShare = maximumStaticShare
            self.maximumRecaptureProbability = maximumRecaptureProbability
        }
    }

    /// The most points, taken or given, that one rule may move. Absent means no such cap.
    public struct Caps: Codable, Sendable, Equatable {
        public var perVideo: Int?
        public var perCreator: Int?
        public var perWindow: Window?

        enum CodingKeys: String, CodingKey {
            case perVideo = "per_video", perCreator = "per_creator", perWindow = "per_window"
        }

        public init(perVideo: Int? = nil, perCreator: Int? = nil, perWindow: Window? = nil) {
            self.perVideo = perVideo
            self.perCreator = perCreator
            self.perWindow = perWindow
        }

        /// Windows of `days` stand side by side from 1970-01-01 UTC and are filled by publication
        /// time; videos without one share a window of their own.
        public struct Window: Codable, Sendable, Equatable {
            public var days: Int
            public var points: Int

            public init(days: Int, points: Int) {
                self.days = days
                self.points = points
            }
        }
    }

    /// "At least `videos` non-interactive videos within `days`": raises a flag, moves no points.
    public struct PostingLimit: Codable, Sendable, Equatable {
        public var id: String
        public var clause: String
        public var videos: Int
        /// Any stretch of so many days, by publication time. Videos without one are counted together.
        public var days: Int
        /// 0...1; a video at or over it counts as non-interactive.
        public var staticShare: Double
        /// May name `{videos}` and `{days}`.
        public var sentence: String

        enum CodingKeys: String, CodingKey { case id, clause, videos, days, staticShare = "static_share", sentence }

        public init(id: String, clause: String, videos: Int, days: Int, staticShare: Double, sentence: String) {
            self.id = id
            self.clause = clause
            self.videos = videos
            self.days = days
            self.staticShare = staticShare
            self.sentence = sentence
        }
    }
}
