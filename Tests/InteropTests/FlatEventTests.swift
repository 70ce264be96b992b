import FingerprintIndex
import Foundation
import Frames
import Interop
import JobQueue
import Records
import Signals
import Store
import TestSupport
import Testing

private let noon = "2026-01-02T12:00:00Z"
private let complete = Outcome(.complete, reason: "ok", sentence: "Decoded to its end.", decodedUntil: 8)

private func job(_ video: String, creator: String?, outcome: Outcome? = complete) -> LedgerJob {
    let facts = VideoFacts(
        videoID: video, creator: creator, market: "de", surface: .shelf, publishedAt: "2026-01-01T08:00:00Z",
        publishedPrecision: .exact)
    return LedgerJob(
        spec: JobSpec(key: "k-\(video)", tenant: "acme", path: "/media/\(video).mp4", video: facts), sequence: 7,
        state: .done, attempts: 1, crashes: 0, losses: 0, soloLosses: 0, delayMs: 0, outcome: outcome,
        acceptedAt: "2026-01-02T11:59:00Z", endedAt: noon)
}

private func edge(_ query: String, _ reference: String, score: Double, creators: (String?, String?)) throws -> Event {
    let match = Match(
        query: query, reference: reference, bank: "uploads", score: score, modality: .both, queryStart: 1,
        queryEnd: 7, referenceStart: 3, referenceEnd: 9.5, speed: 1.08, offset: 1.92, mirrored: true,
        queryCoverage: 0.75, referenceCoverage: 0.5, falseMatchRate: 1e-6, video: nil, audio: nil, method: "test/1")
    return try Event(
        tenant: "acme", observedAt: noon, source: "test", producer: Producer(name: "test", build: "1"),
        body: .matchEdge(
            .init(
                match: match, queryCreator: creators.0, referenceCreator: creators.1, relation: .unknown,
                direction: .published)))
}

@Suite("Flat events")
struct FlatEventTests {
    @Test("A finished job is one flat object: who, how it ended, every signal's number, and the best match")
    func whole() throws {
        var record = ExtractRecord(
            input: .init(path: "/media/b.mp4", bytes: 1234, digest: "sha256:00"), outcome: complete,
            media: MediaInfo(
                container: "mov", claimedDuration: 8,
                video: VideoInfo(codec: "h264", codedWidth: 640, codedHeight: 360, width: 640, height: 360),
                audio: AudioInfo(codec: "aac", sampleRateHz: 48_000, channels: 2)),
            producer: Producer(name: "moire-decoder", build: "0.1.0-abc", sandbox: .full))
        record.static = StaticSignal(
            version: "static/9", share: 0.5,
            spans: [.init(start: 0, end: 1, kind: .black), .init(start: 2, end: 5.25, kind: .freeze)])
        record.quality = QualitySignal(version: "quality/9", score: 71.5, worst: TimeSpan(start: 2, end: 3))
        record.recapture = RecaptureSignal(
            version: "recapture/9", probability: 0.03, cues: ["bands": 0.2, "moire": 0.2, "outline": 0],
            spans: [TimeSpan(start: 0, end: 8)])
        record.sound = SoundSignal(version: "sound/9", abstainReason: "no_audio")
        record.fingerprints = .init(
            videoFrames: 32, videoVersion: "pdq/9", videoAbstainReason: nil, audioPeaks: 0, audioVersion: "peaks/9",
            audioAbstainReason: "no_audio", bytes: 99)
        let later = try edge("c", "b", score: 0.99, creators: ("cho", "bob"))
        let copy = try edge("b", "a", score: 0.9, creators: ("bob", "ann"))
        let event = FlatEvent(
            job: job("b", creator: "bob"), record: record,
            edges: [later, copy, try edge("b", "a", score: 0.8, creators: ("bob", "ann"))],
            searched: Event.MatchSearched(videoID: "b", creator: "bob", references: 41, found: 2, method: "test/1"))
        let expected = """
            {"accepted_at":"2026-01-02T11:59:00Z","attempts":1,"audio_codec":"aac","claimed_duration":8,"container":"mov",\
            "crashes":0,"creator":"bob","decoded_until":8,\
            "fingerprint_audio_abstain_reason":"no_audio","fingerprint_audio_version":"peaks/9","fingerprint_frames":32,\
            "fingerprint_peaks":0,"fingerprint_video_version":"pdq/9","finished_at":"2026-01-02T12:00:00Z","height":360,"input_bytes":1234,\
            "input_digest":"sha256:00","job_id":"\(JobSpec(key: "k-b", tenant: "acme", path: "", video: VideoFacts(videoID: "b")).id)",\
            "job_key":"k-b","lane":"live","market":"de","match_bank":"uploads","match_coverage":0.75,\
            "match_creator":"ann","match_direction":"published","match_end":7,"match_event_id":"\(copy.eventID)",\
            "match_false_match_rate":1e-06,"match_method":"test/1","match_mirrored":true,"match_modality":"both",\
            "match_other_coverage":0.5,"match_other_end":9.5,"match_other_start":3,"match_relation":"unknown",\
            "match_role":"copy","match_score":0.9,"match_speed":1.08,"match_start":1,"match_video_id":"a","matches":3,\
            "matches_as_copy":2,"matches_as_original":1,"outcome":"complete","outcome_reason":"ok",\
            "outcome_sentence":"Decoded to its end.","path":"/media/b.mp4","producer":"moire-decoder",\
            "producer_build":"0.1.0-abc","published_at":"2026-01-01T08:00:00Z","published_precision":"exact",\
            "quality_score":71.5,"quality_version":"quality/9","quality_worst_end":3,"quality_worst_start":2,\
            "recapture_cue":"bands","recapture_probability":0.03,"recapture_spans":1,"recapture_version":"recapture/9",\
            "sandbox":"full","schema":"moire.job_finished/1","search_method":"test/1","search_references":41,\
            "sound_abstain_reason":"no_audio","sound_version":"sound/9","static_longest":3.25,\
            "static_longest_kind":"freeze","static_share":0.5,"static_spans":2,"static_version":"static/9",\
            "surface":"shelf","tenant":"acme","type":"job_finished","video_codec":"h264","video_id":"b","width":640}
            """
        #expect(try event.json() == expected)
    }

