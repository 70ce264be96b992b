public import FingerprintIndex
public import Frames
public import Signals

/// An append-only fact. The store keeps events; profiles are folds of them.
public struct Event: Sendable, Codable, Equatable {
    public static let schema = "moire.event/1"

    public var schema: String
    /// Hash of type, tenant, and body: a retry is the same event.
    public var eventID: String
    public var type: Body.Kind
    public var tenant: String
    /// When it happened (publication, decision), RFC 3339; nil when nobody said.
    public var occurredAt: String?
    /// When Moiré saw it, RFC 3339. Not part of the id.
    public var observedAt: String
    public var source: String
    /// Not part of the id.
    public var producer: Producer
    public var inputDigest: String?
    public var market: String?
    public var surface: VideoFacts.Surface?
    public var body: Body

    enum CodingKeys: String, CodingKey {
        case schema, eventID = "event_id", type, tenant, occurredAt = "occurred_at", observedAt = "observed_at", source
        case producer, inputDigest = "input_digest", market, surface, body
    }

    public init(
        tenant: String, occurredAt: String? = nil, observedAt: String, source: String, producer: Producer,
        inputDigest: String? = nil, market: String? = nil, surface: VideoFacts.Surface? = nil, body: Body
    ) throws {
        self.schema = Self.schema
        self.type = body.kind
        self.tenant = tenant
        self.occurredAt = occurredAt
        self.observedAt = observedAt
        self.source = source
        self.producer = producer
        self.inputDigest = inputDigest
        self.market = market
        self.surface = surface
        self.body = body
        let canonical = try CanonicalJSON.string(body.identity)
        self.eventID = String(Digest.hex(of: "\(body.kind.rawValue)\u{0}\(tenant)\u{0}\(canonical)").prefix(32))
    }

    public enum Body: Sendable, Codable, Equatable {
        case videoObserved(VideoObserved)
        case videoFeatures(VideoFeatures)
        case matchEdge(MatchEdge)
        case matchSearched(MatchSearched)
        case reversal(Reversal)
        case decision(Decision)

        public enum Kind: String, Sendable, Codable, CaseIterable {
            case videoObserved = "video.observed"
            case videoFeatures = "video.features"
            case matchEdge = "match.edge"
            /// Searched; says how large the index was. Nothing found is recorded too.
            case matchSearched = "match.searched"
            /// A decision or a won appeal that takes another event out of every fold.
            case reversal = "appeal"
            /// What a reviewer made of a match.
            case decision
        }

        /// What makes it the same event when it is seen again. How large the index was when a search was made
        /// depends on which other videos had arrived; that the search was made does not. A match that was found
        /// before its event told the times is the same match, with the decisions about it.
        var identity: Body {
            switch self {
            case .matchSearched(var searched):
                (searched.references, searched.found) = (0, 0)
                return .matchSearched(searched)
            case .matchEdge(var edge):
                (edge.queryFirstSeen, edge.referenceFirstSeen) = (nil, nil)
                return .matchEdge(edge)
            case .videoObserved, .videoFeatures, .reversal, .decision: return self
            }
        }

        public var kind: Kind {
            switch self {
            case .videoObserved: .videoObserved
            case .videoFeatures: .videoFeatures
            case .matchEdge: .matchEdge
            case .matchSearched: .matchSearched
            case .reversal: .reversal
            case .decision: .decision
            }
        }
    }

    public struct VideoObserved: Sendable, Codable, Equatable {
        public var video: VideoFacts
        public var jobID: String
        /// Order of acceptance; who was first where no publication time says so.
        public var sequence: Int64
        public var path: String
        public var media: MediaInfo?
        public var outcome: Outcome

        enum CodingKeys: String, CodingKey { case video, jobID = "job_id", sequence, path, media, outcome }

        public init(
            video: VideoFacts, jobID: String, sequence: Int64, path: String, media: MediaInfo?, outcome: Outcome
        ) {
            self.video = video
            self.jobID = jobID
            self.sequence = sequence
            self.path = path
            self.media = media
            self.outcome = outcome
        }
    }

