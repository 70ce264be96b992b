import EngineSupport
@testable import Fleet
import Frames
import JobQueue
import Records
import Store
import Testing

@Suite("Media that is out of reach")
struct CoordinatorFetchTests {
    private let busy = Outcome(.undecodable, reason: "http_status_503", sentence: "The server answers with status 503.")

    private func unreached(_ claim: Claim, after seconds: Double = 0) -> JobResult {
        var result = answer(claim, busy)
        result.retryAfterSeconds = seconds
        return result
    }

    @Test(
        "A job waits longer each time, is blamed for nothing, and is done once its media comes",
        arguments: Engine.allCases)
    func comes(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = try rig.worker().queue
        for failures in 1...3 {
            let claim = try #require(try worker.claim())
            try worker.finish(claim, with: unreached(claim))
            try rig.settle()
            let job = try #require(try rig.reader().job(spec.id))
            #expect(job.state == .waiting && job.fetchFailures == failures && job.crashes == 0 && job.losses == 0)
            #expect(job.delayMs == Backoff.milliseconds(job: spec.id, failures: failures, first: 1000, most: 900_000))
            #expect(try worker.claim() == nil)
            rig.clock.pass(ms: job.delayMs)
            try rig.settle()
        }
        let claim = try #require(try worker.claim())
        #expect(claim.crashes == 0)
        try worker.finish(claim, with: answer(claim, showing: [1, 2]))
        try rig.settle()
        #expect(try rig.state(spec) == "done 4")
        let story = try rig.reader().story(ofJob: spec.id)
        #expect(story.map(\.kind) == [.unfetched, .unfetched, .unfetched, .committed])
        #expect(story.first?.detail == "The server answers with status 503.")
        #expect(try rig.reader().events().map(\.event.type) == [.videoObserved, .videoFeatures, .matchSearched])
    }

    @Test("A server's wish to be left alone is granted, up to an hour")
    func retryAfter() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        for (asked, waits) in [(90.0, Int64(90_000)), (1e9, 3_600_000), (.infinity, 3_600_000)] {
            let claim = try #require(worker.claim())
            try worker.finish(claim, with: unreached(claim, after: asked))
            try rig.settle()
            #expect(try rig.reader().job(spec.id)?.delayMs == waits)
            rig.clock.pass(ms: waits)
            try rig.settle()
        }
    }

    @Test("What stays out of reach is a dead letter with its story, and begins anew when it is tried again")
    func stays() throws {
        let rig = try Rig()
        rig.options.fetchFailuresMax = 3
        try rig.restart()
        let spec = upload("a")
        try rig.queue.submit([spec])
        let worker = rig.memory.worker(named: "w")
        func fail(_ times: Int) throws {
            for _ in 0..<times {
                try rig.settle()
                let claim = try #require(worker.claim())
                try worker.finish(claim, with: unreached(claim))
                try rig.settle()
                rig.clock.pass(ms: 60_000)
            }
        }
        try fail(3)
        #expect(try rig.state(spec) == "dead 3")
        #expect(try rig.reader().deadLetters().map(\.outcome) == [busy])
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.unfetched, .unfetched, .unfetched])
        #expect(try rig.reader().events().map(\.event.type) == [.videoObserved])
        try rig.queue.submit([InboxMessage.retry(jobID: spec.id)])
        try fail(2)
        #expect(try rig.state(spec) == "waiting 5")
    }

    @Test("What will never come is a dead letter at once")
    func never() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        let gone = Outcome(.undecodable, reason: "http_status_410", sentence: "The server answers with status 410.")
        try worker.finish(claim, with: answer(claim, gone))
        try rig.settle()
        #expect(try rig.state(spec) == "dead 1")
    }
}
