import EngineSupport
import Foundation
import JobQueue
import Records
import Testing

@Suite("Every queue engine: what comes back, and who holds what")
struct QueueResultConformance {
    private func claims(_ bench: TestEngine, _ keys: String..., by worker: any WorkerQueue) throws -> [Claim] {
        try bench.queue.release(keys.enumerated().map { ticket($0.element, sequence: Int64($0.offset + 1)) })
        return try worker.claim(upTo: keys.count)
    }

    private func finished(_ claims: [Claim], _ worker: any WorkerQueue) -> [FinishedClaim] {
        claims.map { FinishedClaim(claim: $0, result: result(of: $0, worker: worker.worker)) }
    }

    @Test("A batch of results is handed in as one", arguments: Engine.allCases)
    func batch(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let claims = try claims(bench, "a", "b", "c", by: worker)
        try worker.finish(finished(claims, worker))
        #expect(try bench.queue.results(limit: 9).compactMap(\.result) == finished(claims, worker).map(\.result))
        #expect(try bench.queue.workers().flatMap(\.held).isEmpty)
    }

    @Test("A batch without results changes nothing", arguments: Engine.allCases)
    func empty(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        _ = try claims(bench, "a", by: worker)
        try worker.finish([])
        #expect(try bench.queue.results(limit: 9).isEmpty)
        #expect(try bench.queue.counts().claimed == 1)
    }

    @Test("Results come no more than asked for, and stay until they are discarded", arguments: Engine.allCases)
    func limit(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        try worker.finish(finished(try claims(bench, "a", "b", "c", by: worker), worker))
        #expect(try bench.queue.results(limit: 2).map(\.attempt.sequence) == [1, 2])
        try bench.queue.discard(try bench.queue.results(limit: 2))
        #expect(try bench.queue.results(limit: 2).map(\.attempt.sequence) == [3])
        #expect(try bench.queue.counts().results == 1)
    }

    @Test("Discarding a result twice is discarding it once", arguments: Engine.allCases)
    func discardTwice(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        try worker.finish(finished(try claims(bench, "a", "b", by: worker), worker))
        let first = try bench.queue.results(limit: 1)
        try bench.queue.discard(first)
        try bench.queue.discard(first)
        #expect(try bench.queue.results(limit: 9).map(\.attempt.sequence) == [2])
    }

