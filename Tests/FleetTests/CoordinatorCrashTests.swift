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
        let ends = try reader.jobs().map { "\($0.sequence) \($0.spec.key) \($0.state.rawValue) \($0.outcome?.reason ?? "")" }
        #expect(try healthy.outstanding().isEmpty, "killed at \(stop ?? -1)")
        #expect(try healthy.counts().inbox == 0)
        return (events, ends, killed)
    }

    @Test("Killed at any of its file operations and started again, it ends with the same events and the same ends")
    func everywhere() throws {
        let undisturbed = try run(killingAt: nil)
        #expect(undisturbed.ends == ["1 original done ok", "2 copy done ok", "3 broken dead no_streams",
                                     "4 crasher dead killed_by_signal_11"])
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
        #expect(stop > 40)
    }
}