    public struct VideoFeatures: Sendable, Codable, Equatable {
        public var videoID: String
        public var creator: String?
        /// Seconds.
        public var duration: Double
        public var `static`: StaticSignal?
        public var quality: QualitySignal?
        public var recapture: RecaptureSignal?
        public var sound: SoundSignal?

        enum CodingKeys: String, CodingKey {
            case videoID = "video_id", creator, duration, `static`, quality, recapture, sound
        }

        public init(
            videoID: String, creator: String?, duration: Double, static: StaticSignal?, quality: QualitySignal?,
            recapture: RecaptureSignal?, sound: SoundSignal?
        ) {
            self.videoID = videoID
            self.creator = creator
            self.duration = duration
            self.static = `static`
            self.quality = quality
            self.recapture = recapture
            self.sound = sound
        }
    }

    /// The later video (query) shows what the earlier one (reference) showed.
    public struct MatchEdge: Sendable, Codable, Equatable {
        public enum Relation: String, Sendable, Codable { case sameCreator = "same_creator", licensed, unknown }
        /// How it is known which came first.
        public enum Direction: String, Sendable, Codable {
            case published, accepted, unknown
            /// A reviewer said so. In profiles alone: what an edge says, it says of itself.
            case decided
        }

        /// What is known of when a video was first there.
        public struct FirstSeen: Sendable, Codable, Equatable {
            /// RFC 3339; nil when nobody said.
            public var publishedAt: String?
            /// Order of acceptance; 0 for a catalogue's video, which was never accepted.
            public var sequence: Int64

            enum CodingKeys: String, CodingKey { case publishedAt = "published_at", sequence }

            public init(publishedAt: String?, sequence: Int64) {
                self.publishedAt = publishedAt
                self.sequence = sequence
            }
        }

        public var match: Match
        public var queryCreator: String?
        public var referenceCreator: String?
        public var relation: Relation
        public var direction: Direction
        /// Not part of the event's id. They order the sources of one video among each other; nil in what builds before
        /// them wrote.
        public var queryFirstSeen: FirstSeen?
        public var referenceFirstSeen: FirstSeen?

        enum CodingKeys: String, CodingKey {
            case match, queryCreator = "query_creator", referenceCreator = "reference_creator", relation, direction
            case queryFirstSeen = "query_first_seen", referenceFirstSeen = "reference_first_seen"
        }

        public init(
            match: Match, queryCreator: String?, referenceCreator: String?, relation: Relation, direction: Direction,
            queryFirstSeen: FirstSeen? = nil, referenceFirstSeen: FirstSeen? = nil
        ) {
            self.match = match
            self.queryCreator = queryCreator
            self.referenceCreator = referenceCreator
            self.relation = relation
            self.direction = direction
            self.queryFirstSeen = queryFirstSeen
            self.referenceFirstSeen = referenceFirstSeen
        }
    }

    public struct MatchSearched: Sendable, Codable, Equatable {
        public var videoID: String
        public var creator: String?
        /// References that the search saw. Like `found` it grows with the index, so neither is part of the
        /// event's id, and no profile may rest on it.
        public var references: Int
        public var found: Int
        public var method: String

        enum CodingKeys: String, CodingKey { case videoID = "video_id", creator, references, found, method }

        public init(videoID: String, creator: String? = nil, references: Int, found: Int, method: String) {
            self.videoID = videoID
            self.creator = creator
            self.references = references
            self.found = found
            self.method = method
        }
    }

    public struct Reversal: Sendable, Codable, Equatable {
        /// The event that no longer counts.
        public var eventID: String
        public var by: String
        public var why: String
        /// When it was reversed, RFC 3339 in UTC: what was brought back can be reversed again, by the same person and
        /// for the same reason. Nil in what builds before it wrote.
        public var at: String?

        enum CodingKeys: String, CodingKey { case eventID = "event_id", by, why, at }

        public init(eventID: String, by: String, why: String, at: String? = nil) {
            self.eventID = eventID
            self.by = by
            self.why = why
            self.at = at
        }
    }
}
