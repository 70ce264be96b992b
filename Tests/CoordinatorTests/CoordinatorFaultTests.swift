import EngineSupport
import Fleet
import Foundation
import Frames
import JobQueue
import Records
import Store
import Testing

/// A short life of a fleet, with everything in it, on a disk one of whose operations fails: taking in, releasing,
/// claiming, renewing, handing in, settling, requeueing, retrying, cancelling, pausing and resuming, and opening again.
@Suite("DiskFaults: a fleet on a disk that fails")
struct CoordinatorFaultTests {
    private static let codes: [QueueError.Code] = [.inputOutput, .diskFull, .tooManyFiles]

    @Test("Wherever its disk fails, it loses nothing that it accepted, and ends as a fleet on a sound disk does")
    func everywhere() throws {
        let undisturbed = try FaultedLife(.init(.max, .nothing, .other))
        try undisturbed.live()
        #expect(
            undisturbed.ends == [
                "a done", "b done", "broken done", "crasher done", "gone cancelled", "late done", "old done",
            ])
        #expect(undisturbed.operations > 300)
        // All of them take minutes: every place in every manner with every error.
        let isLong = ProcessInfo.processInfo.environment["MOIRE_DISK_FAULTS"] == "all"
        let places = isLong ? Array(0..<undisturbed.operations) : Self.some(of: undisturbed.operations)
        var fired = 0
        for place in places {
            let all = FaultyDisk.Manner.allCases.flatMap { manner in Self.codes.map { (manner, $0) } }
            for (manner, code) in isLong ? all : [all[place % all.count]] {
                let life = try FaultedLife(.init(place, manner, code))
                try life.live()
                #expect(life.ends == undisturbed.ends, "\(life.story)")
                #expect(life.events == undisturbed.events, "\(life.story)")
                #expect(life.lost == nil, "after a power cut: \(life.story)")
                fired += life.failed == nil ? 0 : 1
            }
        }
        #expect(fired > places.count / 2)
        if isLong { print("\(fired) faults at \(places.count) places: nothing accepted was lost") }
    }

    /// Forty places, others in every run.
    private static func some(of count: Int) -> [Int] {
        let offset = Int.random(in: 0..<count)
        return (0..<40).map { (offset + $0 * count / 40) % count }
    }

    @Test("A delay that was taken in by a step that failed afterwards still ends")
    func delayAfterFailedStep() throws {
        let disk = FaultyDisk(root: "")
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-delay-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let rig = try Rig(queue: try FileQueue(root: folder + "/queue", disk: disk.disk))
        try rig.settle()
        try rig.queue.submit([upload("b")])
        try rig.settle()
        // The ledger knows the job when another's ticket cannot be taken back, and does not take it in a second time.
        try rig.queue.submit([.later(upload("a"), delayMs: 1000), .cancel(jobID: upload("b").id)])
        disk.arm(.init(2, .nothing, .inputOutput))
        #expect(throws: QueueError.self) { try rig.settle() }
        #expect(disk.failed?.hasSuffix("ready/live") == true)
        try rig.settle()
        #expect(try rig.state(upload("a")) == "waiting 0")
        rig.clock.pass(ms: 1000)
        try rig.settle()
        #expect(try rig.state(upload("a")) == "released 0")
    }
}
