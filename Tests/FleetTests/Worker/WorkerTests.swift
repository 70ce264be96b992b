import Fetching
@testable import Fleet
import Foundation
import Frames
import JobQueue
import Logging
import Records
import Synchronization
import Testing
import TestSupport

@Suite("A worker")
struct WorkerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A worker at work on `queue`, with short pauses.
    private func start(
        _ queue: MemoryQueue, stop: StopRequest, decoder: String = Programs.decoder, slots: Int = 2,
        renewSeconds: Double = 60, progressSeconds: Double = 1, graceSeconds: Double = 600
    ) throws -> Background<Int> {
        let fetcher = Fetcher(policy: FetchPolicy(allowsPrivate: true), folder: folder.url.path)
        let decoding = try DecodeService(decoderPath: decoder, fetcher: fetcher)
        let options = WorkerOptions(
            slots: slots, renewSeconds: renewSeconds, progressSeconds: progressSeconds, graceSeconds: graceSeconds,
            retrySeconds: 0.01, retrySecondsMax: 0.02)
        let worker = Worker(
            queue: queue, decoding: decoding, options: options,
            log: Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() })
        return Background { try worker.run(until: stop) }
    }

    private func wait(_ queue: MemoryQueue, until condition: ([MemoryQueue.Act]) -> Bool) {
        for _ in 0..<6000 where !condition(queue.acts) { usleep(10_000) }
        #expect(condition(queue.acts))
    }

    private func count(_ acts: [MemoryQueue.Act], _ act: MemoryQueue.Act) -> Int { acts.filter { $0 == act }.count }

    @Test("Every job is handed in once, the bad file too, with the fence of its attempt")
    func all() throws {
        let (clip, text) = (try Clips.short(), try folder.file("text.mp4", Array("not a film".utf8)))
        let queue = MemoryQueue(["a": clip, "b": text, "c": clip, "d": "/nowhere.mp4", "e": clip], crashes: ["c": 1])
        let stop = StopRequest()
        let run = try start(queue, stop: stop)
        wait(queue) { _ in queue.results.count == 5 }
        stop.request()
        #expect(try run.value() == 5)
        let outcomes = Dictionary(uniqueKeysWithValues: queue.results.map { ($0.jobID, $0.record.outcome.kind) })
        let kinds = ["a", "b", "c", "d", "e"].map {
            outcomes[JobSpec(key: $0, path: "", video: VideoFacts(videoID: "")).id]
        }
        #expect(kinds == [.complete, .undecodable, .complete, .undecodable, .complete])
        #expect(queue.results.map(\.attempt).sorted() == [1, 1, 1, 1, 2])
        #expect(queue.results.allSatisfy { $0.worker == "worker-1" })
    }

    @Test("How far a long decode has come is told while it runs, in seconds of its timeline")
    func progress() throws {
        let queue = MemoryQueue(["long": try Clips.minute()])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 1, progressSeconds: 0.01)
        wait(queue) { $0.contains(.finished("long")) }
        stop.request()
        _ = try run.value()
        let decoding = queue.progress.filter { $0.stage == .decode }
        #expect(decoding.first?.pts == nil && decoding.allSatisfy { $0.attempt == 1 })
        let times = decoding.compactMap(\.pts)
        #expect(times.count >= 2 && times == times.sorted() && times.allSatisfy { (0.5...60).contains($0) })
        #expect(decoding.last?.duration == 60)
    }

    @Test("Leases are renewed while a slot is busy for long")
    func renewal() throws {
        let queue = MemoryQueue(["long": try Clips.minute()])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 1, renewSeconds: 0.01)
        wait(queue) { $0.contains(.finished("long")) }
        stop.request()
        _ = try run.value()
        let acts = queue.acts
        let claimed = try #require(acts.firstIndex(of: .claimed("long")))
        let finished = try #require(acts.firstIndex(of: .finished("long")))
        #expect(count(Array(acts[claimed..<finished]), .renewed) >= 5)
    }

    @Test("A stop lets the running decode finish, renews until then, and begins nothing new")
    func drain() throws {
        let (long, clip) = (try Clips.medium(), try Clips.short())
        let queue = MemoryQueue(["long": long, "never": clip])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 1, renewSeconds: 0.01)
        wait(queue) { $0.contains(.claimed("long")) }
        stop.request()
        #expect(try run.value() == 1)
        #expect(queue.acts.contains(.finished("long")) && !queue.acts.contains(.claimed("never")))
        #expect(queue.acts.contains(.renewed))
    }

    @Test("When the grace is over the job is given back, and no process is left at it")
    func graceOver() throws {
        let program = try folder.program("draining-decoder", for: "moire-decoder")
        let queue = MemoryQueue(["long": try Clips.long()])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, decoder: program, slots: 1, graceSeconds: 0.01)
        #expect(Processes.wait(for: program, count: 2).count == 2)
        stop.request()
        #expect(try run.value() == 0)
        #expect(queue.acts.filter { $0 != .renewed } == [.claimed("long"), .abandoned("long")])
        #expect(Processes.wait(for: program, count: 0).isEmpty && Processes.named(program).isEmpty)
    }

    @Test("Leases are renewed while media comes slowly, and the result says when it may be had again")
    func slowMedia() throws {
        let server = try MediaServer()
        let queue = MemoryQueue(["slow": server.url("/drip/20/0.02"), "busy": server.url("/status/503?after=3")])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 1, renewSeconds: 0.01)
        wait(queue) { $0.contains(.finished("busy")) }
        stop.request()
        _ = try run.value()
        let acts = queue.acts
        let claimed = try #require(acts.firstIndex(of: .claimed("slow")))
        let finished = try #require(acts.firstIndex(of: .finished("slow")))
        #expect(count(Array(acts[claimed..<finished]), .renewed) >= 5)
        #expect(queue.results.map(\.retryAfterSeconds) == [nil, 3])
    }

    @Test("When the grace is over a fetch is ended and its job given back")
    func graceOverFetch() throws {
        let server = try MediaServer()
        let queue = MemoryQueue(["silent": server.url("/silent")])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 1, graceSeconds: 0.01)
        wait(queue) { $0.contains(.claimed("silent")) }
        stop.request()
        #expect(try run.value() == 0)
        #expect(queue.acts.filter { $0 != .renewed } == [.claimed("silent"), .abandoned("silent")])
    }

    @Test("A job that killed its decoder twice runs while nothing else does")
    func alone() throws {
        let (long, clip) = (try Clips.medium(), try Clips.short())
        let queue = MemoryQueue(["long": long, "suspect": clip, "next": clip], crashes: ["suspect": 2])
        let stop = StopRequest()
        let run = try start(queue, stop: stop, slots: 3)
        wait(queue) { _ in queue.results.count == 3 }
        stop.request()
        _ = try run.value()
        // Shorter than the first, it would otherwise end before it.
        #expect(
            queue.acts.filter { $0 != .renewed } == [
                .claimed("long"), .claimed("suspect"), .finished("long"), .finished("suspect"), .claimed("next"),
                .finished("next"),
            ])
    }

    @Test("A queue that fails for a while loses nothing and counts nothing twice")
    func failingQueue() throws {
        let queue = MemoryQueue(["a": try Clips.short()], claimFailures: 3, finishFailures: 3)
        let stop = StopRequest()
        let run = try start(queue, stop: stop)
        wait(queue) { $0.contains(.finished("a")) }
        stop.request()
        #expect(try run.value() == 1)
        #expect(queue.acts == [.claimed("a"), .finished("a")])
    }

    @Test("A machine that cannot decode claims nothing")
    func noDecoder() throws {
        let queue = MemoryQueue(["a": try Clips.short()])
        let run = try start(queue, stop: StopRequest(), decoder: folder.program("fake-quitter", for: "fake-decoder"))
        let error = #expect(throws: DecodeError.self) { _ = try run.value() }
        #expect(error?.code == .decoderFailed)
        #expect(queue.acts.isEmpty)
    }

    @Test("A machine that can no longer decode gives its jobs back and ends with the reason")
    func lostDecoder() throws {
        let file = try folder.file("input.mp4", Array("anything".utf8))
        let queue = MemoryQueue(["1": file, "2": file, "3": file, "4": file, "5": file, "6": file])
        let run = try start(
            queue, stop: StopRequest(), decoder: folder.program("fake-unconfined", for: "fake-decoder"),
            slots: 1)
        let error = #expect(throws: DecodeError.self) { _ = try run.value() }
        #expect(error?.code == .sandboxUnavailable)
        #expect(queue.results.isEmpty)
        #expect(queue.acts.suffix(2) == [.claimed("5"), .abandoned("5")])
    }
}
