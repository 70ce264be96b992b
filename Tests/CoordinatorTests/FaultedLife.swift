import EngineSupport
import Fleet
import Foundation
import Frames
import JobQueue
import Records
import Store

/// A fleet's life with one fault in it. Everybody does what the real programs do when something fails: a submitter sends
/// again, a worker keeps its result until it is handed in, a coordinator goes on or is started again.
final class FaultedLife {
    struct Stuck: Error { var where_: String }

    private let home = FaultedLife.home()
    private let fault: FaultyDisk.Fault
    private let disk: FaultyDisk
    private let clock = TestClock()
    private var store: Store?
    private var coordinator: Coordinator?
    private var queue: FileQueue
    /// Messages that were accepted, by what they are.
    private var accepted: Set<String> = []
    private(set) var operations = 0
    private(set) var lost: String?
    private(set) var failed: String?
    private(set) var ends: [String] = []
    private(set) var events: [String] = []

    /// In memory, where a file's number is not used twice and what survives is decided by the test.
    private static func home() -> Home { Home("/dev/shm/moire-faults-\(UUID().uuidString)") }

    init(_ fault: FaultyDisk.Fault) throws {
        self.fault = fault
        disk = FaultyDisk(root: home.queue)
        try home.prepare()
        queue = try FileQueue(root: home.queue, disk: disk.disk)
        try startCoordinator()
    }

    deinit {
        (coordinator, store) = (nil, nil)
        try? FileManager.default.removeItem(atPath: home.root)
    }

    /// For a failed expectation.
    var story: String { "\(fault): \(failed ?? "no such operation"); \(lost ?? ends.joined(separator: ", "))" }

    func live() throws {
        try settle()
        disk.arm(fault)
        try submit(["a", "b"].map { .job(upload($0)) } + [.later(upload("late"), delayMs: 500)], "first")
        try settle()
        var worker = try open("w")
        let claims = try claim(worker, 2)
        try again { try worker.renew() }
        try again { try worker.finish(claims.prefix(1).map { FinishedClaim(claim: $0, result: answer($0)) }) }
        try settle()
        for claim in claims.dropFirst() { try again { try worker.abandon(claim) } }
        try submit([.pause(.backfill)], "pause")
        try submit([.job(upload("old", lane: .backfill)), .job(upload("gone", lane: .backfill))], "backfill")
        try settle()
        try submit([.cancel(jobID: upload("gone").id)], "cancel")
        try settle()
        try submit([.resume(.backfill)], "resume")
        // Its worker is gone with what it held.
        try submit([.job(upload("broken")), .job(upload("crasher"))], "more")
        try settle()
        let other = try open("other")
        _ = try claim(other, 1)
        try again { try worker.leave() }
        try settle()
        worker = try open("again")
        queue = try again { try FileQueue(root: home.queue, disk: disk.disk) }
        try workOff(worker)
        // A dead letter is tried again, and can be decoded now.
        try submit([.retry(jobID: upload("broken").id)], "retry")
        try again { try other.leave() }
        try workOff(worker)
        operations = disk.count
        try account()
    }

    // MARK: What the programs do

    private func submit(_ messages: [InboxMessage], _ name: String) throws {
        try again(accepting: name) { try queue.submit(messages) }
    }

    private func open(_ name: String) throws -> FileWorkerQueue { try again { try queue.worker(named: name) } }

    private func claim(_ worker: FileWorkerQueue, _ count: Int) throws -> [Claim] {
        for _ in 0..<20 {
            let claims = try again { try worker.claim(upTo: count) }
            if claims.count == count { return claims }
            // A claim that failed has gone back, and the others come first.
            for claim in claims { try again { try worker.abandon(claim) } }
            try settle()
        }
        throw Stuck(where_: "nothing to claim")
    }

