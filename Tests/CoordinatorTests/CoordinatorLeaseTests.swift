import Fingerprints
@testable import Fleet
import Frames
import JobQueue
import Records
import Store
import Testing

private func state(_ beat: Int, _ life: WorkerState.Life = .unknown) -> [WorkerState] {
    [WorkerState(worker: "w", beat: "\(beat)", life: life, held: [])]
}

@Suite("Leases")
struct LeaseTests {
    @Test("Silence adds up look by look and ends with the lease; a renewal starts it anew")
    func silence() {
        var table = LeaseTable(leaseMs: 30_000)
        var now: Int64 = 5
        #expect(table.look(at: state(0), nowMs: now) == [:])
        for second in 1..<30 {
            now += 1000
            #expect(table.look(at: state(0), nowMs: now) == [:], "after \(second) s")
        }
        #expect(table.look(at: state(1), nowMs: now + 500) == [:])
        now += 500
        for _ in 1..<30 {
            now += 1000
            #expect(table.look(at: state(1), nowMs: now) == [:])
        }
        #expect(table.look(at: state(1), nowMs: now + 1000) == ["w": .expired])
        // It was only slow.
        #expect(table.look(at: state(2), nowMs: now + 2000) == [:])
    }

    @Test("A coordinator that was itself stopped for an hour has not seen an hour of silence")
    func stopped() {
        var table = LeaseTable(leaseMs: 30_000)
        _ = table.look(at: state(0), nowMs: 0)
        #expect(table.look(at: state(0), nowMs: 3_600_000) == [:])
        #expect(table.look(at: state(1), nowMs: 3_601_000) == [:])
    }

    @Test("The kernel's word for a death counts at once; whether the worker was seen living is told apart")
    func death() {
        var table = LeaseTable(leaseMs: 30_000)
        #expect(table.look(at: state(0, .dead), nowMs: 0) == ["w": .died(wasSeenLiving: false)])
        table = LeaseTable(leaseMs: 30_000)
        _ = table.look(at: state(0, .living), nowMs: 0)
        #expect(table.look(at: state(0, .dead), nowMs: 1) == ["w": .died(wasSeenLiving: true)])
    }

    @Test("A living process that stops renewing loses its claims too")
    func hung() {
        var table = LeaseTable(leaseMs: 3000)
        for now in stride(from: Int64(0), to: 3000, by: 500) {
            #expect(table.look(at: state(0, .living), nowMs: now) == [:])
        }
        #expect(table.look(at: state(0, .living), nowMs: 3000) == ["w": .expired])
    }
}

@Suite("What the coordinator does about lost workers")
struct CoordinatorLeaseTests {
    /// Time passes in small steps, as it does for a coordinator that runs.
    private func pass(seconds: Int, _ rig: Rig, renewing: MemoryWorkerQueue? = nil) throws {
        for _ in 0..<(seconds * 2) {
            renewing?.renew()
            rig.clock.pass(ms: 500)
            while try rig.coordinator?.step() == true {}
        }
    }

