import EngineSupport
@testable import Fleet
import JobQueue
import Records
import Store
import Testing

@Suite("Whose job goes next")
struct CoordinatorFairnessTests {
    private func tickets(_ tenant: String, _ numbers: ClosedRange<Int64>) -> [Ticket] {
        numbers.map { number in
            Ticket(
                job: JobSpec(
                    key: "\(tenant) \(number)", tenant: tenant, path: "/m", video: VideoFacts(videoID: "\(number)")),
                sequence: number, attempts: 0, crashes: 0)
        }
    }

    @Test("Tenants take turns, the one who was first begins")
    func turns() {
        var fair = FairShare()
        let picked = fair.pick(["a": tickets("a", 1...5), "b": tickets("b", 6...7)], room: 5)
        #expect(picked.map(\.job.key) == ["a 1", "b 6", "a 2", "b 7", "a 3"])
        #expect(picked.map(\.rank) == [1, 1, 2, 2, 3])
    }

    @Test("A tenant that comes to a full lane ranks with the job that is handed out now, not with the last one")
    func newcomer() {
        var fair = FairShare()
        _ = fair.pick(["a": tickets("a", 1...100)], room: 100)
        fair.advance(to: 41)
        #expect(fair.pick(["b": tickets("b", 101...102)], room: 2).map(\.rank) == [41, 42])
        #expect(fair.pick(["a": tickets("a", 103...103)], room: 1).map(\.rank) == [101])
    }

    @Test("Having been idle saves nothing up")
    func idle() {
        var fair = FairShare()
        _ = fair.pick(["a": tickets("a", 1...1), "b": tickets("b", 2...2)], room: 2)
        _ = fair.pick(["a": tickets("a", 3...52)], room: 50)
        fair.advance(to: nil)
        #expect(
            fair.pick(["a": tickets("a", 53...53), "b": tickets("b", 54...55)], room: 3).map(\.rank) == [52, 52, 53])
    }

    @Test("A lane is owed a job when its first one has been the same for as long as its patience lasts")
    func patience() {
        var watch = LaneWatch(patienceMs: 1000)
        func owed(_ lane: Lane, firstRank: Int64, nowMs: Int64) -> Bool {
            watch.isOwed(lane, firstRank: firstRank, nowMs: nowMs)
        }
        #expect(owed(.backfill, firstRank: 7, nowMs: 0) == false)
        #expect(owed(.backfill, firstRank: 7, nowMs: 999) == false)
        #expect(owed(.backfill, firstRank: 7, nowMs: 1000) == true)
        #expect(owed(.backfill, firstRank: 8, nowMs: 1001) == false)
        #expect(owed(.backfill, firstRank: 9, nowMs: 2500) == false, "somebody took a job meanwhile")
        #expect(owed(.live, firstRank: 1, nowMs: 0) == false)
        #expect(owed(.live, firstRank: 1, nowMs: 90_000) == false)
    }

    @Test("One upload of a tenant is not kept waiting by a thousand of another", arguments: Engine.allCases)
    func flood(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        try rig.queue.submit((1...1000).map { upload("flood \($0)", tenant: "flood") })
        try rig.settle()
        let (worker, _) = try rig.worker()
        _ = try worker.claim(upTo: 10)
        try rig.queue.submit([upload("single", tenant: "shop")])
        try rig.settle()
        #expect(try worker.claim(upTo: 2).map(\.job.key).contains("single"))
    }

    @Test(
        "However long no worker comes, one job of the archive at most goes before the uploads then",
        arguments: Engine.allCases)
    func noWorkers(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        try rig.queue.submit(
            (1...9).map { upload("archive \($0)", lane: .backfill) } + (1...3).map { upload("upload \($0)") })
        for _ in 0..<100 {
            rig.clock.pass(ms: 2000)
            try rig.settle()
        }
        let (worker, _) = try rig.worker()
        #expect(
            try worker.claim(upTo: 5).map(\.job.key)
                == ["archive 1", "upload 1", "upload 2", "upload 3", "archive 2"])
    }

    @Test("A flood of live jobs leaves the archive a turn now and again", arguments: Engine.allCases)
    func starved(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        try rig.queue.submit((1...40).map { upload("live \($0)") } + [upload("archive", lane: .backfill)])
        try rig.settle()
        let (worker, _) = try rig.worker()
        var order: [String] = []
        for _ in 0..<30 {
            order += try worker.claim(upTo: 1).map(\.job.key)
            rig.clock.pass(ms: 2000)
            try worker.renew()
            try rig.settle()
        }
        let place = try #require(order.firstIndex(of: "archive"))
        #expect((9...12).contains(place), "after 20 s of two each: \(order)")
    }

    @Test(
        "A paused lane hands out nothing, takes back what nobody has claimed, and loses nothing",
        arguments: Engine.allCases)
    func pause(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        try rig.queue.submit([upload("a"), upload("b"), upload("old", lane: .backfill)])
        try rig.settle()
        let (worker, _) = try rig.worker()
        let running = try #require(try worker.claim())
        try rig.queue.submit([.pause(.live)])
        try rig.settle()
        try rig.queue.submit([upload("c")])
        try rig.settle()
        #expect(try worker.claim(upTo: 9).map(\.job.key) == ["old"])
        #expect(try rig.reader().pausedLanes() == [.live])
        try worker.finish(running, with: answer(running))
        try rig.settle()
        #expect(try rig.state(upload("a")) == "done 1")
        try rig.restart()
        try rig.settle()
        #expect(try worker.claim(upTo: 9) == [])
        try rig.queue.submit([.resume(.live)])
        try rig.settle()
        #expect(try worker.claim(upTo: 9).map(\.job.key) == ["b", "c"])
    }

    @Test("A delayed job waits on the clock that nobody sets, also through a restart", arguments: Engine.allCases)
    func delay(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        try rig.queue.submit([.later(upload("later"), delayMs: 60_000)])
        try rig.settle()
        let (worker, _) = try rig.worker()
        rig.clock.setWall("2036-01-02T12:00:00Z")
        rig.clock.pass(ms: 30_000)
        try worker.renew()
        try rig.settle()
        #expect(try worker.claim() == nil)
        try rig.restart()
        try rig.settle()
        rig.clock.pass(ms: 30_000)
        try rig.settle()
        #expect(try worker.claim() == nil, "a restarted coordinator lets it wait its delay again")
        rig.clock.pass(ms: 31_000)
        try rig.settle()
        #expect(try worker.claim()?.job.key == "later")
    }

    @Test(
        "A purged dead letter is no longer counted among them, keeps its story, and can still be tried",
        arguments: Engine.allCases)
    func purge(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let (worker, _) = try rig.worker()
        let claim = try #require(try worker.claim())
        try worker.finish(claim, with: answer(claim, broken))
        try rig.settle()
        try rig.queue.submit([.purge(jobID: spec.id)])
        try rig.settle()
        #expect(try rig.reader().deadLetters().isEmpty)
        #expect(try rig.state(spec) == "purged 1")
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.committed])
        try rig.queue.submit([spec])
        try rig.settle()
        #expect(try worker.claim() == nil, "the same submission again is the same job")
        try rig.queue.submit([.retry(jobID: spec.id)])
        try rig.settle()
        #expect(try worker.claim()?.attempt == 2)
    }
}