    @Test("A fingerprint of two megabytes arrives byte for byte", arguments: Engine.allCases)
    func large(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let claim = try claims(bench, "a", by: worker)[0]
        var large = result(of: claim, worker: worker.worker)
        large.fingerprint = Data((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ $0 >> 9) })
        try worker.finish(claim, with: large)
        #expect(try bench.queue.results(limit: 1).first?.result == large)
    }

    @Test(
        "How far attempts have come is told with a renewal, stays through a claim, and goes with the next one",
        arguments: Engine.allCases)
    func progress(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let (other, _) = try bench.worker("other")
        func told() throws -> [AttemptProgress] { try bench.queue.workers().flatMap(\.progress) }
        let claims = try claims(bench, "a", "b", by: worker)
        #expect(try told() == [])
        let progress = [
            AttemptProgress(claims[0], stage: .decode, pts: 12.5, duration: 60),
            AttemptProgress(claims[1], stage: .fetch),
        ]
        try worker.renew(progress)
        #expect(try told() == progress)
        try bench.queue.release([ticket("c", sequence: 3)])
        #expect(try worker.claim()?.job.key == "c")
        #expect(try told() == progress)
        try other.renew([])
        #expect(try told() == progress)
        try worker.renew()
        #expect(try told() == [])
    }

    @Test("A result is there from its hand-in to its discarding, for its own attempt alone", arguments: Engine.allCases)
    func hasResult(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let claim = try claims(bench, "a", by: worker)[0]
        var attempt = Attempt(jobID: claim.job.id, sequence: 1, attempt: 1)
        #expect(try !bench.queue.hasResult(of: attempt))
        try worker.finish(finished([claim], worker))
        #expect(try bench.queue.hasResult(of: attempt))
        attempt.attempt = 2
        #expect(try !bench.queue.hasResult(of: attempt))
        try bench.queue.discard(try bench.queue.results(limit: 1))
        attempt.attempt = 1
        #expect(try !bench.queue.hasResult(of: attempt))
    }

    @Test("A result survives that its worker dies and is forgotten", arguments: Engine.allCases)
    func survives(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, die) = try bench.worker()
        try worker.finish(finished(try claims(bench, "a", by: worker), worker))
        die()
        _ = try bench.queue.workers()
        try bench.queue.forget(worker: worker.worker)
        #expect(try bench.queue.workers().isEmpty)
        #expect(try bench.queue.results(limit: 9).map(\.attempt.jobID) == [job("a").id])
    }

    @Test("Two attempts' results of one job are two results", arguments: Engine.allCases)
    func attempts(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (stalled, _) = try bench.worker("stalled")
        let (other, _) = try bench.worker("other")
        let first = try claims(bench, "a", by: stalled)
        try bench.queue.release([ticket("a", sequence: 1, attempts: 1)])
        let second = try other.claim(upTo: 1)
        try other.finish(finished(second, other))
        try stalled.finish(finished(first, stalled))
        #expect(try bench.queue.results(limit: 9).map(\.attempt.attempt).sorted() == [1, 2])
        #expect(try bench.queue.outstanding() == [job("a").id: 2])
    }

    @Test("Giving back twice is giving back once", arguments: Engine.allCases)
    func abandonTwice(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let claim = try claims(bench, "a", by: worker)[0]
        try worker.abandon(claim)
        try worker.abandon(claim)
        #expect(try bench.queue.returned().count == 1)
    }

    @Test("What was handed in cannot be given back", arguments: Engine.allCases)
    func abandonFinished(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let claim = try claims(bench, "a", by: worker)
        try worker.finish(finished(claim, worker))
        try worker.abandon(claim[0])
        #expect(try bench.queue.returned().isEmpty)
        #expect(try bench.queue.counts().results == 1)
    }

    @Test("What was given back comes in the order of its acceptance", arguments: Engine.allCases)
    func returnedInOrder(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        for claim in try claims(bench, "a", "b", "c", by: worker) { try worker.abandon(claim) }
        #expect(try bench.queue.returned().map(\.sequence) == [1, 2, 3])
        try bench.queue.discard(returned: try bench.queue.returned()[0])
        #expect(try bench.queue.returned().map(\.sequence) == [2, 3])
    }

    @Test(
        "A worker is known as soon as it is there, by its name, alive and with empty hands", arguments: Engine.allCases)
    func known(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (first, _) = try bench.worker("ann")
        let (second, _) = try bench.worker("bob")
        let states = try bench.queue.workers()
        #expect(states.map(\.worker).sorted() == [first.worker, second.worker].sorted())
        #expect(first.worker.hasPrefix("ann") && second.worker.hasPrefix("bob"))
        #expect(states.allSatisfy { $0.life == .living && $0.held.isEmpty })
        #expect(try bench.queue.counts().workers == 2)
    }

    @Test("One worker's renewal is not another's", arguments: Engine.allCases)
    func renewals(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (first, _) = try bench.worker("ann")
        let (second, _) = try bench.worker("bob")
        func beat(_ worker: any WorkerQueue) throws -> String? {
            try bench.queue.workers().first { $0.worker == worker.worker }?.beat
        }
        let (firstBefore, secondBefore) = (try beat(first), try beat(second))
        try first.renew()
        #expect(try beat(first) != firstBefore)
        #expect(try beat(second) == secondBefore)
    }

    @Test("A worker that leaves gives back what it holds, and is gone", arguments: Engine.allCases)
    func leave(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        _ = try claims(bench, "a", "b", by: worker)
        try worker.leave()
        #expect(try bench.queue.workers().isEmpty)
        #expect(try bench.queue.returned().map(\.sequence).sorted() == [1, 2])
        #expect(try bench.queue.front(of: .live).tickets == 0)
    }

    @Test("A claim is revoked from the worker that has it and from no other", arguments: Engine.allCases)
    func revokeOther(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker("ann")
        let (other, _) = try bench.worker("bob")
        _ = try claims(bench, "a", by: worker)
        let attempt = Attempt(jobID: job("a").id, sequence: 1, attempt: 1)
        try bench.queue.revoke(attempt, from: other.worker)
        #expect(try bench.queue.workers().flatMap(\.held) == [attempt])
        try bench.queue.revoke(attempt, from: worker.worker)
        #expect(try bench.queue.workers().flatMap(\.held).isEmpty)
        #expect(try bench.queue.outstanding().isEmpty)
    }

    @Test("A living worker is not forgotten", arguments: Engine.allCases)
    func forgetLiving(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        _ = try bench.queue.workers()
        try bench.queue.forget(worker: worker.worker)
        #expect(try bench.queue.workers().map(\.worker) == [worker.worker])
    }

    @Test("An unknown worker, claim or result is nothing to fail over", arguments: Engine.allCases)
    func unknown(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let attempt = Attempt(jobID: "nobody", sequence: 1, attempt: 1)
        try bench.queue.revoke(attempt, from: "nobody")
        try bench.queue.forget(worker: "nobody")
        try bench.queue.discard(returned: attempt)
        try bench.queue.discard([ArrivedResult(attempt: attempt, result: nil)])
        #expect(try bench.queue.counts().spoiled == 0)
    }

    @Test("An empty queue counts to nothing, and so does one whose work is done", arguments: Engine.allCases)
    func counts(engine: Engine) throws {
        let bench = try TestEngine(engine)
        var none = QueueCounts()
        none.released = [.live: 0, .lookup: 0, .backfill: 0]
        #expect(try bench.queue.counts() == none)
        let (worker, _) = try bench.worker()
        try worker.finish(finished(try claims(bench, "a", by: worker), worker))
        try bench.queue.discard(try bench.queue.results(limit: 9))
        try worker.leave()
        #expect(try bench.queue.counts() == none)
        #expect(try bench.queue.outstanding().isEmpty)
    }

    @Test("Sweeping takes nothing that is whole", arguments: Engine.allCases)
    func sweep(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        let two = try claims(bench, "a", "b", "c", by: worker)
        try worker.finish(finished([two[0]], worker))
        try worker.abandon(two[1])
        try bench.queue.submit([job("d")])
        try bench.queue.release([ticket("e", sequence: 9)])
        try bench.queue.sweep()
        let counts = try bench.queue.counts()
        #expect([counts.inbox, counts.results, counts.claimed, counts.released[.live] ?? 0] == [1, 1, 1, 1])
        #expect(try bench.queue.returned().count == 1)
    }

    @Test("The highest number on the path is what counts, wherever it lies", arguments: Engine.allCases)
    func highest(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        _ = try claims(bench, "a", by: worker)
        try bench.queue.release([ticket("a", sequence: 1, attempts: 4), ticket("b", sequence: 2, attempts: 0)])
        #expect(try bench.queue.outstanding() == [job("a").id: 5, job("b").id: 1])
    }
}
