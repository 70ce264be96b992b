public import FingerprintIndex
public import FoundationEssentials
public import Frames
public import Records

/// What the standing events of one creator add up to.
///
/// A value of nothing but the events and the rules: the same events in any order, however often
/// repeated, give the same bytes. `score` is always the start score plus the sum of `points`.
public struct CreatorProfile: Codable, Sendable, Equatable {
    public static let schema = "moire.profile/1"

    public var schema: String
    public var creator: String
    public var rulesVersion: String
    public var score: Int
    /// Name of the lowest milestone reached, or of standing above them all.
    public var band: String
    /// The lowest milestone reached; nil above them all.
    public var milestone: Int?
    /// Distinct videos seen.
    public var videos: Int
    /// Of these, videos with at least one measured signal.
    public var measuredVideos: Int
    /// 0...1, static seconds over seconds of the videos where it is known; four decimals.
    public var staticShare: Double?
    /// 0...100, mean over the videos where it is known; one decimal.
    public var qualityMean: Double?
    /// Videos that a recapture rule spoke about.
    public var recaptures: Int
    /// Pictures that somebody else's video showed, counted or not.
    public var copies: [Copy]
    /// Pictures that the creator's own earlier video showed.
    public var repeats: [Copy]
    /// The same sound under another picture; never costs points.
    public var sounds: [Copy]
    /// What moved the score, in canonical order; entries that a cap silenced have zero points.
    public var points: [PointEntry]
    /// What was seen and moves nothing by rule.
    public var notes: [PointEntry]
    public var flags: [Flag]
    /// The start score, then the score after each entry that moved it.
    public var history: [Int]
    /// Events that no longer count. The only part that differs from a fold in which they had never been.
    public var reversed: [ReversedEvent]

    enum CodingKeys: String, CodingKey {
        case schema, creator, rulesVersion = "rules_version", score, band, milestone, videos
        case measuredVideos = "measured_videos", staticShare = "static_share", qualityMean = "quality_mean", recaptures
        case copies, repeats, sounds, points, notes, flags, history, reversed
    }

    public init(
        creator: String, rulesVersion: String, score: Int, band: String, milestone: Int? = nil,
        videos: Int = 0, measuredVideos: Int = 0, staticShare: Double? = nil, qualityMean: Double? = nil,
        recaptures: Int = 0, copies: [Copy] = [], repeats: [Copy] = [], sounds: [Copy] = [],
        points: [PointEntry] = [], notes: [PointEntry] = [], flags: [Flag] = [], history: [Int] = [],
        reversed: [ReversedEvent] = []
    ) {
        self.schema = Self.schema
        self.creator = creator
        self.rulesVersion = rulesVersion
        self.score = score
        self.band = band
        self.milestone = milestone
        self.videos = videos
        self.measuredVideos = measuredVideos
        self.staticShare = staticShare
        self.qualityMean = qualityMean
        self.recaptures = recaptures
        self.copies = copies
        self.repeats = repeats
        self.sounds = sounds
        self.points = points
        self.notes = notes
        self.flags = flags
        self.history = history
        self.reversed = reversed
    }

    /// The profile as if its reversed events had never been.
    public var withoutReversed: CreatorProfile {
        var core = self
        core.reversed = []
        return core
    }

    /// The one spelling of this profile; equal profiles are equal bytes.
    public func canonicalBytes() throws -> Data { try CanonicalJSON.encode(self) }

    /// Copies that cost points or would have, had a cap not been reached.
    public var countedCopies: [Copy] { copies.filter { $0.notCounted == nil } }

    /// One stretch of the creator's `video` that `source` showed.
    public struct Copy: Codable, Sendable, Equatable {
        public var video: String
        public var source: String
        public var sourceCreator: String?
        public var bank: String
        /// In the creator's video, seconds.
        public var query: TimeSpan
        /// In the source, seconds.
        public var reference: TimeSpan
        public var modality: Match.Modality
        public var relation: Event.MatchEdge.Relation
        public var direction: Event.MatchEdge.Direction
        public var score: Double
        /// 0...1, share of the creator's video.
        public var share: Double
        public var eventID: String
        /// Why it costs nothing (`licensed`, `order_unknown`, `low_score`, `false_match_rate`, `too_short`,
        /// `small_share`, `same_stretch`, `own_footage`, `sound_only`, `ignored_bank`, `no_rule`, and by a reviewer's
        /// decision `dismissed`, `licensed`, `own_footage`, `other_first`); nil when it counts.
        public var notCounted: String?
        /// What a reviewer decided about it; nil when nobody did.
        public var decision: Ruling?

