import Foundation
@testable import JobQueue
import Records
import Synchronization
import Testing

/// Refuses the file operation number `stop` (from 0), and, when it plays a crash, all later ones too.
private final class Stopper: Sendable {
    struct State {
        var stop: Int?
        var count = 0
        var trace: [String] = []
    }

    let state = Mutex(State())
    let isCrash: Bool
    let code: QueueError.Code

    init(crash: Bool, code: QueueError.Code = .other) {
        isCrash = crash
        self.code = code
    }

    func arm(_ stop: Int) { state.withLock { $0 = State(stop: stop) } }
    func disarm() { state.withLock { $0.stop = nil } }

    /// What was done since it was armed.
    var steps: [String] { state.withLock(\.trace).map { String($0.split(separator: " ")[0]) } }

    /// False once `stop` lies behind the last operation.
    var fired: Bool { state.withLock { state in state.stop.map { state.count > $0 } ?? false } }

    var disk: Disk {
        Disk { (step, path) throws(QueueError) in
            let refuse = self.state.withLock { state in
                let number = state.count
                state.count += 1
                let names = path.split(separator: "/").suffix(2)
                state.trace.append("\(step.rawValue) \(names.joined(separator: "/"))")
                guard let stop = state.stop else { return false }
                return self.isCrash ? number >= stop : number == stop
            }
            if refuse { throw QueueError(self.code, operation: step.rawValue, subject: path) }
        }
    }
}

/// Every file below the folder, with its path from there.
private func files(in path: String) -> [String] {
    let folder = URL(fileURLWithPath: path).standardizedFileURL
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return (found?.allObjects as? [URL] ?? [])
        .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
        .map { String($0.standardizedFileURL.path.dropFirst(folder.path.count + 1)) }
}

@Suite("A machine that stops in the middle of the file queue's work")
struct FileQueueCrashTests {
    /// Runs `operation` once for every step it has, on a fresh queue, stopping there; the last run completes.
    private func atEveryStep(
        crash: Bool = true, code: QueueError.Code = .other,
        prepare: (FileQueue) throws -> Void = { _ in },
        operation: (FileQueue, Stopper) throws -> Void,
        check: (FileQueue, _ completed: Bool, _ step: Int) throws -> Void
    ) throws {
        for step in 0... {
            let folder = try TestFolder()
            let stopper = Stopper(crash: crash, code: code)
            let queue = try FileQueue(root: folder.path + "/q", disk: stopper.disk)
            try prepare(queue)
            var completed = true
            do { try operation(queue, stopper) } catch { completed = false }
            let fired = stopper.fired
            stopper.disarm()
            try check(try FileQueue(root: folder.path + "/q"), completed, step)
            if !fired { return }
        }
    }

