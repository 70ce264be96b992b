import Fleet
import Foundation
import Frames
import JobQueue
import Records
import Store
import Synchronization
import Testing

/// Refuses file operation number `stop` and all after it, as if the process had been killed there.
private final class Killer: Sendable {
    private let state = Mutex((stop: Int.max, count: 0))

    func arm(_ stop: Int) { state.withLock { $0 = (stop, 0) } }
    var fired: Bool { state.withLock { $0.count > $0.stop } }

    var disk: Disk {
        Disk { (step, path) throws(QueueError) in
            let dead = self.state.withLock { state in
                state.count += 1
                return state.count > state.stop
            }
            if dead { throw QueueError(.other, operation: step.rawValue, subject: path, advice: "killed") }
        }
    }
}

@Suite("A coordinator that is killed")
struct CoordinatorCrashTests {
    private static let uploads: [(spec: JobSpec, outcome: Outcome, pictures: [UInt64])] = [
        (upload("original", creator: "ann"), good, [1, 2, 3, 4]),
        (upload("copy", creator: "bob"), good, [2, 3]),
        (upload("broken", creator: "bob"), broken, []),
        (upload("crasher", creator: "cid"), crash, []),
    ]

    /// Submits, works, and starts the coordinator again whenever it is killed, until all is done.
    /// - Returns: event ids that must not depend on the disturbance, and what every job ended as.
    private func run(killingAt stop: Int?) throws -> (events: [String], ends: [String], killed: Bool) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-crash-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let killer = Killer()
        let healthy = try FileQueue(root: folder + "/queue")
        let rig = try Rig(queue: try FileQueue(root: folder + "/queue", disk: killer.disk))
        if let stop { killer.arm(stop) }
        var killed = false
        try healthy.submit(Self.uploads.map(\.spec))
        var worker = try healthy.worker(named: "w")
        for round in 0... {
            try #require(round < 60, "it does not come to an end")
            do { try rig.settle() } catch {
                killed = true
                killer.arm(.max)
                try rig.restart()
                continue
            }
            if try rig.coordinator?.isDrained() == true { break }
            try worker.renew()
            while let claim = try worker.claim() {
                // Now and then the worker dies with what it holds.
                if claim.job.key == "copy", claim.attempt == 1 {
                    worker = try healthy.worker(named: "w")
                    continue
                }
                let upload = try #require(Self.uploads.first { $0.spec.key == claim.job.key })
                try worker.finish(claim, with: answer(claim, upload.outcome, showing: upload.pictures))
            }
            rig.clock.pass(ms: 2000)
        }
        let reader = try rig.reader()
        let events = try reader.events().map(\.event).filter { $0.type != .matchSearched }.map(\.eventID).sorted()
        let ends = try reader.jobs().map {
            "\($0.sequence) \($0.spec.key) \($0.state.rawValue) \($0.outcome?.reason ?? "")"
        }
        #expect(try healthy.outstanding().isEmpty, "killed at \(stop ?? -1)")
        #expect(try healthy.counts().inbox == 0)
        return (events, ends, killed)
    }

    @Test("Killed between a ticket's release and its note in the ledger, it does not release it a second time")
    func releasedUnnoted() throws {
        let rig = try Rig()
        let spec = upload("a")
        let worker = rig.memory.worker(named: "w")
        var claim: Claim?
        try rig.whileStopped { store in
            _ = try store.ingest([.job(spec)], at: "2026-01-02T12:00:00Z", producer: Producer(name: "test", build: "1"))
            try rig.queue.release(try store.releasable(.live, of: "default", limit: 9))
            claim = worker.claim()
        }
        try rig.settle()
        #expect(claim?.attempt == 1)
        // A second ticket would give the same attempt to two workers.
        #expect(rig.memory.worker(named: "other").claim() == nil)
        #expect(try rig.state(spec) == "released 0")
    }

    @Test("Killed between giving an attempt up and taking the claim away, it releases the next one and never that one")
    func givenUpUnrevoked() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claim = try #require(worker.claim())
        try rig.whileStopped { store in
            let attempt = Attempt(jobID: spec.id, sequence: 1, attempt: 1)
            let ending = AttemptEnding(
                attempt: 1, kind: .leaseExpired, worker: "w", detail: "", at: "2026-01-02T12:00:00Z")
            let isOver = try store.settle(Settlement(attempt: attempt, ending: ending, next: .queue))
            #expect(isOver)
        }
        try rig.settle()
        let next = try #require(rig.memory.worker(named: "other").claim())
        #expect(next.attempt == 2)
        worker.die()
        try rig.settle()
        #expect(try rig.state(spec) == "released 1")
        #expect(try rig.queue.outstanding() == [spec.id: 2])
        #expect(claim.attempt == 1)
    }

    @Test("Killed at any of its file operations and started again, it ends with the same events and the same ends")
    func everywhere() throws {
        let undisturbed = try run(killingAt: nil)
        #expect(
            undisturbed.ends == [
                "1 original done ok", "2 copy done ok", "3 broken dead no_streams",
                "4 crasher dead killed_by_signal_11",
            ])
        #expect(undisturbed.events.count == 4 + 2 + 1)
        var stop = 0
        while true {
            let disturbed = try run(killingAt: stop)
            #expect(disturbed.events == undisturbed.events, "killed at \(stop)")
            #expect(disturbed.ends == undisturbed.ends, "killed at \(stop)")
            if !disturbed.killed { break }
            stop += 1
        }
        // Tickets, messages, results, claims, worker folders: dozens of moments.
        #expect(stop > 30)
    }
}