        enum CodingKeys: String, CodingKey {
            case video, source, sourceCreator = "source_creator", bank, query, reference, modality, relation, direction
            case score, share, eventID = "event_id", notCounted = "not_counted", decision
        }

        public init(
            video: String, source: String, sourceCreator: String?, bank: String, query: TimeSpan,
            reference: TimeSpan, modality: Match.Modality, relation: Event.MatchEdge.Relation,
            direction: Event.MatchEdge.Direction, score: Double, share: Double, eventID: String,
            notCounted: String? = nil, decision: Ruling? = nil
        ) {
            self.video = video
            self.source = source
            self.sourceCreator = sourceCreator
            self.bank = bank
            self.query = query
            self.reference = reference
            self.modality = modality
            self.relation = relation
            self.direction = direction
            self.score = score
            self.share = share
            self.eventID = eventID
            self.notCounted = notCounted
            self.decision = decision
        }
    }

    /// A decision in force.
    public struct Ruling: Codable, Sendable, Equatable {
        /// The decision's own event.
        public var eventID: String
        public var verdict: Event.Decision.Verdict
        public var by: String
        public var why: String
        /// RFC 3339.
        public var at: String

        enum CodingKeys: String, CodingKey { case eventID = "event_id", verdict, by, why, at }

        public init(eventID: String, verdict: Event.Decision.Verdict, by: String, why: String, at: String) {
            self.eventID = eventID
            self.verdict = verdict
            self.by = by
            self.why = why
            self.at = at
        }
    }

    /// One reason for points, traceable to the events that say so.
    public struct PointEntry: Codable, Sendable, Equatable {
        /// What the score really moved by.
        public var points: Int
        /// What the rule says, before caps and bounds.
        public var nominal: Int
        /// `per_video`, `per_creator`, `per_window`, `bounds`; nil when `points` is `nominal`.
        public var limitedBy: String?
        public var rule: String
        public var clause: String
        public var reason: String
        public var advice: String
        public var video: String
        public var eventIDs: [String]
        /// Where in the video to look, seconds.
        public var spans: [TimeSpan]
        public var scoreAfter: Int

        enum CodingKeys: String, CodingKey {
            case points, nominal, limitedBy = "limited_by", rule, clause, reason, advice, video
            case eventIDs = "event_ids", spans, scoreAfter = "score_after"
        }

        public init(
            points: Int, nominal: Int, limitedBy: String? = nil, rule: String, clause: String, reason: String,
            advice: String, video: String, eventIDs: [String], spans: [TimeSpan], scoreAfter: Int
        ) {
            self.points = points
            self.nominal = nominal
            self.limitedBy = limitedBy
            self.rule = rule
            self.clause = clause
            self.reason = reason
            self.advice = advice
            self.video = video
            self.eventIDs = eventIDs
            self.spans = spans
            self.scoreAfter = scoreAfter
        }
    }

    /// A posting limit that was reached. Moves no points.
    public struct Flag: Codable, Sendable, Equatable {
        public var id: String
        public var clause: String
        public var reason: String
        /// In publication order, or in order of acceptance where `dated` is false.
        public var videos: [String]
        public var eventIDs: [String]
        /// Whether the videos were counted within the limit's days.
        public var dated: Bool

        enum CodingKeys: String, CodingKey { case id, clause, reason, videos, eventIDs = "event_ids", dated }

        public init(id: String, clause: String, reason: String, videos: [String], eventIDs: [String], dated: Bool) {
            self.id = id
            self.clause = clause
            self.reason = reason
            self.videos = videos
            self.eventIDs = eventIDs
            self.dated = dated
        }
    }

    public struct ReversedEvent: Codable, Sendable, Equatable {
        public var eventID: String
        public var type: Event.Body.Kind
        public var video: String
        /// The reversing event.
        public var reversalID: String
        public var by: String
        public var why: String

        enum CodingKeys: String, CodingKey {
            case eventID = "event_id", type, video, reversalID = "reversal_id", by, why
        }

        public init(eventID: String, type: Event.Body.Kind, video: String, reversalID: String, by: String, why: String)
        {
            self.eventID = eventID
            self.type = type
            self.video = video
            self.reversalID = reversalID
            self.by = by
            self.why = why
        }
    }
}
