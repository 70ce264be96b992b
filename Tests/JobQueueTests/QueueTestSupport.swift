import Foundation
import Frames
import JobQueue
import Records

/// A folder of its own for one test, removed at the end.
final class TestFolder: Sendable {
    let path: String

    /// - Parameter isInMemory: not on a disk; file numbers are then not used twice.
    init(isInMemory: Bool = false) throws {
        let parent = isInMemory ? URL(filePath: "/dev/shm") : FileManager.default.temporaryDirectory
        path = parent.appending(path: "moire-queue-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func job(_ key: String, lane: Lane = .live) -> JobSpec {
    JobSpec(key: key, lane: lane, path: "/media/\(key).mp4", video: VideoFacts(videoID: key))
}

func ticket(
    _ key: String, sequence: Int64, attempts: Int = 0, crashes: Int = 0, lane: Lane = .live, rank: Int64 = 0
) -> Ticket {
    Ticket(job: job(key, lane: lane), sequence: sequence, attempts: attempts, crashes: crashes, rank: rank)
}

func result(of claim: Claim, worker: String) -> JobResult {
    let record = ExtractRecord(
        input: .init(path: claim.job.path, bytes: 1),
        outcome: Outcome(.undecodable, reason: "no_streams", sentence: "No stream in it."),
        producer: Producer(name: "test", build: "1"))
    return JobResult(
        jobID: claim.job.id, attempt: claim.attempt, worker: worker, record: record,
        fingerprint: Data([0, 255, 7]), cpuSeconds: 0.25)
}

/// The helper program beside the test bundle, running.
final class TestWorker {
    let process = Process()
    private let output = Pipe()
    private var pending = Data()

    init(_ arguments: [String]) throws {
        let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = here.appending(path: "QueueTestWorker")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    /// The next line it prints; nil at its end.
    func line() -> String? {
        while true {
            if let newline = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[..<newline], as: UTF8.self)
                pending = Data(pending[pending.index(after: newline)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            pending.append(more)
        }
    }

    /// Lines up to, without, the given one.
    func lines(until last: String) -> [String] {
        var lines: [String] = []
        while let line = line(), line != last { lines.append(line) }
        return lines
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { kill() } }
}
