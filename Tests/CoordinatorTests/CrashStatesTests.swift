import EngineSupport
import Fleet
import Foundation
import Frames
@testable import JobQueue
import Records
import Store
import Testing

/// A machine that stops, in every way that it can, at every moment of enqueue, release, claim, renewal, hand-in,
/// commit, giving back, requeue and cancelling; and a fleet that is started on what is left.
@Suite("CrashStates: a machine that stops")
struct CrashStatesTests {
    /// In memory, since what survives is decided here and not by the kernel.
    private static func folder() -> Home { Home("/dev/shm/moire-states-\(UUID().uuidString)") }

    @Test("Whatever it leaves of the unsynced, each accepted job ends once and none is stuck")
    func everyState() throws {
        let wanted = Int(ProcessInfo.processInfo.environment["MOIRE_CRASH_STATES"] ?? "") ?? 400
        let moments = try Self.recorded()
        #expect(moments.count > 100)
        var random = SystemRandomNumberGenerator()
        var seen: Set<Int> = []
        var tries = 0
        while seen.count < wanted, tries < wanted * 20 {
            let moment = moments[tries % moments.count]
            tries += 1
            let tree = moment.model.left(&random)
            var hasher = Hasher()
            hasher.combine(tree)
            hasher.combine(moment.store)
            guard seen.insert(hasher.finalize()).inserted else { continue }
            let violation = try Self.violation(after: moment, tree)
            #expect(
                violation == nil, "\(moment.step): \(violation ?? ""); left: \(tree.mapValues { $0.keys.sorted() })")
        }
        #expect(seen.count == wanted, "only \(seen.count) different states came up")
    }

    /// A short life of a queue, with everything in it.
    private static func recorded() throws -> [PowerCutRecorder.Moment] {
        let home = folder()
        try home.prepare()
        defer { try? FileManager.default.removeItem(atPath: home.root) }
        _ = try FileQueue(root: home.queue)
        let recorder = PowerCutRecorder(home)
        let queue = try FileQueue(root: home.queue, disk: recorder.disk)
        let clock = TestClock()
        let coordinator = Coordinator(
            store: try Store(home: home), queue: queue, matching: SamePictures(), clock: clock)
        func settle() throws {
            clock.pass(ms: 250)
            while try coordinator.step() {}
        }
        try settle()
        recorder.start()

        let first = ["a", "b", "c"].map { upload($0) } + [upload("old", lane: .backfill)]
        try queue.submit(first)
        recorder.accept(first.map(\.id))
        try settle()
        let worker = try queue.worker(named: "w")
        let claims = try worker.claim(upTo: 2)
        try worker.renew()
        try worker.finish(claims[0], with: answer(claims[0]))
        try settle()
        try worker.abandon(claims[1])
        try settle()
        let second = [upload("d"), upload("e")]
        try queue.submit(second)
        recorder.accept(second.map(\.id))
        try queue.submit([.pause(.backfill)])
        try settle()
        try queue.submit([.resume(.backfill)])
        try settle()
        let more = try worker.claim(upTo: 3)
        try worker.finish(more.prefix(2).map { FinishedClaim(claim: $0, result: answer($0)) })
        try settle()
        _ = try queue.promote(.backfill)
        let other = try queue.worker(named: "other")
        let crashed = try #require(try other.claim())
        try other.finish(crashed, with: answer(crashed, crash))
        try settle()
        clock.pass(ms: 5000)
        try settle()
        try worker.leave()
        try settle()
        return recorder.moments
    }

    /// Starts a fleet on what is left and runs it to the end; nil when everything is as it should be.
    private static func violation(after moment: PowerCutRecorder.Moment, _ tree: [String: [String: Data]]) throws
        -> String?
    {
        let home = folder()
        try home.prepare()
        defer { try? FileManager.default.removeItem(atPath: home.root) }
        for (suffix, bytes) in moment.store { try bytes.write(to: URL(fileURLWithPath: home.store + suffix)) }
        try moment.model.write(tree, to: home.queue)
        let queue = try FileQueue(root: home.queue)
        let clock = TestClock()
        let store = try Store(home: home)
        let coordinator = Coordinator(store: store, queue: queue, matching: SamePictures(), clock: clock)
        let worker = try queue.worker(named: "after")
        // It may have stopped while the lane was paused.
        try queue.submit([.resume(.backfill)])
        for round in 0... {
            clock.pass(ms: 2000)
            try worker.renew()
            while try coordinator.step() {}
            if try coordinator.isDrained(), round > 0 { break }
            if round == 40 { return "it does not come to an end: \(try store.reader.status().depths)" }
            for claim in try worker.claim(upTo: 100) { try worker.finish(claim, with: answer(claim)) }
        }
        let jobs = try store.reader.jobs()
        let missing = moment.accepted.subtracting(jobs.map(\.spec.id))
        if !missing.isEmpty { return "\(missing.count) accepted jobs are lost" }
        let open = jobs.filter { $0.state != .done }
        if !open.isEmpty { return "not done: \(open.map { "\($0.spec.key) \($0.state.rawValue)" })" }
        let committed = try store.reader.counter(Store.committedResults)
        if committed != jobs.count { return "\(committed) results were committed for \(jobs.count) jobs" }
        let observed = try store.reader.events(types: [.videoObserved]).count
        if observed != jobs.count { return "\(observed) videos were observed for \(jobs.count) jobs" }
        if try !queue.outstanding().isEmpty { return "something is left on the path: \(try queue.outstanding())" }
        return nil
    }
}
