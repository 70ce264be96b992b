import EngineSupport
import JobQueue
import Records
import Testing

@Suite("Every queue engine: what is handed in")
struct QueueInboxConformance {
    @Test("Nothing handed in is no batch", arguments: Engine.allCases)
    func nothing(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.submit([InboxMessage]())
        #expect(try bench.queue.inbox(limit: 10).isEmpty)
        #expect(try bench.queue.counts().inbox == 0)
    }

    @Test("Every kind of message comes out as it went in", arguments: Engine.allCases)
    func kinds(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let messages: [InboxMessage] = [
            .job(job("a")), .later(job("b"), delayMs: 60_000),
            .reversal(tenant: "shop", eventID: "e", by: "ann", why: "licensed"), .retry(jobID: "x"),
            .decision(
                tenant: "shop",
                body: .init(
                    eventID: "e", verdict: .otherFirst, by: "ann", why: "the original was shown",
                    at: "2026-11-21T10:00:00.000000Z")),
            .cancel(jobID: "y"), .purge(jobID: "z"), .pause(.backfill), .resume(.live),
        ]
        try bench.queue.submit(messages)
        #expect(try bench.queue.inbox(limit: 10).flatMap(\.messages) == messages)
    }

    @Test("A job's path and facts survive quotes, newlines, zeroes and every alphabet", arguments: Engine.allCases)
    func text(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let spec = JobSpec(
            key: "it's \"a\" \\ key\n", tenant: "ünïcode", lane: .lookup,
            path: "/m/ö\u{0}\t'; DROP TABLE inbox; --.mp4",
            video: VideoFacts(
                videoID: "🎬", creator: "日本", market: "ID", surface: .shelf, publishedAt: "2026-05-01T12:00:00Z",
                publishedPrecision: .exact))
        try bench.queue.submit([spec])
        #expect(try bench.queue.inbox(limit: 10).flatMap(\.messages) == [.job(spec)])
    }

    @Test(
        "A limit ends with the batch that reaches it; the first batch comes whatever its size",
        arguments: Engine.allCases)
    func limits(engine: Engine) throws {
        let bench = try TestEngine(engine)
        for size in [3, 2, 4] { try bench.queue.submit((0..<size).map { job("\(size) \($0)") }) }
        #expect(try bench.queue.inbox(limit: 1).map(\.messages.count) == [3])
        #expect(try bench.queue.inbox(limit: 3).map(\.messages.count) == [3])
        #expect(try bench.queue.inbox(limit: 4).map(\.messages.count) == [3, 2])
        #expect(try bench.queue.inbox(limit: 100).map(\.messages.count) == [3, 2, 4])
    }

    @Test("Two thousand and one messages at once come out in order", arguments: Engine.allCases)
    func many(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let jobs = (0..<2001).map { job("\($0)") }
        try bench.queue.submit(jobs)
        #expect(try bench.queue.inbox(limit: .max).flatMap(\.messages) == jobs.map { .job($0) })
    }

    @Test("Discarding twice is discarding once, and takes nothing else along", arguments: Engine.allCases)
    func discardTwice(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.submit([job("a")])
        try bench.queue.submit([job("b")])
        let first = try bench.queue.inbox(limit: 1)
        try bench.queue.discard(first)
        try bench.queue.discard(first)
        #expect(try bench.queue.inbox(limit: 10).flatMap(\.messages) == [.job(job("b"))])
    }

    @Test("One id that is no id refuses the whole submission", arguments: Engine.allCases)
    func oneBadID(engine: Engine) throws {
        let bench = try TestEngine(engine)
        var bad = job("b")
        bad.id = "A/../B"
        #expect(throws: QueueError.self) { try bench.queue.submit([job("a"), bad]) }
        #expect(throws: QueueError.self) { try bench.queue.submit([.later(bad, delayMs: 5)]) }
        #expect(try bench.queue.inbox(limit: 10).isEmpty)
    }

    @Test("What many threads hand in at once is all there, each one's own in its order", arguments: Engine.allCases)
    func threads(engine: Engine) async throws {
        let bench = try TestEngine(engine)
        let queue = bench.queue
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask { for number in 0..<10 { try queue.submit([job("\(thread) \(number)")]) } }
            }
            try await group.waitForAll()
        }
        let keys = try queue.inbox(limit: .max).flatMap(\.messages).compactMap { message in
            if case .job(let spec) = message { spec.key } else { nil }
        }
        #expect(keys.count == 80)
        for thread in 0..<8 {
            #expect(keys.filter { $0.hasPrefix("\(thread) ") } == (0..<10).map { "\(thread) \($0)" })
        }
    }

    @Test("Another process's view has what this one handed in", arguments: Engine.allCases)
    func views(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.submit([job("a")])
        let other = try bench.reopened()
        #expect(try other.inbox(limit: 10).flatMap(\.messages) == [.job(job("a"))])
        try other.discard(try other.inbox(limit: 10))
        #expect(try bench.queue.inbox(limit: 10).isEmpty)
    }
}
