import FingerprintIndex
import Frames
import Records
import Signals

/// Events spelled short: one video of ten seconds, everything good about it unless said otherwise.
enum Make {
    static func event(_ body: Event.Body, observedAt: String = "2026-11-21T00:00:00Z") throws -> Event {
        try Event(
            tenant: "default", observedAt: observedAt, source: "test",
            producer: Producer(name: "test", build: "1"), body: body)
    }

    static func observed(
        _ video: String, by creator: String?, sequence: Int64, publishedAt: String? = nil,
        outcome: Outcome = Outcome(.complete, reason: "ok", sentence: "Decoded to the end.")
    ) throws -> Event {
        try event(
            .videoObserved(
                Event.VideoObserved(
                    video: VideoFacts(videoID: video, creator: creator, publishedAt: publishedAt),
                    jobID: "job-\(video)",
                    sequence: sequence, path: "/in/\(video).mp4", media: nil, outcome: outcome)))
    }

    static func features(
        _ video: String, by creator: String?, duration: Double = 10, still: Double? = 0,
        quality: Double? = 50, recapture: Double? = 0, silence: Double? = 0,
        version: String = "1"
    ) throws -> Event {
        try event(
            .videoFeatures(
                Event.VideoFeatures(
                    videoID: video, creator: creator, duration: duration,
                    static: StaticSignal(
                        version: "static/\(version)", share: still,
                        spans: still.map {
                            $0 > 0 ? [StaticSignal.Span(start: 0, end: $0 * duration, kind: .still)] : []
                        } ?? [],
                        abstainReason: still == nil ? "too_short" : nil),
                    quality: QualitySignal(
                        version: "quality/1", score: quality, worst: TimeSpan(start: 1, end: 2),
                        abstainReason: quality == nil ? "flat_picture" : nil),
                    recapture: RecaptureSignal(
                        version: "recapture/1", probability: recapture, spans: [TimeSpan(start: 0, end: 4)],
                        abstainReason: recapture == nil ? "flat_picture" : nil),
                    sound: SoundSignal(
                        version: "sound/1", silenceShare: silence,
                        abstainReason: silence == nil ? "no_audio" : nil))))
    }

    /// The first `seconds` of a ten-second query show the reference from second 5 on.
    ///
    /// - Parameter seen: when the reference was first there; nil as in what older builds wrote.
    static func edge(
        _ query: String, by creator: String?, shows reference: String, of referenceCreator: String?,
        from start: Double = 0, seconds: Double = 8, modality: Match.Modality = .video,
        pictureSeconds: Double? = nil, score: Double = 0.9, falseMatchRate: Double = 0.0000001,
        relation: Event.MatchEdge.Relation = .unknown, direction: Event.MatchEdge.Direction = .published,
        bank: String = "uploads", seen: (published: String?, sequence: Int64)? = nil
    ) throws -> Event {
        let picture = pictureSeconds.map {
            Match.Evidence(
                score: score, queryStart: start, queryEnd: start + $0, referenceStart: 5, referenceEnd: 5 + $0,
                moments: 8, strength: 12)
        }
        return try event(
            .matchEdge(
                Event.MatchEdge(
                    match: Match(
                        query: query, reference: reference, bank: bank, score: score, modality: modality,
                        queryStart: start, queryEnd: start + seconds, referenceStart: 5, referenceEnd: 5 + seconds,
                        speed: 1, offset: 5 - start, mirrored: false, queryCoverage: seconds / 10,
                        referenceCoverage: 0.5,
                        falseMatchRate: falseMatchRate, video: picture, audio: nil, method: "align/1"),
                    queryCreator: creator, referenceCreator: referenceCreator, relation: relation, direction: direction,
                    queryFirstSeen: seen == nil ? nil : .init(publishedAt: nil, sequence: 99),
                    referenceFirstSeen: seen.map { .init(publishedAt: $0.published, sequence: $0.sequence) })))
    }

    static func searched(_ video: String, references: Int = 100) throws -> Event {
        try event(
            .matchSearched(Event.MatchSearched(videoID: video, references: references, found: 0, method: "align/1")))
    }

    static func reversal(of target: Event, by: String = "reviewer 7", why: String = "licence shown") throws -> Event {
        try event(.reversal(Event.Reversal(eventID: target.eventID, by: by, why: why)))
    }

    static func decision(
        on edge: Event, _ verdict: Event.Decision.Verdict, by: String = "reviewer 7", why: String = "seen",
        at: String = "2026-11-21T10:00:00.000000Z"
    ) throws -> Event {
        try event(
            .decision(Event.Decision(eventID: edge.eventID, verdict: verdict, by: by, why: why, at: at)))
    }
}
