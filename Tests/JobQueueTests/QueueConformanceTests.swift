import EngineSupport
import JobQueue
import Records
import Testing

/// What every engine owes; see also the three files beside this one. A new engine joins by a case of `Engine`.
@Suite("Every queue engine")
struct QueueConformanceTests {
    @Test(
        "Messages come out in the order of their acceptance, and stay until they are discarded",
        arguments: Engine.allCases)
    func order(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let queue = bench.queue
        defer { withExtendedLifetime(bench) {} }
        try queue.submit([job("a"), job("b")])
        try queue.submit([
            .cancel(jobID: "x"), .reversal(tenant: "default", eventID: "e", by: "ann", why: "own footage"),
        ])
        let expected: [InboxMessage] = [
            .job(job("a")), .job(job("b")), .cancel(jobID: "x"),
            .reversal(tenant: "default", eventID: "e", by: "ann", why: "own footage"),
        ]
        #expect(try queue.inbox(limit: 10).flatMap(\.messages) == expected)
        #expect(try queue.inbox(limit: 10).flatMap(\.messages) == expected)
        try queue.discard(try queue.inbox(limit: 1))
        #expect(try queue.inbox(limit: 10).flatMap(\.messages) == Array(expected[2...]))
    }

    @Test("A job id that could be part of a path is refused", arguments: Engine.allCases)
    func hostileID(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let queue = bench.queue
        defer { withExtendedLifetime(bench) {} }
        var spec = job("a")
        spec.id = "../../etc/passwd"
        #expect(throws: QueueError.self) { try queue.submit([spec]) }
        #expect(try queue.inbox(limit: 10).isEmpty)
    }

    @Test(
        "Live goes before lookup, lookup before backfill, and within a lane the older first",
        arguments: Engine.allCases)
    func schedule(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([
            ticket("old archive", sequence: 1, lane: .backfill), ticket("query", sequence: 2, lane: .lookup),
            ticket("second", sequence: 10, lane: .live), ticket("first", sequence: 9, lane: .live),
        ])
        let (worker, _) = try bench.worker()
        var keys: [String] = []
        while let claim = try worker.claim() { keys.append(claim.job.key) }
        #expect(keys == ["first", "second", "query", "old archive"])
    }

