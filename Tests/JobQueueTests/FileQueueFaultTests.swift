import EngineSupport
import Foundation
import JobQueue
import Records
import Testing

/// Every operation of the file queue, on a disk that fails at its first, second, ... step or look.
///
/// Whatever an operation said was done must be there after a power cut at that moment; what it could not do it must say
/// in a typed error, and be able to do when it is asked again.
@Suite("A file queue on a disk that fails")
struct FileQueueFaultTests {
    /// One operation: what it needs, what it is, and what may be relied on once it has returned.
    struct Trial: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// On a sound disk.
        var prepare: @Sendable (Bench) throws -> Void = { _ in }
        var run: @Sendable (Bench) throws -> Void
        /// Of a queue after a power cut, once `run` has returned; of the queue itself, once it returned when run again.
        var promise: @Sendable (FileQueue) throws -> Bool
        /// Of the queue itself, where more may be relied on than after a power cut.
        var unlessCut: (@Sendable (FileQueue) throws -> Bool)?
        /// What must be true when it failed, before it is run again.
        var afterFailure: @Sendable (FileQueue) throws -> Bool = { _ in true }
        /// Fewest operations on the disk that an undisturbed run has.
        var stepsMin: Int
    }

    /// A queue of its own for one try, on a disk that can fail.
    final class Bench {
        let folder: TestFolder
        let disk: FaultyDisk
        let queue: FileQueue
        var worker: FileWorkerQueue?
        var claims: [Claim] = []
        var batches: [InboxBatch] = []
        var results: [ArrivedResult] = []

        init() throws {
            folder = try TestFolder(isInMemory: true)
            disk = FaultyDisk(root: folder.path + "/q")
            queue = try FileQueue(root: folder.path + "/q", disk: disk.disk)
        }

        func release(_ count: Int) throws {
            try queue.release(
                (0..<count).map { ticket("job\($0)", sequence: Int64($0 + 1), lane: $0 < 2 ? .live : .backfill) })
        }

        func claim(_ count: Int) throws {
            try release(count)
            worker = try queue.worker(named: "w")
            claims = try worker?.claim(upTo: count) ?? []
        }

        func finish(_ count: Int) throws {
            try claim(count)
            try finish()
        }

        func finish() throws {
            try worker?.finish(claims.map { FinishedClaim(claim: $0, result: result(of: $0, worker: "w")) })
        }
    }

    static func onPath(_ queue: FileQueue, _ count: Int) throws -> Bool {
        try queue.outstanding() == Dictionary(uniqueKeysWithValues: (0..<count).map { (job("job\($0)").id, 1) })
    }

    /// What is not synced, for the ledger has it: nothing of it may be more than it was, and nothing be there twice.
    static let mayBeLost: @Sendable (FileQueue) throws -> Bool = { try $0.outstanding().values.allSatisfy { $0 == 1 } }

    /// A living worker that held what it does not run would hold it for ever.
    static let nobodyHolds: @Sendable (FileQueue) throws -> Bool = { try $0.workers().flatMap(\.held).isEmpty }

    /// More than one file holds.
    static let many = (0..<1001).map { job("\($0)") }

    static let trials: [Trial] = [
        Trial(
            testDescription: "submit one", run: { try $0.queue.submit([job("a")]) },
            promise: { try $0.inbox(limit: 9).flatMap(\.messages).contains(.job(job("a"))) }, stepsMin: 5),
        Trial(
            testDescription: "submit 1001", run: { try $0.queue.submit(many) },
            promise: { Set(try $0.inbox(limit: .max).flatMap(\.messages).map { "\($0)" }).count == 1001 },
            stepsMin: 5),
        Trial(
            testDescription: "submit behind another", prepare: { try $0.queue.submit([job("a")]) },
            run: { try $0.queue.submit([job("b")]) },
            promise: {
                let keys = try $0.inbox(limit: 9).flatMap(\.messages)
                return keys.first == .job(job("a")) && keys.contains(.job(job("b")))
            }, stepsMin: 2),
        Trial(
            testDescription: "submit a cancel, a retry and a pause",
            run: { try $0.queue.submit([.cancel(jobID: "a"), .retry(jobID: "b"), .pause(.backfill)]) },
            promise: {
                try $0.inbox(limit: 9).flatMap(\.messages).suffix(3)
                    == [.cancel(jobID: "a"), .retry(jobID: "b"), .pause(.backfill)]
            }, stepsMin: 5),
        Trial(
            testDescription: "open the queue",
            prepare: { try FileManager.default.removeItem(atPath: $0.queue.root) },
            run: { try FileQueue(root: $0.queue.root, disk: $0.disk.disk).submit([job("a")]) },
            promise: { try $0.inbox(limit: 9).count > 0 }, stepsMin: 19),
        Trial(
            testDescription: "open a worker",
            prepare: { try $0.release(1) },
            run: { $0.worker = try $0.queue.worker(named: "w") }, promise: { try onPath($0, 1) }, stepsMin: 7),
        Trial(
            testDescription: "release", run: { try $0.release(3) },
            // Not synced: the ledger releases again what a power cut takes. Nothing else may come of it.
            promise: { try $0.outstanding().values.allSatisfy { $0 == 1 } }, stepsMin: 11),
        Trial(
            testDescription: "withdraw", prepare: { try $0.release(1) },
            run: { _ = try $0.queue.withdraw(ticket("job0", sequence: 1)) },
            promise: { try $0.outstanding().isEmpty }, stepsMin: 3),
        Trial(
            testDescription: "promote", prepare: { try $0.release(3) },
            run: { _ = try $0.queue.promote(.backfill) },
            promise: { try $0.outstanding().keys.allSatisfy { (0..<3).map { job("job\($0)").id }.contains($0) } },
            stepsMin: 2),
        Trial(
            testDescription: "claim one",
            prepare: {
                try $0.claim(0); try $0.release(1)
            },
            run: { $0.claims = try $0.worker?.claim(upTo: 1) ?? [] }, promise: mayBeLost,
            unlessCut: { try onPath($0, 1) },
            afterFailure: nobodyHolds, stepsMin: 4),
        Trial(
            testDescription: "claim three of two lanes",
            prepare: {
                try $0.claim(0); try $0.release(3)
            },
            run: { $0.claims = try $0.worker?.claim(upTo: 3) ?? [] }, promise: mayBeLost,
            unlessCut: { try onPath($0, 3) },
            afterFailure: nobodyHolds, stepsMin: 10),
        Trial(
            testDescription: "renew", prepare: { try $0.claim(1) },
            run: { try $0.worker?.renew() }, promise: { try onPath($0, 1) }, stepsMin: 1),
        Trial(
            testDescription: "hand in one", prepare: { try $0.claim(1) }, run: { try $0.finish() },
            promise: { try $0.results(limit: 9).filter { $0.result != nil }.count == 1 }, stepsMin: 6),
        Trial(
            testDescription: "hand in three", prepare: { try $0.claim(3) }, run: { try $0.finish() },
            promise: { try $0.results(limit: 9).filter { $0.result != nil }.count == 3 }, stepsMin: 8),
        Trial(
            testDescription: "hand in behind another",
            prepare: {
                try $0.finish(1); try $0.release(2); $0.claims = try $0.worker?.claim(upTo: 2) ?? []
            }, run: { try $0.finish() },
            promise: { try Set($0.results(limit: 9).filter { $0.result != nil }.map(\.attempt.jobID)).count == 2 },
            stepsMin: 3),
        Trial(
            testDescription: "give back", prepare: { try $0.claim(1) },
            run: { for claim in $0.claims { try $0.worker?.abandon(claim) } },
            promise: mayBeLost, unlessCut: { try onPath($0, 1) }, stepsMin: 1),
        Trial(
            testDescription: "leave", prepare: { try $0.claim(3) },
            run: { try $0.worker?.leave() }, promise: mayBeLost, unlessCut: { try onPath($0, 3) }, stepsMin: 7),
        Trial(
            testDescription: "take in", prepare: { try $0.queue.submit([job("a")]) },
            run: { $0.batches = try $0.queue.inbox(limit: 9) },
            promise: { try $0.inbox(limit: 9).count == 1 }, stepsMin: 2),
        Trial(
            testDescription: "take in what is spoiled",
            prepare: { try Data("not whole".utf8).write(to: URL(filePath: $0.queue.root + "/inbox/1.a")) },
            run: { _ = try $0.queue.inbox(limit: 9) },
            promise: { try $0.inbox(limit: 9).isEmpty && $0.counts().spoiled == 1 }, stepsMin: 5),
        Trial(
            testDescription: "clear the inbox",
            prepare: {
                try $0.queue.submit([.cancel(jobID: "a")]); $0.batches = try $0.queue.inbox(limit: 9)
            },
            run: { try $0.queue.discard($0.batches) }, promise: { try $0.inbox(limit: 9).isEmpty }, stepsMin: 2),
        Trial(
            testDescription: "read results", prepare: { try $0.finish(3) },
            run: { $0.results = try $0.queue.results(limit: 9) },
            promise: { try $0.results(limit: 9).allSatisfy { $0.result != nil } }, stepsMin: 2),
        Trial(
            testDescription: "clear results",
            prepare: {
                try $0.finish(3); $0.results = try $0.queue.results(limit: 9)
            },
            run: { try $0.queue.discard($0.results) },
            // Not synced: one that comes back is refused by its fence, as long as it is whole.
            promise: { try $0.results(limit: 9).allSatisfy { $0.result != nil } }, stepsMin: 1),
        Trial(
            testDescription: "clear what was given back",
            prepare: {
                try $0.claim(1); for claim in $0.claims { try $0.worker?.abandon(claim) }
            },
            run: { for attempt in try $0.queue.returned() { try $0.queue.discard(returned: attempt) } },
            promise: { try $0.outstanding().values.allSatisfy { $0 == 1 } }, stepsMin: 2),
        Trial(
            testDescription: "take a claim away", prepare: { try $0.claim(1) },
            run: { bench in
                for worker in try bench.queue.workers() {
                    for attempt in worker.held { try bench.queue.revoke(attempt, from: worker.worker) }
                }
            }, promise: { try $0.outstanding().values.allSatisfy { $0 == 1 } }, stepsMin: 4),
        Trial(
            testDescription: "forget a dead worker",
            prepare: {
                try $0.claim(0); $0.worker = nil
            },
            run: { for worker in try $0.queue.workers() { try $0.queue.forget(worker: worker.worker) } },
            promise: { try $0.outstanding().isEmpty }, stepsMin: 6),
        Trial(
            testDescription: "look along the path", prepare: { try $0.claim(3) },
            run: { bench in try #expect(onPath(bench.queue, 3)) }, promise: { try onPath($0, 3) }, stepsMin: 7),
        Trial(
            testDescription: "count", prepare: { try $0.claim(3) },
            run: { bench in try #expect(bench.queue.counts().claimed == 3) }, promise: { try onPath($0, 3) },
            stepsMin: 7),
        Trial(
            testDescription: "sweep",
            prepare: { try Data().write(to: URL(filePath: $0.queue.root + "/inbox/.unfinished-1")) },
            run: { try $0.queue.sweep() }, promise: { try $0.inbox(limit: 9).isEmpty }, stepsMin: 6),
    ]

    @Test(
        "An operation that returned is durable, one that fails says why and can be asked again, at every step of it",
        arguments: trials, FaultyDisk.Manner.allCases)
    func everyStep(trial: Trial, manner: FaultyDisk.Manner) throws {
        let codes: [QueueError.Code] = [.inputOutput, .diskFull, .tooManyFiles]
        for number in 0... {
            let bench = try Bench()
            try trial.prepare(bench)
            let code = codes[number % codes.count]
            bench.disk.arm(.init(number, manner, code))
            var error: (any Error)?
            do { try trial.run(bench) } catch let thrown { error = thrown }
            let failed = bench.disk.failed
            let place: Comment = "\(trial.testDescription), \(code) at \(number): \(failed ?? "nothing")"
            if failed == nil { #expect(error == nil, place) }
            if let error { #expect((error as? QueueError)?.code == code, place) }
            if error == nil {
                let left = try TestFolder(isInMemory: true)
                try bench.disk.model.write(bench.disk.model.least(), to: left.path + "/q")
                #expect(try trial.promise(FileQueue(root: left.path + "/q")), place)
                if let unlessCut = trial.unlessCut { #expect(try unlessCut(FileQueue(root: bench.queue.root)), place) }
            }
            #expect(Self.litter(in: bench.queue.root, but: trial.testDescription == "sweep") == [], place)
            if error != nil {
                #expect(try trial.afterFailure(FileQueue(root: bench.queue.root)), place)
                try trial.run(bench)
                #expect(try (trial.unlessCut ?? trial.promise)(FileQueue(root: bench.queue.root)), "\(place), again")
            }
            guard failed != nil else {
                #expect(number >= trial.stepsMin, "\(trial.testDescription) has \(number) steps")
                return
            }
        }
    }

    /// What nobody would remove before the coordinator starts.
    private static func litter(in root: String, but isExpected: Bool) -> [String] {
        // An opening that failed at its first step has made nothing.
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return isExpected ? [] : names.filter { $0.contains("/.") && !$0.contains("/.taken-") }
    }
}
