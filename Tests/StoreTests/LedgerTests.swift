import EngineSupport
import Foundation
import Frames
import JobQueue
import Records
import SQL
@testable import Store
import Testing

@Suite("The ledger")
struct LedgerTests {
    @Test(
        "New jobs get numbers in order and without gaps; the same job again changes nothing", arguments: Engine.stores)
    func accepting(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let first = try store.ingest([.job(job("a")), .job(job("b")), .job(job("a"))], at: noon, producer: producer)
        #expect(first.accepted == 2)
        #expect(first.known == 1)
        _ = try store.ingest([.job(job("b")), .job(job("c"))], at: noon, producer: producer)
        #expect(try store.reader.jobs().map { "\($0.sequence) \($0.spec.key)" } == ["1 a", "2 b", "3 c"])
    }

    @Test(
        "A result counts once: the replay is refused and counted, and one row of each kind stays",
        arguments: Engine.stores)
    func once(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let spec = job("a", creator: "ann")
        try accept(spec, in: store)
        #expect(try store.settle(try success(spec, attempt: 1)) == true)
        #expect(try store.settle(try success(spec, attempt: 1)) == false)
        #expect(try store.settle(try success(spec, attempt: 2)) == false)
        #expect(try store.reader.job(spec.id)?.state == .done)
        #expect(try store.reader.job(spec.id)?.outcome == complete)
        #expect(try store.reader.record(ofJob: spec.id)?.input.bytes == 9)
        #expect(try store.reader.events().map(\.event) == [try observed(spec)])
        #expect(try store.reader.fingerprint(ofVideo: "a")?.bytes == Data([1, 2, 3]))
        #expect(try store.reader.counter(Store.staleResults) == 2)
        #expect(try store.reader.counter(Store.committedResults) == 1)
        #expect(try store.reader.status().staleResultsRefused == 2)
    }

    @Test("A result of an attempt that was given up is refused; the newer attempt's is taken", arguments: Engine.stores)
    func fence(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let spec = job("a")
        try accept(spec, in: store)
        #expect(try store.settle(settlement(spec, attempt: 1, .leaseExpired, next: .queue)) == true)
        #expect(try store.settle(try success(spec, attempt: 1)) == false)
        try store.markReleased([spec.id])
        #expect(try store.settle(try success(spec, attempt: 2)) == true)
        #expect(try store.reader.story(ofJob: spec.id).map(\.kind) == [.leaseExpired, .committed])
    }

    @Test("A commit that fails half-way leaves nothing of itself", arguments: Engine.stores)
    func atomic(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let spec = job("a")
        try accept(spec, in: store)
        // A second fingerprint of three bytes meets an index that allows one.
        let other = job("b")
        try accept(other, in: store)
        #expect(try store.settle(try success(other, attempt: 1)) == true)
        try store.database.write { db in
            _ = try db.execute("CREATE UNIQUE INDEX one_of_each_length ON fingerprints (length(fingerprint))")
        }
        #expect(throws: StoreError.self) { _ = try store.settle(try success(spec, attempt: 1)) }
        #expect(try store.reader.job(spec.id)?.state == .released)
        #expect(try store.reader.job(spec.id)?.attempts == 0)
        #expect(try store.reader.events().map(\.event) == [try observed(other)])
        #expect(try store.reader.record(ofJob: spec.id) == nil)
        #expect(try store.reader.story(ofJob: spec.id).isEmpty)
        try store.database.write { db in _ = try db.execute("DROP INDEX one_of_each_length") }
        #expect(try store.settle(try success(spec, attempt: 1)) == true)
    }

    @Test("A dead letter keeps its reason and its story, and can be tried again", arguments: Engine.stores)
    func deadLetter(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let spec = job("a")
        try accept(spec, in: store)
        let crash = Outcome(.crashed, reason: "killed_by_signal_11", sentence: "The decoder died of signal 11.")
        for attempt in 1...3 {
            var ending = settlement(
                spec, attempt: attempt, .crashed, next: attempt < 3 ? .wait(ms: 1000) : .dead(crash))
            ending.crashes = 1
            #expect(try store.settle(ending) == true)
            if attempt < 3 {
                #expect(try store.waiting().map(\.delayMs) == [1000])
                try store.wake([spec.id])
            }
        }
        let dead = try #require(try store.reader.deadLetters().first)
        #expect(dead.outcome == crash)
        #expect(dead.crashes == 3)
        #expect(try store.reader.story(ofJob: spec.id).map(\.attempt) == [1, 2, 3])
        #expect(try store.ingest([.retry(jobID: spec.id)], at: noon, producer: producer).retried == 1)
        let ticket = try #require(try store.releasable(.live, of: "default", limit: 10).first)
        #expect(ticket.crashes == 2)
        #expect(ticket.attempts == 3)
    }