    private func workOff(_ worker: FileWorkerQueue) throws {
        for _ in 0..<60 {
            try settle()
            if try again({ try coordinator?.isDrained() == true }) { return }
            for claim in try again({ try worker.claim(upTo: 9) }) {
                let outcome: Outcome =
                    switch (claim.job.key, accepted.contains("retry")) {
                    case ("crasher", _) where claim.crashes == 0: crash
                    case ("broken", false): broken
                    default: good
                    }
                let finished = FinishedClaim(claim: claim, result: answer(claim, outcome))
                try again { try worker.finish([finished]) }
            }
            clock.pass(ms: 1000)
        }
        throw Stuck(where_: "it does not come to an end: \(story)")
    }

    private func settle() throws {
        clock.pass(ms: 250)
        try again {
            do { while try coordinator?.step() == true {} } catch {
                // A coordinator that another process starts again, or that goes on by itself.
                if fault.number % 2 == 0 { try startCoordinator() }
                throw error
            }
        }
    }

    private func startCoordinator() throws {
        (coordinator, store) = (nil, nil)
        let store = try Store(home: home)
        self.store = store
        coordinator = Coordinator(store: store, queue: queue, matching: SamePictures(), clock: clock)
    }

    /// Tries until it works; the disk fails once. When it has just failed, looks at what a power cut would leave.
    @discardableResult
    private func again<Value>(accepting name: String? = nil, _ body: () throws -> Value) throws -> Value {
        while true {
            let result = Result { try body() }
            if let name, case .success = result { accepted.insert(name) }
            if failed == nil, disk.failed != nil {
                failed = disk.failed
                lost = try lossAfterPowerCut()
            }
            switch result {
            case .success(let value): return value
            case .failure(let error as QueueError) where error.code == fault.code: continue
            case .failure(let error): throw error
            }
        }
    }

    // MARK: What became of it

    private func account() throws {
        guard let reader = store?.reader else { return }
        ends = try reader.jobs().map { "\($0.spec.key) \($0.state.rawValue)" }.sorted()
        events = try reader.events().map(\.event).filter { $0.type != .matchSearched }.map(\.eventID).sorted()
        let left = try again { try queue.outstanding() }
        if !left.isEmpty { ends.append("left on the path: \(left)") }
    }

    /// Starts a fleet on the least that a power cut may leave; says what was accepted and did not come to its end.
    private func lossAfterPowerCut() throws -> String? {
        let after = Self.home()
        try after.prepare()
        defer { try? FileManager.default.removeItem(atPath: after.root) }
        for suffix in ["", "-wal"] {
            // Its commits are durable when they return.
            try? FileManager.default.copyItem(atPath: home.store + suffix, toPath: after.store + suffix)
        }
        try disk.model.write(disk.model.least(), to: after.queue)
        let queue = try FileQueue(root: after.queue)
        let store = try Store(home: after)
        let clock = TestClock()
        let coordinator = Coordinator(store: store, queue: queue, matching: SamePictures(), clock: clock)
        let worker = try queue.worker(named: "after")
        try queue.submit([.resume(.backfill)])
        for round in 0... {
            clock.pass(ms: 2000)
            try worker.renew()
            while try coordinator.step() {}
            if try coordinator.isDrained(), round > 0 { break }
            if round == 40 { return "it does not come to an end: \(try store.reader.status().depths)" }
            for claim in try worker.claim(upTo: 9) { try worker.finish(claim, with: answer(claim)) }
        }
        let states = Dictionary(uniqueKeysWithValues: try store.reader.jobs().map { ($0.spec.key, $0.state) })
        let batches = [
            "first": ["a", "b", "late"], "backfill": ["old", "gone"], "more": ["broken", "crasher"],
        ]
        for (batch, keys) in batches where accepted.contains(batch) {
            for key in keys {
                let isRight =
                    switch (key, states[key]) {
                    case ("gone", .cancelled): true
                    case ("gone", .done): !accepted.contains("cancel")
                    case ("broken", .dead): !accepted.contains("retry")
                    case (_, .done): true
                    default: false
                    }
                if !isRight { return "\(key) is \(states[key].map(\.rawValue) ?? "lost")" }
            }
        }
        return nil
    }
}
