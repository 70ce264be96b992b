import EngineSupport
import Fleet
import JobQueue
import Records
import Store
import Testing

/// The promises of the fleet as a whole, on every engine.
@Suite("A fleet on every engine")
struct CoordinatorEngineTests {
    @Test(
        "An upload goes its way from submission to events, and the same one again changes nothing",
        arguments: Engine.allCases)
    func way(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let (first, copy) = (upload("original", creator: "ann"), upload("copy", creator: "bob"))
        try rig.queue.submit([first, copy])
        try rig.settle()
        let (worker, _) = try rig.worker()
        for claim in try worker.claim(upTo: 9) { try worker.finish(claim, with: answer(claim, showing: [1, 2, 3])) }
        try rig.settle()
        let events = try rig.reader().events().map(\.event)
        try rig.queue.submit([first, copy])
        try rig.settle()
        #expect(try rig.reader().events().map(\.event) == events)
        #expect(try rig.reader().matchEdges().count == 1)
        #expect(try rig.coordinator?.isDrained() == true)
    }

    @Test(
        "Ten thousand deliveries of one job are one job, and a thousand of its result one result",
        arguments: Engine.allCases)
    func duplicates(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let spec = upload("a")
        for _ in 0..<10 { try rig.queue.submit(Array(repeating: spec, count: 1000)) }
        try rig.settle()
        #expect(try rig.reader().jobs().count == 1)
        let (worker, _) = try rig.worker()
        let claims = try worker.claim(upTo: 9)
        #expect(claims.count == 1)
        for _ in 0..<20 {
            try worker.finish(Array(repeating: FinishedClaim(claim: claims[0], result: answer(claims[0])), count: 50))
            try rig.settle()
        }
        #expect(try rig.reader().counter(Store.committedResults) == 1)
        #expect(try rig.reader().events().count == 3)
    }

    @Test("What a stalled worker held is done by another, and its late result is refused", arguments: Engine.allCases)
    func fence(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let (stalled, _) = try rig.worker("stalled")
        let (other, _) = try rig.worker("other")
        let late = try #require(try stalled.claim())
        for _ in 0..<80 {
            rig.clock.pass(ms: 500)
            try other.renew()
            while try rig.coordinator?.step() == true {}
        }
        let claim = try #require(try other.claim())
        #expect(claim.attempt == 2)
        try stalled.finish(late, with: answer(late, broken))
        try rig.settle()
        try other.finish(claim, with: answer(claim))
        try rig.settle()
        #expect(try rig.state(spec) == "done 2")
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.leaseExpired, .committed])
        #expect(try rig.reader().status().staleResultsRefused == 1)
    }

    @Test("A dead worker's job is out again at once, and nothing is blamed on it", arguments: Engine.allCases)
    func death(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let (worker, die) = try rig.worker()
        #expect(try worker.claim() != nil)
        try rig.settle()
        die()
        try rig.settle()
        try rig.settle()
        let (other, _) = try rig.worker("other")
        #expect(try other.claim()?.attempt == 2)
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.workerDied])
        #expect(try rig.reader().job(spec.id)?.crashes == 0)
    }

    @Test("A coordinator that is started anew goes on where the last one was", arguments: Engine.allCases)
    func restart(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let specs = (1...5).map { upload("\($0)") }
        try rig.queue.submit(specs)
        try rig.settle()
        let (worker, _) = try rig.worker()
        let claims = try worker.claim(upTo: 3)
        try worker.finish(claims.prefix(2).map { FinishedClaim(claim: $0, result: answer($0)) })
        try rig.restart()
        try rig.settle()
        try worker.finish([FinishedClaim(claim: claims[2], result: answer(claims[2]))])
        try rig.restart()
        try rig.settle()
        for claim in try worker.claim(upTo: 9) { try worker.finish(claim, with: answer(claim)) }
        try rig.settle()
        let states = try specs.map { try rig.state($0) }
        #expect(states == Array(repeating: "done 1", count: 5))
    }

    @Test(
        "A second coordinator is refused while the first one lives, and may begin when it is gone",
        arguments: Engine.allCases)
    func second(engine: Engine) throws {
        let rig = try Rig(engine: engine)
        let error = #expect(throws: StoreError.self) { _ = try Store(home: rig.home) }
        #expect(error?.code == .alreadyRunning)
        try rig.whileStopped { store in
            let jobs = try store.reader.jobs()
            #expect(jobs.isEmpty)
        }
    }
}
