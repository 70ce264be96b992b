import EngineSupport
import JobQueue
import Records
import Store
import Testing

@Suite("Every queue engine: what is handed out")
struct QueueClaimConformance {
    private func keys(_ claims: [Claim]) -> [String] { claims.map(\.job.key) }

    @Test("A batch of claims is the next few of the schedule, and the rest stays", arguments: Engine.allCases)
    func batch(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release((1...5).map { ticket("\($0)", sequence: Int64($0)) })
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 3)) == ["1", "2", "3"])
        #expect(keys(try worker.claim(upTo: 3)) == ["4", "5"])
        #expect(try worker.claim(upTo: 3) == [])
    }

    @Test("A batch goes on into the next lane", arguments: Engine.allCases)
    func batchOverLanes(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([
            ticket("c", sequence: 1, lane: .backfill), ticket("b", sequence: 2, lane: .lookup),
            ticket("a", sequence: 3), ticket("d", sequence: 4, lane: .backfill),
        ])
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 3)) == ["a", "b", "c"])
    }

    @Test("A batch of none takes none and renews nothing", arguments: Engine.allCases)
    func none(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        let before = try bench.queue.workers().map(\.beat)
        #expect(try worker.claim(upTo: 0) == [])
        #expect(try bench.queue.workers().map(\.beat) == before)
        #expect(try bench.queue.front(of: .live).tickets == 1)
    }

    @Test("A lower rank goes first, whatever was accepted or released first", arguments: Engine.allCases)
    func rank(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("slow", sequence: 1, rank: 9), ticket("next", sequence: 2, rank: 5)])
        try bench.queue.release([ticket("first", sequence: 3, rank: 2)])
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 9)) == ["first", "next", "slow"])
    }

    @Test("Among equal ranks the older job goes first", arguments: Engine.allCases)
    func equalRanks(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("b", sequence: 12, rank: 3), ticket("a", sequence: 7, rank: 3)])
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 9)) == ["a", "b"])
    }

    @Test("Ranks order a lane and never lift it over another", arguments: Engine.allCases)
    func rankWithinLane(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([
            ticket("archive", sequence: 1, lane: .backfill, rank: 0), ticket("upload", sequence: 2, rank: 1_000_000),
        ])
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 9)) == ["upload", "archive"])
    }

    @Test("A ticket released again keeps its first rank", arguments: Engine.allCases)
    func rankStays(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1, rank: 4), ticket("b", sequence: 2, rank: 5)])
        try bench.queue.release([ticket("b", sequence: 2, rank: 1)])
        let (worker, _) = try bench.worker()
        #expect(keys(try worker.claim(upTo: 9)) == ["a", "b"])
    }

    @Test("A lane's front tells how much is claimable and at which rank", arguments: Engine.allCases)
    func front(engine: Engine) throws {
        let bench = try TestEngine(engine)
        #expect(try bench.queue.front(of: .live) == LaneFront())
        try bench.queue.release([ticket("a", sequence: 1, rank: 4), ticket("b", sequence: 2, rank: 7)])
        #expect(try bench.queue.front(of: .live) == LaneFront(tickets: 2, firstRank: 4))
        #expect(try bench.queue.front(of: .backfill) == LaneFront())
        let (worker, _) = try bench.worker()
        _ = try worker.claim()
        #expect(try bench.queue.front(of: .live) == LaneFront(tickets: 1, firstRank: 7))
    }

    @Test("A promoted ticket is its lane's first, and goes before every live one", arguments: Engine.allCases)
    func promote(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([
            ticket("live", sequence: 1, rank: 1), ticket("old 2", sequence: 3, lane: .backfill, rank: 6),
            ticket("old 1", sequence: 2, lane: .backfill, rank: 5),
        ])
        #expect(try bench.queue.promote(.backfill))
        #expect(try bench.queue.front(of: .live).tickets == 2)
        #expect(try bench.queue.front(of: .backfill) == LaneFront(tickets: 1, firstRank: 6))
        let (worker, _) = try bench.worker()
        let claims = try worker.claim(upTo: 9)
        #expect(keys(claims) == ["old 1", "live", "old 2"])
        #expect(claims[0].job.lane == .backfill)
    }

    @Test("Nothing is promoted from an empty lane, nor from the first one", arguments: Engine.allCases)
    func promoteNothing(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("live", sequence: 1)])
        #expect(try bench.queue.promote(.backfill) == false)
        #expect(try bench.queue.promote(.live) == false)
    }

    @Test("A promoted ticket can be withdrawn", arguments: Engine.allCases)
    func withdrawPromoted(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let old = ticket("old", sequence: 1, lane: .backfill)
        try bench.queue.release([old])
        _ = try bench.queue.promote(.backfill)
        #expect(try bench.queue.withdraw(old))
        let (worker, _) = try bench.worker()
        #expect(try worker.claim() == nil)
    }

    @Test("What was never released, or is withdrawn already, cannot be withdrawn", arguments: Engine.allCases)
    func withdrawNothing(engine: Engine) throws {
        let bench = try TestEngine(engine)
        #expect(try bench.queue.withdraw(ticket("a", sequence: 1)) == false)
        try bench.queue.release([ticket("a", sequence: 1)])
        #expect(try bench.queue.withdraw(ticket("a", sequence: 1)))
        #expect(try bench.queue.withdraw(ticket("a", sequence: 1)) == false)
        #expect(try bench.queue.outstanding().isEmpty)
    }

    @Test("Another attempt's ticket is not withdrawn", arguments: Engine.allCases)
    func withdrawOther(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1, attempts: 1)])
        #expect(try bench.queue.withdraw(ticket("a", sequence: 1)) == false)
        #expect(try bench.queue.front(of: .live).tickets == 1)
    }

    @Test("A withdrawn ticket can be released anew", arguments: Engine.allCases)
    func releaseAnew(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        _ = try bench.queue.withdraw(ticket("a", sequence: 1))
        try bench.queue.release([ticket("a", sequence: 1)])
        let (worker, _) = try bench.worker()
        #expect(try worker.claim()?.attempt == 1)
    }

    @Test("The next attempt can be out while a stalled worker still holds the last one", arguments: Engine.allCases)
    func nextAttempt(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1)])
        let (stalled, _) = try bench.worker("stalled")
        let (other, _) = try bench.worker("other")
        #expect(try stalled.claim()?.attempt == 1)
        try bench.queue.release([ticket("a", sequence: 1, attempts: 1)])
        #expect(try bench.queue.outstanding() == [job("a").id: 2])
        #expect(try other.claim()?.attempt == 2)
    }

    @Test("A worker that was there first sees what is released later", arguments: Engine.allCases)
    func later(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let (worker, _) = try bench.worker()
        #expect(try worker.claim() == nil)
        try bench.queue.release([ticket("a", sequence: 1)])
        #expect(try worker.claim()?.job.key == "a")
    }

    @Test("Every field of a job reaches its worker", arguments: Engine.allCases)
    func fields(engine: Engine) throws {
        let bench = try TestEngine(engine)
        let spec = JobSpec(
            key: "k", tenant: "shop", lane: .lookup, path: "/m/ö 'x'.mp4",
            video: VideoFacts(
                videoID: "v", creator: "c", market: "ID", surface: .live, publishedAt: "2026-05-01T12:00:00Z",
                publishedPrecision: .fileTime))
        try bench.queue.release([Ticket(job: spec, sequence: .max / 2, attempts: 41, crashes: 2)])
        let (worker, _) = try bench.worker()
        let claim = try #require(try worker.claim())
        #expect(claim.job == spec)
        #expect([claim.sequence, Int64(claim.attempt), Int64(claim.crashes)] == [.max / 2, 42, 2])
    }

    @Test("Eight workers that race for 300 jobs in batches claim each exactly once", arguments: Engine.allCases)
    func race(engine: Engine) async throws {
        let bench = try TestEngine(engine)
        let tickets = (1...300).map { ticket("\($0)", sequence: Int64($0)) }
        try bench.queue.release(tickets)
        let workers = try (1...8).map { try bench.worker("w\($0)").queue }
        let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
            for (number, worker) in workers.enumerated() {
                group.addTask {
                    var ids: [String] = []
                    while true {
                        let claims = try worker.claim(upTo: 1 + number % 4)
                        if claims.isEmpty { return ids }
                        ids += claims.map(\.job.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.sorted() == tickets.map(\.job.id).sorted())
        #expect(try bench.queue.counts().claimed == 300)
    }

    @Test("Two views of one queue never hand the same job out", arguments: Engine.durable)
    func views(engine: Engine) throws {
        let bench = try TestEngine(engine)
        try bench.queue.release([ticket("a", sequence: 1), ticket("b", sequence: 2)])
        let mine = try bench.home.openWorker(named: "mine")
        let theirs = try bench.home.openWorker(named: "theirs")
        #expect(try mine.claim()?.job.key == "a")
        #expect(try theirs.claim()?.job.key == "b")
        #expect(try mine.claim() == nil)
        #expect(try bench.reopened().counts().claimed == 2)
    }
}