    @Test(
        "Cancelling closes the running attempt's number, so that its late result and a retry never meet",
        arguments: Engine.stores)
    func cancel(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let (out, waiting) = (job("out"), job("waiting"))
        try accept(out, in: store)
        _ = try store.ingest([.job(waiting)], at: noon, producer: producer)
        let ingest = try store.ingest(
            [.cancel(jobID: out.id), .cancel(jobID: waiting.id), .cancel(jobID: "unknown")],
            at: noon, producer: producer)
        #expect(ingest.withdrawn.map(\.job.key) == ["out"])
        #expect(try store.settle(try success(out, attempt: 1)) == false)
        _ = try store.ingest([.retry(jobID: out.id)], at: noon, producer: producer)
        #expect(try store.settle(try success(out, attempt: 1)) == false)
        #expect(try store.releasable(.live, of: "default", limit: 10).map(\.attempts) == [1])
        #expect(try store.settle(try success(out, attempt: 2)) == true)
        #expect(try store.reader.job(waiting.id)?.state == .cancelled)
    }

    @Test(
        "Healing makes the ledger say what is on the queue's path, and touches nothing that has ended",
        arguments: Engine.stores)
    func heal(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let (lost, there, done, givenUp) = (job("lost"), job("there"), job("done"), job("given up"))
        try accept(lost, done, givenUp, in: store)
        _ = try store.ingest([.job(there)], at: noon, producer: producer)
        _ = try store.settle(try success(done, attempt: 1))
        _ = try store.settle(settlement(givenUp, attempt: 1, .leaseExpired, next: .queue))
        // The claim of the attempt that was given up is still lying there.
        let outstanding = [there.id: 1, done.id: 1, givenUp.id: 1]
        #expect(try store.heal(outstanding: outstanding) == 2)
        #expect(
            try store.reader.jobs().map { "\($0.spec.key) \($0.state.rawValue)" }
                == ["lost queued", "done done", "given up queued", "there released"])
        #expect(try store.heal(outstanding: outstanding) == 0)
    }

    @Test("Where two jobs name one video the later accepted one's fingerprint stays, in either order")
    func sameVideo() throws {
        for order in [[1, 2], [2, 1]] {
            let test = try TestHome()
            let store = try Store(home: test.home)
            var specs = [job("first"), job("second")]
            for index in specs.indices { specs[index].video.videoID = "v" }
            try accept(specs[0], specs[1], in: store)
            for number in order {
                var good = try success(specs[number - 1], attempt: 1)
                good.fingerprint = .init(bytes: Data([UInt8(number)]))
                _ = try store.settle(good)
            }
            #expect(try store.reader.fingerprint(ofVideo: "v")?.bytes == Data([2]), "\(order)")
        }
    }

    @Test("A fingerprint stays on the list of those to index until that very one is marked", arguments: Engine.stores)
    func indexing(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        try accept(job("a"), job("b"), in: store)
        _ = try store.settle(try success(job("a"), attempt: 1))
        _ = try store.settle(try success(job("b"), attempt: 1))
        let listed = try store.fingerprintsToIndex(limit: 10)
        #expect(listed.map(\.videoID) == ["a", "b"])
        try store.markIndexed([listed[0]])
        #expect(try store.fingerprintsToIndex(limit: 10).map(\.videoID) == ["b"])
    }

    @Test("A job that three workers died with runs alone, and is not blamed", arguments: Engine.stores)
    func suspect(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let spec = job("a")
        try accept(spec, in: store)
        for attempt in 1...3 {
            #expect(try store.reader.job(spec.id)?.runsAlone == false)
            var ending = settlement(spec, attempt: attempt, .workerDied, next: .queue)
            ending.losses = 1
            _ = try store.settle(ending)
        }
        let suspect = try #require(try store.reader.job(spec.id))
        #expect(suspect.runsAlone)
        #expect(suspect.crashes == 0)
        #expect(suspect.ticket.crashes == 2)
    }

    @Test("The status counts by lane and state and says why jobs ended", arguments: Engine.stores)
    func status(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let broken = Outcome(.undecodable, reason: "no_streams", sentence: "No stream in it.")
        try accept(job("a"), job("b"), job("c", lane: .backfill), in: store)
        _ = try store.settle(try success(job("a"), attempt: 1))
        _ = try store.settle(settlement(job("b"), attempt: 1, next: .dead(broken)))
        let status = try store.reader.status()
        #expect(
            status.depths.map { "\($0.lane.rawValue) \($0.state.rawValue) \($0.jobs)" }
                == ["live done 1", "live dead 1", "backfill released 1"])
        #expect(status.depths.allSatisfy { $0.oldestAcceptedAt == noon })
        #expect(
            status.ended.map { "\($0.state.rawValue) \($0.kind) \($0.reason) \($0.jobs)" }
                == ["done complete ok 1", "dead undecodable no_streams 1"])
        #expect(status.open == 1)
        #expect(status.fingerprintsToIndex == 1)
        #expect(status.cpuSeconds == 0.5)
    }
}
