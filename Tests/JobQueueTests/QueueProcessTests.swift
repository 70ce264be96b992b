import EngineSupport
import Foundation
import JobQueue
import Records
import Store
import Testing

@Suite("Real processes on one queue")
struct QueueProcessTests {
    /// Waits until the engine has seen that every worker's process is gone: at once on one machine, within
    /// moments through a server.
    private func workersAllDead(_ queue: any CoordinatorQueue) throws -> [WorkerState] {
        for _ in 0..<200 {
            let states = try queue.workers()
            if states.allSatisfy({ $0.life == .dead }) { return states }
            usleep(20_000)
        }
        return try queue.workers()
    }

    @Test("Four processes and four threads that race for 200 jobs claim each exactly once", arguments: Engine.durable)
    func race(engine: Engine) async throws {
        let test = try TestEngine(engine)
        let (queue, root) = (test.queue, test.home.address)
        let tickets = (1...200).map { ticket("\($0)", sequence: Int64($0)) }
        try queue.release(tickets)
        let processes = try (0..<4).map { _ in try TestWorker([root, "drain"]) }
        let home = test.home
        let here = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var ids: [String] = []
                    guard let worker = try? home.openWorker(named: "thread") else { return [] }
                    while let claim = try? worker.claim() { ids.append(claim.job.id) }
                    return ids
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let there = processes.flatMap { $0.lines(until: "drained") }.map { String($0.split(separator: " ")[0]) }
        #expect((here + there).sorted() == tickets.map(\.job.id).sorted())
        for process in processes { process.kill() }
    }

    @Test("A killed worker is known to be dead at once, and what it held is all there", arguments: Engine.durable)
    func kill(engine: Engine) throws {
        let test = try TestEngine(engine)
        let (queue, root) = (test.queue, test.home.address)
        try queue.release([ticket("a", sequence: 1), ticket("b", sequence: 2), ticket("c", sequence: 3)])
        let worker = try TestWorker([root, "hold", "2"])
        #expect(worker.lines(until: "holding") == ["\(job("a").id) 1", "\(job("b").id) 1"])
        #expect(try queue.workers().map(\.life) == [.living])
        worker.kill()
        let state = try #require(try workersAllDead(queue).first)
        #expect(state.life == .dead)
        #expect(
            state.held == [
                Attempt(jobID: job("a").id, sequence: 1, attempt: 1),
                Attempt(jobID: job("b").id, sequence: 2, attempt: 1),
            ])
        #expect(try queue.outstanding().count == 3)
    }

    @Test(
        "A worker killed in the middle of claiming and giving back, 20 times, never loses or doubles a job",
        arguments: Engine.durable)
    func killInTheMiddle(engine: Engine) throws {
        let test = try TestEngine(engine)
        let (queue, root) = (test.queue, test.home.address)
        let ids = Set((1...5).map { job("\($0)").id })
        var attempts = [Int64: Int]()
        try queue.release((1...5).map { ticket("\($0)", sequence: Int64($0)) })
        for round in 1...20 {
            let worker = try TestWorker([root, "churn"])
            #expect(worker.line() == "churning")
            // Varying moments, without a random number that nobody could replay.
            usleep(UInt32(round * 700))
            worker.kill()
            // The coordinator's part: everything that is not in ready goes back there with its next number.
            var back: [Ticket] = []
            let states = try workersAllDead(queue)
            #expect(states.allSatisfy { $0.life == .dead })
            #expect(try queue.outstanding().keys.sorted() == ids.sorted(), "round \(round)")
            let lost = states.flatMap { state in state.held.map { (state.worker, $0) } }
            for attempt in try queue.returned() + lost.map(\.1) {
                #expect(attempts[attempt.sequence, default: 0] < attempt.attempt, "an attempt's number came twice")
                attempts[attempt.sequence] = attempt.attempt
                back.append(ticket("\(attempt.sequence)", sequence: attempt.sequence, attempts: attempt.attempt))
            }
            for attempt in try queue.returned() { try queue.discard(returned: attempt) }
            for (worker, attempt) in lost { try queue.revoke(attempt, from: worker) }
            for state in states { try queue.forget(worker: state.worker) }
            try queue.release(back)
        }
        let released = try queue.counts().released[.live]
        #expect(released == 5)
        #expect(!attempts.isEmpty)
    }

    @Test("What a submitter was told is accepted is there after it is killed", arguments: Engine.durable)
    func killedSubmitter(engine: Engine) throws {
        let test = try TestEngine(engine)
        let (queue, root) = (test.queue, test.home.address)
        let submitter = try TestWorker([root, "submit", "100000"])
        var accepted: [String] = []
        while accepted.count < 40, let id = submitter.line() { accepted.append(id) }
        submitter.kill()
        while let id = submitter.line() { accepted.append(id) }
        try queue.sweep()
        let found = try queue.inbox(limit: .max).flatMap(\.messages).compactMap { message in
            if case .job(let spec) = message { spec.id } else { nil }
        }
        #expect(Array(found.prefix(accepted.count)) == accepted)
        // At most the one whose acceptance it did not live to report.
        #expect(found.count - accepted.count <= 1)
    }
}
