@testable import Fleet
import Frames
import JobQueue
import Records
import Store
import Testing

@Suite("The coordinator's schedule")
struct CoordinatorScheduleTests {
    @Test("A submission becomes a ticket, its result a finished job, and the same submission again changes nothing")
    func way() throws {
        let rig = try Rig()
        let spec = upload("a", creator: "ann")
        try rig.queue.submit([spec])
        try rig.settle()
        #expect(try rig.state(spec) == "released 0")
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        try worker.finish(claim, with: answer(claim, showing: [1, 2]))
        try rig.settle()
        #expect(try rig.state(spec) == "done 1")
        try rig.queue.submit([spec])
        try rig.settle()
        #expect(worker.claim() == nil)
        #expect(try rig.state(spec) == "done 1")
        #expect(try rig.reader().events().map(\.event.type) == [.videoObserved, .videoFeatures, .matchSearched])
        #expect(try rig.coordinator?.isDrained() == true)
    }

    @Test("Only a window of each lane is with the queue; the rest follows as it empties")
    func window() throws {
        let rig = try Rig()
        rig.options.releasedPerLane = 3
        try rig.restart()
        try rig.queue.submit((1...5).map { upload("old \($0)", lane: .backfill) } + [upload("new")])
        try rig.settle()
        #expect(try rig.queue.counts().released == [.live: 1, .lookup: 0, .backfill: 3])
        let worker = rig.memory.worker(named: "w")
        var order: [String] = []
        while let claim = worker.claim() {
            order.append(claim.job.key)
            try worker.finish(claim, with: answer(claim, broken))
            try rig.settle()
        }
        #expect(order == ["new", "old 1", "old 2", "old 3", "old 4", "old 5"])
    }

    @Test("Pauses double, stay under their ceiling, and are the same in every run")
    func backoff() {
        let pauses = (1...8).map {
            Backoff.milliseconds(job: "0123456789abcdef", failures: $0, first: 1000, most: 60_000)
        }
        #expect(pauses == [541, 1219, 3828, 5685, 12498, 17332, 40921, 39875])
        for (index, pause) in pauses.enumerated() {
            let whole: Int64 = min(60_000, 1000 << Int64(index))
            #expect((whole / 2...whole).contains(pause))
        }
        #expect(Backoff.milliseconds(job: "other", failures: 3, first: 1000, most: 60_000) != pauses[2])
    }

    @Test("A crashed job waits on the monotonic clock alone, runs alone the third time, and is then a dead letter")
    func crashes() throws {
        let rig = try Rig()
        let spec = upload("a", creator: "ann")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        for attempt in 1...3 {
            let claim = try #require(worker.claim())
            #expect(claim.attempt == attempt)
            #expect(claim.crashes == attempt - 1)
            try worker.finish(claim, with: answer(claim, attempt == 2 ? hang : crash))
            try rig.settle()
            if attempt == 3 { break }
            #expect(try rig.state(spec) == "waiting \(attempt)")
            #expect(worker.claim() == nil)
            // A year passes on the wall, a moment on the clock that counts.
            rig.clock.setWall("2027-01-02T12:00:00Z")
            try rig.settle()
            #expect(worker.claim() == nil)
            worker.renew()
            rig.clock.pass(ms: 2000)
            try rig.settle()
        }
        #expect(try rig.state(spec) == "dead 3")
        #expect(try rig.reader().deadLetters().map(\.outcome) == [crash])
        #expect(try rig.reader().story(ofJob: spec.id).map(\.kind) == [.crashed, .timedOut, .crashed])
        let events = try rig.reader().events(ofVideo: "a").map(\.event)
        #expect(events.map(\.type) == [.videoObserved])
        guard case .videoObserved(let body)? = events.first?.body else { return }
        #expect(body.outcome == crash)
    }

    @Test("A dead letter that is tried again runs alone and can still end well")
    func retry() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        while try rig.reader().job(spec.id)?.state != .dead {
            if let claim = worker.claim() { try worker.finish(claim, with: answer(claim, crash)) }
            worker.renew()
            rig.clock.pass(ms: 5000)
            try rig.settle()
        }
        try rig.queue.submit([.retry(jobID: spec.id)])
        try rig.settle()
        let claim = try #require(worker.claim())
        #expect(claim.attempt == 4)
        #expect(claim.crashes == 2)
        try worker.finish(claim, with: answer(claim, showing: [1]))
        try rig.settle()
        #expect(try rig.state(spec) == "done 4")
    }

    @Test(
        "What cannot be decoded, and what is over a limit, is never tried again",
        arguments: [broken, Outcome(.refused, reason: "over_limit_pixels", sentence: "Too many pixels.")])
    func never(outcome: Outcome) throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        try worker.finish(claim, with: answer(claim, outcome))
        try rig.settle()
        rig.clock.pass(ms: 3_600_000)
        try rig.settle()
        #expect(worker.claim() == nil)
        #expect(try rig.state(spec) == "dead 1")
        #expect(try rig.reader().deadLetters().first?.outcome == outcome)
        #expect(try rig.reader().record(ofJob: spec.id)?.outcome == outcome)
    }

    @Test("Cancelling takes the ticket back; a running attempt's result is dropped")
    func cancel() throws {
        let rig = try Rig()
        let (ready, running) = (upload("ready"), upload("running"))
        try rig.queue.submit([running, ready])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        #expect(claim.job == running)
        try rig.queue.submit([.cancel(jobID: ready.id), .cancel(jobID: running.id)])
        try rig.settle()
        #expect(worker.claim() == nil)
        try worker.finish(claim, with: answer(claim))
        try rig.settle()
        #expect(try rig.state(ready) == "cancelled 1")
        #expect(try rig.state(running) == "cancelled 1")
        #expect(try rig.reader().events().isEmpty)
        #expect(try rig.reader().status().staleResultsRefused == 1)
    }

    @Test("A reversal is recorded once, however often it is sent")
    func reversal() throws {
        let rig = try Rig()
        for _ in 0..<2 {
            try rig.queue.submit([.reversal(tenant: "default", eventID: "e", by: "ann", why: "licensed")])
        }
        try rig.settle()
        #expect(try rig.reader().reversals(of: "e").count == 1)
    }

    @Test("A ticket that vanished from the queue is released again")
    func vanished() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        #expect(try rig.queue.withdraw(Ticket(job: spec, sequence: 1, attempts: 0, crashes: 0)))
        rig.clock.pass(ms: 30_000)
        try rig.settle()
        #expect(rig.memory.worker(named: "w").claim()?.attempt == 1)
    }
}