    @Test("A submission is there as a whole or not at all, and there if it was accepted")
    func submit() throws {
        var outcomes: Set<String> = []
        try atEveryStep { queue, stopper in
            stopper.arm(outcomes.count)
            try queue.submit([job("a"), job("b")])
        } check: { queue, completed, step in
            let messages = try queue.inbox(limit: 10).flatMap(\.messages)
            #expect(messages == [] || messages == [.job(job("a")), .job(job("b"))], "stopped at step \(step)")
            if completed { #expect(messages.count == 2) }
            try queue.sweep()
            #expect(files(in: queue.root + "/inbox").count == (messages.isEmpty ? 0 : 1), "stopped at step \(step)")
            outcomes.insert("\(step) \(messages.count)")
        }
        // create, write, sync, rename, sync folder, and the undisturbed run.
        #expect(outcomes == ["0 0", "1 0", "2 0", "3 0", "4 2", "5 2"])
    }

    @Test("A claim leaves the job in exactly one place, with its attempt counted once it has left ready")
    func claim() throws {
        var step = 0
        try atEveryStep(prepare: { try $0.release([ticket("a", sequence: 1)]) }) { queue, stopper in
            let worker = try queue.worker(named: "w")
            stopper.arm(step)
            _ = try worker.claim()
        } check: { queue, _, _ in
            #expect(try queue.outstanding() == [job("a").id: 1], "stopped at step \(step)")
            let places = files(in: queue.root).filter { $0.contains(job("a").id) }
            #expect(places.count == 1, "stopped at step \(step)")
            let attempt = try #require(places.first).hasPrefix("ready/") ? "0000" : "0001"
            #expect(places.first?.hasSuffix(attempt) == true)
            step += 1
        }
        #expect(step >= 3)
    }

    @Test("Handing in never loses the job: there is a claim or a whole result at every moment")
    func finish() throws {
        var step = 0
        try atEveryStep(prepare: { try $0.release([ticket("a", sequence: 1)]) }) { queue, stopper in
            let worker = try queue.worker(named: "w")
            let claim = try #require(try worker.claim())
            stopper.arm(step)
            try worker.finish(claim, with: result(of: claim, worker: "w"))
        } check: { queue, completed, _ in
            #expect(try queue.outstanding() == [job("a").id: 1], "stopped at step \(step)")
            let results = try queue.results(limit: 10)
            #expect(results.allSatisfy { $0.result != nil })
            let held = try queue.workers().flatMap(\.held)
            #expect(!results.isEmpty || held.count == 1, "stopped at step \(step)")
            if completed { #expect(results.count == 1 && held.isEmpty) }
            step += 1
        }
        #expect(step >= 6)
    }

    @Test("A release that was cut short and is done again hands each job out once")
    func release() throws {
        var step = 0
        let tickets = [ticket("a", sequence: 1), ticket("b", sequence: 2), ticket("c", sequence: 3, lane: .backfill)]
        try atEveryStep { queue, stopper in
            stopper.arm(step)
            try queue.release(tickets)
        } check: { queue, _, _ in
            let out = try queue.outstanding()
            try queue.release(tickets.filter { out[$0.job.id] == nil })
            let worker = try queue.worker(named: "w")
            var keys: [String] = []
            while let claim = try worker.claim() { keys.append(claim.job.key) }
            #expect(keys == ["a", "b", "c"], "stopped at step \(step)")
            step += 1
        }
        #expect(step >= 10)
    }

    @Test("Giving back and leaving lose nothing")
    func leave() throws {
        var step = 0
        try atEveryStep(prepare: { try $0.release([ticket("a", sequence: 1), ticket("b", sequence: 2)]) }) {
            queue, stopper in
            let worker = try queue.worker(named: "w")
            let first = try #require(try worker.claim())
            _ = try worker.claim()
            stopper.arm(step)
            try worker.abandon(first)
            try worker.leave()
        } check: { queue, completed, _ in
            let (out, workers, returned) = (try queue.outstanding(), try queue.workers(), try queue.returned())
            #expect(out == [job("a").id: 1, job("b").id: 1], "stopped at step \(step)")
            if completed { #expect(workers.isEmpty && returned.count == 2) }
            step += 1
        }
        #expect(step >= 6)
    }

    @Test(
        "An operation that meets a disk error says so, leaves no litter, and works when it is tried again",
        arguments: [QueueError.Code.diskFull, .inputOutput, .tooManyFiles])
    func diskErrors(code: QueueError.Code) throws {
        var step = 0
        try atEveryStep(crash: false, code: code) { queue, stopper in
            stopper.arm(step)
            do throws(QueueError) { try queue.submit([job("a")]) } catch {
                #expect(error.code == code)
                throw error
            }
        } check: { queue, completed, _ in
            if completed { #expect(try queue.inbox(limit: 9).count == 1) }
            #expect(files(in: queue.root).allSatisfy { !$0.contains("unfinished") }, "failed at step \(step)")
            try queue.submit([job("a")])
            let messages = try queue.inbox(limit: 9).flatMap(\.messages)
            #expect(messages.allSatisfy { $0 == .job(job("a")) } && !messages.isEmpty)
            step += 1
        }
        #expect(step >= 5)
    }

    @Test(
        "A first submission is synced before it is named and its name before it is accepted; a later one has one sync")
    func order() throws {
        let folder = try TestFolder()
        let stopper = Stopper(crash: true)
        let queue = try FileQueue(root: folder.path + "/q", disk: stopper.disk)
        stopper.arm(.max)
        try queue.submit([job("a")])
        #expect(stopper.steps == ["create", "write", "sync", "rename", "syncFolder"])
        stopper.arm(.max)
        try queue.submit([job("b")])
        #expect(stopper.steps == ["write", "sync"])
    }

    @Test(
        "Opening makes the last folder when the others' names are durable, and again where it was stopped before that")
    func opening() throws {
        let folder = try TestFolder()
        let stopper = Stopper(crash: true)
        let root = folder.path + "/q"
        // Ten folders without the last, and a sync that does not come about any more.
        stopper.arm(9)
        #expect(throws: QueueError.self) { try FileQueue(root: root, disk: stopper.disk) }
        stopper.arm(.max)
        _ = try FileQueue(root: root, disk: stopper.disk)
        let name = String(folder.path.split(separator: "/").last ?? "")
        #expect(
            stopper.state.withLock(\.trace) == [
                "makeFolder \(name)/q", "syncFolder q/ready", "syncFolder \(name)/q",
                "syncFolder \(folder.path.split(separator: "/").suffix(2).joined(separator: "/"))",
                "makeFolder q/spoiled", "syncFolder \(name)/q",
            ])
        stopper.arm(.max)
        _ = try FileQueue(root: root, disk: stopper.disk)
        #expect(stopper.state.withLock(\.trace) == ["makeFolder \(name)/q"])
    }

    @Test("Two thousand and one jobs are three batches in one file, and one sync of it and of its name")
    func batches() throws {
        let folder = try TestFolder()
        let stopper = Stopper(crash: true)
        let queue = try FileQueue(root: folder.path + "/q", disk: stopper.disk)
        stopper.arm(.max)
        let jobs = (0..<2001).map { job("\($0)") }
        try queue.submit(jobs)
        #expect(stopper.steps == ["create", "write", "sync", "rename", "syncFolder"])
        #expect(try queue.inbox(limit: 1001).map(\.messages.count) == [1000, 1000])
        #expect(try queue.inbox(limit: .max).flatMap(\.messages) == jobs.map { .job($0) })
    }

    @Test("A claim and a hand-in sync nothing but the result")
    func handIn() throws {
        let folder = try TestFolder()
        let stopper = Stopper(crash: true)
        let queue = try FileQueue(root: folder.path + "/q", disk: stopper.disk)
        try queue.release((1...3).map { ticket("\($0)", sequence: Int64($0)) })
        let worker = try queue.worker(named: "w")
        let first = try #require(try worker.claim())
        try worker.finish(first, with: result(of: first, worker: "w"))
        stopper.arm(.max)
        let second = try #require(try worker.claim())
        #expect(stopper.steps == ["rename", "beat"])
        stopper.arm(.max)
        try worker.finish(second, with: result(of: second, worker: "w"))
        #expect(stopper.steps == ["write", "sync", "remove"])
    }
}