    @Test(
        "A job without a result says so and has no signals; searched and nothing found is zero, not searched is absent")
    func absent() throws {
        let broken = Outcome(.undecodable, reason: "no_streams", sentence: "There is no stream in it.")
        let dead = FlatEvent(job: job("x", creator: nil, outcome: broken), record: nil)
        #expect(dead[.outcome] == .text("undecodable") && dead[.outcomeReason] == .text("no_streams"))
        for field in [FlatEvent.Field.creator, .matches, .qualityScore, .staticShare, .sequence, .eventID] {
            #expect(dead[field] == nil, "\(field)")
        }
        let unmatched = FlatEvent(
            job: job("y", creator: nil), record: nil,
            searched: Event.MatchSearched(videoID: "y", references: 3, found: 0, method: "test/1"))
        #expect(unmatched[.matches] == .integer(0) && unmatched[.matchRole] == nil)
    }

    @Test("A video that only others copied is told from its own side")
    func original() throws {
        let event = FlatEvent(
            job: job("a", creator: "ann"), record: nil,
            edges: [try edge("b", "a", score: 0.9, creators: ("bob", "ann"))])
        #expect(event[.matchRole] == .text("original") && event[.matchVideoID] == .text("b"))
        #expect(event[.matchCreator] == .text("bob"))
        #expect(event[.matchStart] == .number(3) && event[.matchEnd] == .number(9.5))
        #expect(event[.matchOtherStart] == .number(1) && event[.matchCoverage] == .number(0.5))
    }

    @Test("A tenant's names are told as the tenant knows them, without what tells tenants apart in a home")
    func tenants() throws {
        let event = FlatEvent(
            job: job("acme//b", creator: "acme//bob"), record: nil,
            edges: [
                try edge("acme//b", "acme//a", score: 0.9, creators: ("acme//bob", "acme//ann")),
                try edge("acme//b", "shared", score: 0.8, creators: ("acme//bob", nil)),
            ])
        #expect(event[.tenant] == .text("acme") && event[.videoID] == .text("b") && event[.creator] == .text("bob"))
        #expect(event[.matchVideoID] == .text("a") && event[.matchCreator] == .text("ann"))
        #expect(event[.matches] == .integer(2))
    }

    @Test("In Osprey's message the fields are the action's data")
    func osprey() throws {
        let job = job("b", creator: "bob")
        let observed = try Event(
            tenant: "acme", observedAt: noon, source: "test", producer: Producer(name: "test", build: "1"),
            body: .videoObserved(
                .init(video: job.spec.video, jobID: job.spec.id, sequence: 7, path: "/", media: nil, outcome: complete))
        )
        let event = FlatEvent(job: job, record: nil, observed: (observed, 12))
        let json = try OspreyAction(event).json()
        let inner = try event.json()
        #expect(
            json == "{\"data\":{\"action_id\":12,\"action_name\":\"moire_job_finished\",\"data\":\(inner)},"
                + "\"send_time\":\"2026-01-02T12:00:00Z\"}")
    }

    @Test("Every field is explained in docs/interop.md, and nothing there is not a field")
    func documented() throws {
        let text = try Project.text("docs/interop.md")
        let start = try #require(text.range(of: "## Flat events")), rest = text[start.upperBound...]
        let section = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let explained = rows.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-z_]+)`/).map { String($0.output.1) }
        }
        #expect(Set(explained) == Set(FlatEvent.Field.allCases.map(\.rawValue)))
        #expect(explained.count == FlatEvent.Field.allCases.count)
    }
}