    @Test("A stalled worker's job goes to another, and its late result is refused by the fence")
    func fence() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let (slow, quick) = (rig.memory.worker(named: "slow"), rig.memory.worker(named: "quick"))
        let first = try #require(slow.claim())
        try pass(seconds: 29, rig, renewing: quick)
        #expect(quick.claim() == nil)
        try pass(seconds: 2, rig, renewing: quick)
        let second = try #require(quick.claim())
        #expect(second.attempt == 2)
        // The slow one comes back with pictures that must not count, before and after the quick one's.
        try slow.finish(first, with: answer(first, showing: [66]))
        try rig.settle()
        #expect(try rig.state(spec) == "released 1")
        try quick.finish(second, with: answer(second, showing: [7]))
        try rig.settle()
        try slow.finish(first, with: answer(first, showing: [66]))
        try rig.settle()
        #expect(try rig.state(spec) == "done 2")
        #expect(try rig.reader().fingerprint(ofVideo: "a").map { Array($0.bytes) } == showing([7]).encoded())
        #expect(try rig.reader().status().staleResultsRefused == 2)
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.leaseExpired, .committed])
    }

    @Test("A worker that renews keeps its job for as long as it takes, whatever the wall clock does")
    func renewal() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        for wall in ["2036-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2026-01-02T12:00:00Z"] {
            rig.clock.setWall(wall)
            try pass(seconds: 60, rig, renewing: worker)
        }
        try worker.finish(claim, with: answer(claim, showing: [1]))
        try rig.settle()
        #expect(try rig.state(spec) == "done 1")
    }

    @Test("A replayed result changes nothing")
    func replay() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        for _ in 0..<3 {
            try worker.finish(claim, with: answer(claim, showing: [1]))
            try rig.settle()
        }
        #expect(try rig.reader().events().count == 3)
        #expect(try rig.reader().counter(Store.committedResults) == 1)
    }

    @Test("Fifty workers die at random moments and no job is blamed for it")
    func innocent() throws {
        let rig = try Rig()
        let specs = (1...20).map { upload("\($0)") }
        try rig.queue.submit(specs)
        try rig.settle()
        for _ in 0..<50 {
            let worker = rig.memory.worker(named: "w")
            worker.renew()
            let held = [worker.claim(), worker.claim()]
            try rig.settle()
            #expect(held.contains { $0 != nil })
            worker.die()
            try rig.settle()
        }
        #expect(try rig.reader().deadLetters().isEmpty)
        let worker = rig.memory.worker(named: "last")
        while try rig.coordinator?.isDrained() == false {
            while let claim = worker.claim() { try worker.finish(claim, with: answer(claim, showing: [1])) }
            try pass(seconds: 5, rig, renewing: worker)
        }
        #expect(try rig.reader().jobs([.done]).count == 20)
        #expect(try rig.reader().jobs().allSatisfy { $0.crashes == 0 })
    }

    @Test("A job that kills every worker it runs on alone ends as a dead letter, and the others end well")
    func killer() throws {
        let rig = try Rig()
        rig.options.soloLossesMax = 4
        try rig.restart()
        let killer = upload("killer")
        try rig.queue.submit([upload("a"), killer, upload("b")])
        var deaths = 0
        while try rig.coordinator?.isDrained() == false {
            let worker = rig.memory.worker(named: "w")
            try pass(seconds: 2, rig, renewing: worker)
            // Two at a time, but what must run alone runs alone.
            var held: [Claim] = []
            while held.count < 2, let claim = worker.claim() {
                held.append(claim)
                if claim.crashes >= 2 { break }
            }
            try rig.settle()
            if held.contains(where: { $0.job == killer }) {
                worker.die()
                deaths += 1
            } else {
                for claim in held { try worker.finish(claim, with: answer(claim, showing: [1])) }
                worker.die()
            }
            try #require(deaths < 50)
        }
        #expect(try rig.reader().deadLetters().map(\.spec) == [killer])
        #expect(try rig.reader().deadLetters().first?.outcome?.reason == "workers_lost")
        #expect(try rig.reader().jobs([.done]).count == 2)
        // Three before it was suspect, four alone.
        #expect(deaths == 7)
    }

    @Test("Workers that were dead before the coordinator came say nothing about their jobs")
    func before() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        for attempt in 1...20 {
            let worker = rig.memory.worker(named: "w")
            #expect(worker.claim()?.attempt == attempt)
            worker.die()
            try rig.restart()
            try rig.settle()
        }
        let job = try #require(try rig.reader().job(spec.id))
        #expect(job.state == .released)
        #expect(job.losses == 0)
        #expect(!job.runsAlone)
    }

    @Test("What a worker gives back is out again at once under the next number")
    func returned() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        worker.abandon(try #require(worker.claim()))
        try rig.settle()
        #expect(worker.claim()?.attempt == 2)
        #expect(try rig.reader().job(spec.id)?.losses == 0)
    }
}
