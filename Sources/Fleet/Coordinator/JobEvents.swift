internal import FingerprintIndex
internal import Frames
internal import JobQueue
internal import Records
internal import Store

/// The events that one job's end gives. Their bodies hold nothing of attempts, workers, or the time of
/// the run, so that a disturbed run gives events with the same ids as an undisturbed one.
struct JobEvents {
    let job: LedgerJob
    /// Nil when the job ended without any.
    let result: JobResult?
    let observedAt: String
    /// Of what the coordinator itself finds; what the worker found carries the worker's.
    let producer: Producer

    /// What every event of this system gives as its source.
    static let source = "moire"

    private var facts: VideoFacts { job.spec.video }

    func observed(_ outcome: Outcome) throws -> Event {
        try event(
            .videoObserved(
                .init(
                    video: facts, jobID: job.spec.id, sequence: job.sequence, path: job.spec.path,
                    media: result?.record.media, outcome: outcome)),
            by: result?.record.producer ?? producer)
    }

    func features(duration: Double) throws -> Event {
        let record = result?.record
        return try event(
            .videoFeatures(
                .init(
                    videoID: facts.videoID, creator: facts.creator, duration: duration,
                    static: record?.static, quality: record?.quality, recapture: record?.recapture,
                    sound: record?.sound)),
            by: record?.producer ?? producer)
    }

    func searched(_ references: Int, found: Int, method: String) throws -> Event {
        try event(
            .matchSearched(
                .init(
                    videoID: facts.videoID, creator: facts.creator, references: references, found: found, method: method
                )),
            by: producer)
    }

    /// The head is the later video's only where that is this job's; an edge names both ends itself, so
    /// its head stays empty of what would depend on which of the two came in last.
    func edge(_ match: Match, query: MatchVideo, reference: MatchVideo, _ direction: Event.MatchEdge.Direction) throws
        -> Event
    {
        let isSame = query.creator != nil && query.creator == reference.creator
        return try Event(
            tenant: job.spec.tenant, occurredAt: query.publishedAt, observedAt: observedAt, source: Self.source,
            producer: producer,
            body: .matchEdge(
                .init(
                    match: match, queryCreator: query.creator, referenceCreator: reference.creator,
                    relation: isSame ? .sameCreator : .unknown, direction: direction,
                    queryFirstSeen: query.firstSeen, referenceFirstSeen: reference.firstSeen)))
    }

    private func event(_ body: Event.Body, by producer: Producer) throws -> Event {
        try Event(
            tenant: job.spec.tenant, occurredAt: facts.publishedAt, observedAt: observedAt, source: Self.source,
            producer: producer, inputDigest: result?.record.input.digest, market: facts.market, surface: facts.surface,
            body: body)
    }
}

extension MatchVideo {
    fileprivate var firstSeen: Event.MatchEdge.FirstSeen { .init(publishedAt: publishedAt, sequence: sequence) }
}
