import EngineSupport
import FingerprintIndex
import Foundation
import Frames
import Interop
import JobQueue
import Records
import Store
import Testing

private let noon = "2026-01-02T12:00:00Z"
private let producer = Producer(name: "test", build: "1")
private let complete = Outcome(.complete, reason: "ok", sentence: "Decoded to its end.", decodedUntil: 8)

private func job(_ video: String) -> JobSpec {
    JobSpec(key: video, path: "/media/\(video).mp4", video: VideoFacts(videoID: video, creator: "of-\(video)"))
}

private func event(_ body: Event.Body) throws -> Event {
    try Event(tenant: "default", observedAt: noon, source: "test", producer: producer, body: body)
}

private func edge(_ query: String, _ reference: String) throws -> Event {
    let match = Match(
        query: query, reference: reference, bank: "uploads", score: 0.9, modality: .video, queryStart: 0,
        queryEnd: 8, referenceStart: 2, referenceEnd: 10, speed: 1, offset: 2, mirrored: false,
        queryCoverage: 1, referenceCoverage: 0.5, falseMatchRate: 1e-6, video: nil, audio: nil, method: "test/1")
    return try event(
        .matchEdge(
            .init(
                match: match, queryCreator: "of-\(query)", referenceCreator: "of-\(reference)", relation: .unknown,
                direction: .accepted)))
}

/// Ends a job as the coordinator does: results, what was observed, its matches, the record of the search.
private func finish(_ spec: JobSpec, matching edges: [Event], among references: Int, in store: Store) throws {
    let ledger = try #require(try store.reader.job(spec.id))
    var settlement = Settlement(
        attempt: Attempt(jobID: spec.id, sequence: ledger.sequence, attempt: 1),
        ending: AttemptEnding(attempt: 1, kind: .committed, worker: "w", detail: "For a test.", at: noon),
        next: .done(complete))
    settlement.result = JobResult(
        jobID: spec.id, attempt: 1, worker: "w",
        record: ExtractRecord(input: .init(path: spec.path, bytes: 9), outcome: complete, producer: producer),
        fingerprint: Data([1]), cpuSeconds: 0.5)
    settlement.events =
        [
            try event(
                .videoObserved(
                    .init(
                        video: spec.video, jobID: spec.id, sequence: ledger.sequence, path: spec.path, media: nil,
                        outcome: complete)))
        ] + edges + [
            try event(
                .matchSearched(
                    .init(videoID: spec.video.videoID, references: references, found: edges.count, method: "test/1")))
        ]
    #expect(try store.settle(settlement))
}

@Suite("The feed of flat events")
struct FlatEventFeedTests {
    @Test(
        "Jobs come in the order of the log, each with what was known when it ended, and reading goes on from a place",
        arguments: Engine.stores)
    func feed(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let (a, b, c) = (job("a"), job("b"), job("c"))
        _ = try store.ingest([a, b, c].map { .job($0) }, at: noon, producer: producer)
        try store.markReleased([a.id, b.id, c.id])
        let feed = FlatEventFeed(try StoreReader(home: test.home))
        #expect(try feed.events().isEmpty)
        try finish(a, matching: [], among: 0, in: store)
        let before = try feed.events()
        #expect(before.map { $0[.videoID] } == [.text("a")] && before.first?[.matches] == .integer(0))
        try finish(b, matching: [try edge("b", "a")], among: 1, in: store)
        try finish(c, matching: [try edge("c", "a"), try edge("c", "b")], among: 2, in: store)

        let events = try feed.events()
        #expect(events.map { $0[.videoID] } == [.text("a"), .text("b"), .text("c")])
        // What came after the first job ended is told with those that brought it.
        #expect(events.first == before.first)
        #expect(events.map { $0[.matches] } == [.integer(0), .integer(1), .integer(2)])
        #expect(events.map { $0[.matchesAsOriginal] } == [.integer(0), .integer(0), .integer(0)])
        #expect(events[2][.searchReferences] == .integer(2) && events[2][.matchRole] == .text("copy"))

        guard case .integer(let place)? = events[0][.sequence] else { return #expect(Bool(false)) }
        #expect(try feed.events(after: place) == Array(events[1...]))
        #expect(try feed.events(after: place, limit: 1) == [events[1]])
        #expect(try feed.event(ofJob: b.id) == events[1])
        #expect(try feed.event(ofJob: "none") == nil)
    }

    @Test("A job that has not ended has no event", arguments: Engine.stores)
    func open(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        _ = try store.ingest([.job(job("a"))], at: noon, producer: producer)
        #expect(try FlatEventFeed(store.reader).event(ofJob: job("a").id) == nil)
    }
}
