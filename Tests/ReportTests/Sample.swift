import FingerprintIndex
import Foundation
import Frames
import Records
import Report
import Scoring
import Signals

/// A small run: ann's original, bob's copy of it, a song that both use, a broken file.
enum Sample {
    static func event(_ body: Event.Body) throws -> Event {
        try Event(
            tenant: "default", observedAt: "2026-11-21T00:00:00Z", source: "test",
            producer: Producer(name: "test", build: "1"), body: body)
    }

    static func video(
        _ id: String, by creator: String?, sequence: Int64, still: Double = 0, recapture: Double? = nil,
        outcome: Outcome = Outcome(.complete, reason: "ok", sentence: "")
    ) throws -> [Event] {
        let seen = try event(
            .videoObserved(
                Event.VideoObserved(
                    video: VideoFacts(videoID: id, creator: creator), jobID: "job-\(id)", sequence: sequence,
                    path: "/in/\(id).mp4",
                    media: nil, outcome: outcome)))
        guard outcome.hasResult else { return [seen] }
        let spans = still > 0 ? [StaticSignal.Span(start: 0, end: 10 * still, kind: .still)] : []
        return try [
            seen,
            event(
                .videoFeatures(
                    Event.VideoFeatures(
                        videoID: id, creator: creator, duration: 10,
                        static: StaticSignal(version: "static/1", share: still, spans: spans),
                        quality: QualitySignal(version: "quality/1", score: 61),
                        recapture: recapture.map { RecaptureSignal(version: "recapture/1", probability: $0) },
                        sound: nil))),
        ]
    }

    static func match(
        _ query: String, of creator: String?, shows reference: String, of other: String?,
        modality: Match.Modality = .video, seconds: Double = 8, transform: MatchTransform? = nil
    ) throws -> Event {
        try event(
            .matchEdge(
                Event.MatchEdge(
                    match: Match(
                        query: query, reference: reference, bank: "uploads", score: 0.9, modality: modality,
                        queryStart: 1,
                        queryEnd: 1 + seconds, referenceStart: 2, referenceEnd: 2 + seconds, speed: 1, offset: 1,
                        mirrored: false,
                        queryCoverage: seconds / 10, referenceCoverage: seconds / 10, falseMatchRate: 0.0000001,
                        video: nil,
                        audio: nil, transform: transform, method: "align/1"),
                    queryCreator: creator, referenceCreator: other, relation: .unknown, direction: .accepted)))
    }

    static func input(_ events: [Event], title: String = "A run") -> ReportInput {
        ReportInput(
            title: title, profiles: Array(ProfileFold.fold(events: events, rules: .standard).values), events: events,
            versions: [ReportInput.Version("moire", "0.1.0")])
    }

    static func run() throws -> ReportInput {
        let broken = Outcome(.undecodable, reason: "no_streams", sentence: "There is nothing in it.")
        return try input(
            video("a1", by: "ann", sequence: 1) + video("b1", by: "bob", sequence: 2)
                + video("b2", by: "bob", sequence: 3, still: 0.5) + video("b3", by: "bob", sequence: 4, outcome: broken)
                + [
                    match("b1", of: "bob", shows: "a1", of: "ann"),
                    match("b2", of: "bob", shows: "a1", of: "ann", modality: .audio),
                ])
    }

    /// A real PNG of one grey pixel.
    static let png =
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
        ?? Data()
}
