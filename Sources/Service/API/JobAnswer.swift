internal import FingerprintIndex
internal import Frames
internal import JobQueue
internal import Records
internal import Scoring
internal import Store

/// A job as callers see it.
struct JobAnswer: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        /// Durable; the coordinator has not looked at it yet.
        case accepted
        case queued, running, waiting, done, dead, cancelled, purged

        init(_ state: JobState, runs: Bool) {
            self =
                switch state {
                case .queued: .queued
                case .released: runs ? .running : .queued
                case .waiting: .waiting
                case .done: .done
                case .dead: .dead
                case .cancelled: .cancelled
                case .purged: .purged
                }
        }

        var isEnd: Bool { self == .done || self == .dead || self == .cancelled || self == .purged }
    }

    var id: String
    var state: State
    var lane: Lane
    var videoID: String
    var creator: String?
    var key: String
    var acceptedAt: String
    var endedAt: String?
    var attempts: Int
    /// Of a running one.
    var progress: ProgressAnswer?
    var outcome: Outcome?
    /// How the attempts ended; of a single job.
    var story: [AttemptEnding]?
    /// The signals; of a single job that is done.
    var record: ExtractRecord?
    var matches: [MatchAnswer]?
    /// Of the search that found the matches; "nothing found" means nothing without it.
    var referencesSearched: Int?

    enum CodingKeys: String, CodingKey {
        case id, state, lane, videoID = "video_id", creator, key, acceptedAt = "accepted_at", endedAt = "ended_at"
        case attempts, progress, outcome, story, record, matches, referencesSearched = "references_searched"
    }

    init(_ job: LedgerJob, progress: ProgressAnswer? = nil) {
        self.init(job.spec, state: State(job.state, runs: progress != nil), acceptedAt: job.acceptedAt)
        self.progress = progress
        endedAt = job.endedAt
        attempts = job.attempts
        outcome = job.outcome
    }

    init(accepted submission: ServiceStore.Submission) {
        self.init(submission.spec, state: .accepted, acceptedAt: submission.acceptedAt)
    }

    private init(_ spec: JobSpec, state: State, acceptedAt: String) {
        id = spec.id
        self.state = state
        lane = spec.lane
        videoID = spec.video.videoID
        creator = spec.video.creator
        key = spec.key
        self.acceptedAt = acceptedAt
        attempts = 0
    }
}

/// A match with the event that records it, which is what a reversal names.
struct MatchAnswer: Encodable, Sendable {
    var eventID: String
    var queryCreator: String?
    var referenceCreator: String?
    var relation: Event.MatchEdge.Relation
    var direction: Event.MatchEdge.Direction
    var match: Match

    enum CodingKeys: String, CodingKey {
        case eventID = "event_id", queryCreator = "query_creator", referenceCreator = "reference_creator", relation
        case direction, match
    }

    init?(_ event: Event) {
        guard case .matchEdge(let edge) = event.body else { return nil }
        eventID = event.eventID
        queryCreator = edge.queryCreator
        referenceCreator = edge.referenceCreator
        relation = edge.relation
        direction = edge.direction
        match = edge.match
    }
}

extension StoreReader {
    /// The matches at either end of a video, and how much was searched for it; without what was reversed.
    func matches(ofVideo id: String) throws -> (matches: [MatchAnswer], searched: Int?) {
        let stored = try events(ofVideo: id).map(\.event)
        let reversals = try stored.filter { $0.body.kind == .matchEdge }.flatMap { try self.reversals(of: $0.eventID) }
        let standing = ProfileFold.standing(stored + reversals.map(\.event))
        let searched = standing.compactMap { event -> Int? in
            if case .matchSearched(let body) = event.body, body.videoID == id { body.references } else { nil }
        }.max()
        return (standing.compactMap(MatchAnswer.init), searched)
    }
}