    @Test("A claim carries the next attempt's number and belongs to one worker", arguments: Engine.allCases)
    func claim(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 7, attempts: 2, crashes: 1)])
        let (worker, _) = try bench.worker()
        let (other, _) = try bench.worker()
        #expect(worker.worker != other.worker)
        let claim = try #require(try worker.claim())
        #expect(claim.job == job("a"))
        #expect(claim.attempt == 3)
        #expect(claim.sequence == 7)
        #expect(claim.crashes == 1)
        #expect(try other.claim() == nil)
        let held = try bench.queue.workers().filter { !$0.held.isEmpty }
        #expect(held.map(\.worker) == [worker.worker])
        #expect(held.first?.held == [Attempt(jobID: job("a").id, sequence: 7, attempt: 3)])
        #expect(held.first?.life == .living)
    }

    @Test("Releasing the same ticket twice is releasing it once", arguments: Engine.allCases)
    func releaseTwice(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        #expect(try worker.claim() != nil)
        #expect(try worker.claim() == nil)
    }

    @Test("A renewal and a claim change a worker's beat, and nothing else does", arguments: Engine.allCases)
    func beat(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        func beat() throws -> String? { try bench.queue.workers().first?.beat }
        let first = try beat()
        #expect(try worker.claim() == nil)
        #expect(try beat() == first)
        try worker.renew()
        let second = try beat()
        #expect(second != first)
        try bench.queue.release([ticket("a", sequence: 1)])
        #expect(try beat() == second)
        #expect(try worker.claim() != nil)
        #expect(try beat() != second)
    }

    @Test("A finished job is a result, unchanged, until it is discarded", arguments: Engine.allCases)
    func finish(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        let claim = try #require(try worker.claim())
        try worker.finish(claim, with: result(of: claim, worker: worker.worker))
        // The second hand-in of the same attempt replaces the first.
        try worker.finish(claim, with: result(of: claim, worker: worker.worker))
        #expect(try bench.queue.workers().flatMap(\.held).isEmpty)
        let arrived = try bench.queue.results(limit: 10)
        #expect(arrived.map(\.result) == [result(of: claim, worker: worker.worker)])
        #expect(try bench.queue.outstanding() == [claim.job.id: 1])
        try bench.queue.discard(arrived)
        #expect(try bench.queue.results(limit: 10).isEmpty)
        #expect(try bench.queue.outstanding().isEmpty)
    }

    @Test("A result that is not of the claimed attempt is refused at once", arguments: Engine.allCases)
    func wrongResult(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        let claim = try #require(try worker.claim())
        var wrong = result(of: claim, worker: worker.worker)
        wrong.attempt = 2
        #expect(throws: QueueError.self) { try worker.finish(claim, with: wrong) }
        #expect(try bench.queue.results(limit: 10).isEmpty)
    }

    @Test("What a worker gives back goes to the coordinator, not to the next worker", arguments: Engine.allCases)
    func abandon(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        let claim = try #require(try worker.claim())
        try worker.abandon(claim)
        #expect(try worker.claim() == nil)
        let attempt = Attempt(jobID: claim.job.id, sequence: 1, attempt: 1)
        #expect(try bench.queue.returned() == [attempt])
        #expect(try bench.queue.outstanding() == [claim.job.id: 1])
        try bench.queue.discard(returned: attempt)
        #expect(try bench.queue.outstanding().isEmpty)
    }

    @Test(
        "A dead worker is seen as dead, keeps its claims until they are revoked, and is then forgotten",
        arguments: Engine.allCases)
    func death(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, die) = try bench.worker()
        let claim = try #require(try worker.claim())
        die()
        let state = try #require(try bench.queue.workers().first)
        #expect(state.life == .dead)
        #expect(state.held.map(\.jobID) == [claim.job.id])
        try bench.queue.forget(worker: worker.worker)
        #expect(try bench.queue.workers().count == 1)
        try bench.queue.revoke(state.held[0], from: worker.worker)
        try bench.queue.forget(worker: worker.worker)
        #expect(try bench.queue.workers().isEmpty)
    }

    @Test(
        "A worker whose claim was revoked can still hand in; the fence is the ledger's business",
        arguments: Engine.allCases)
    func late(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        let claim = try #require(try worker.claim())
        try bench.queue.revoke(Attempt(jobID: claim.job.id, sequence: 1, attempt: 1), from: worker.worker)
        try worker.abandon(claim)
        #expect(try bench.queue.returned().isEmpty)
        try worker.finish(claim, with: result(of: claim, worker: worker.worker))
        #expect(try bench.queue.results(limit: 10).count == 1)
    }

    @Test("A ticket can be withdrawn until somebody claims it", arguments: Engine.allCases)
    func withdraw(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let first = ticket("a", sequence: 1)
        let second = ticket("b", sequence: 2)
        try bench.queue.release([first, second])
        let (worker, _) = try bench.worker()
        #expect(try worker.claim()?.job.key == "a")
        #expect(try bench.queue.withdraw(first) == false)
        #expect(try bench.queue.withdraw(second) == true)
        #expect(try worker.claim() == nil)
    }

    @Test("Counts say how much lies where", arguments: Engine.allCases)
    func counts(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.submit([job("x")])
        try bench.queue.release([
            ticket("a", sequence: 1), ticket("b", sequence: 2), ticket("c", sequence: 3, lane: .backfill),
        ])
        let (worker, _) = try bench.worker()
        _ = try worker.claim()
        let counts = try bench.queue.counts()
        #expect(counts.inbox == 1)
        #expect(counts.released == [.live: 1, .lookup: 0, .backfill: 1])
        #expect(counts.claimed == 1)
        #expect(counts.workers == 1)
        #expect(counts.results == 0)
    }
}
