import EngineSupport
import FingerprintIndex
import Fingerprints
import Fleet
import Foundation
import Frames
import JobQueue
import Logging
import Records
import Store
import Synchronization

/// Time that passes when the test says so.
final class TestClock: CoordinatorClock {
    private let now = Mutex<Int64>(1_000_000)
    private let wall = Mutex("2026-01-02T12:00:00Z")

    func pass(ms: Int64) { now.withLock { $0 += ms } }
    func setWall(_ text: String) { wall.withLock { $0 = text } }
    func monotonicMs() -> Int64 { now.withLock { $0 } }
    func timestamp() -> String { wall.withLock { $0 } }
}

/// Matches videos that show a picture in common: exactly, at once, and in memory. The match says where
/// in either video the first and the last common picture are, so that its direction matters.
final class SamePictures: MatchEngine {
    private let videos = Mutex<[String: MatchVideo]>([:])
    let additions = Mutex<[String]>([])
    /// Set to make the next addition fail, as a full disk would.
    let fails = Mutex(false)
    let method = "same-pictures/1"
    /// Ids that can never be added.
    private let refused: Set<String>

    init(refusing refused: Set<String> = []) { self.refused = refused }

    func add(_ new: [MatchVideo]) throws {
        if fails.withLock({ $0 }) { throw CocoaError(.fileWriteOutOfSpace) }
        if new.contains(where: { refused.contains($0.id) }) { throw MatchError.refused("a test refuses it") }
        videos.withLock { videos in for video in new { videos[video.id] = video } }
        additions.withLock { $0 += new.map(\.id) }
    }

    func empty() -> any MatchEngine { SamePictures(refusing: refused) }

    func candidates(of video: MatchVideo, except: Set<String>) -> MatchCandidates {
        videos.withLock { videos in
            let seen = videos.values.filter { !except.contains($0.id) }
            let ids = seen.filter { $0.id != video.id && !common($0, video).isEmpty }.map(\.id)
            return MatchCandidates(ids: Set(ids), searched: seen.count)
        }
    }

    func verdict(query: MatchVideo, reference: MatchVideo) -> [Match] {
        let common = common(query, reference)
        guard !common.isEmpty else { return [] }
        let there = seconds(of: common, in: query), here = seconds(of: common, in: reference)
        return [
            Match(
                query: query.id, reference: reference.id, bank: reference.bank, score: 0.9, modality: .video,
                queryStart: there[0], queryEnd: there[there.count - 1], referenceStart: here[0],
                referenceEnd: here[here.count - 1], speed: 1, offset: here[0] - there[0], mirrored: false,
                queryCoverage: Double(common.count) / Double(query.fingerprint.video.frames.count),
                referenceCoverage: Double(common.count) / Double(reference.fingerprint.video.frames.count),
                falseMatchRate: 0, video: nil, audio: nil, method: method)
        ]
    }

    func catalogued(_ id: String) -> MatchVideo? { videos.withLock { $0[id] } }

    private func common(_ a: MatchVideo, _ b: MatchVideo) -> [PDQHash] {
        a.fingerprint.video.frames.map(\.hash).filter { b.fingerprint.video.frames.map(\.hash).contains($0) }
    }

    private func seconds(of hashes: [PDQHash], in video: MatchVideo) -> [Double] {
        video.fingerprint.video.frames.filter { hashes.contains($0.hash) }.map { Double($0.ptsMs) / 1000 }
    }
}

/// A picture that the number stands for: far from every other number's.
func picture(_ number: UInt64) -> PDQHash {
    var state = number
    func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
    return PDQHash(next(), next(), next(), next())
}

/// A silent video that shows these pictures, one a second.
func showing(_ pictures: [UInt64]) -> MediaFingerprint {
    let frames = pictures.enumerated().map {
        FrameCode(ptsMs: UInt32($0.offset * 1000), hash: picture($0.element), quality: 100)
    }
    return MediaFingerprint(
        duration: Double(pictures.count), video: VideoFingerprint(frames: frames),
        audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"))
}

func upload(
    _ id: String, creator: String? = nil, publishedAt: String? = nil, lane: Lane = .live, tenant: String = "default"
) -> JobSpec {
    JobSpec(
        key: id, tenant: tenant, lane: lane, path: "/media/\(id).mp4",
        video: VideoFacts(videoID: id, creator: creator, publishedAt: publishedAt))
}

let good = Outcome(.complete, reason: "ok", sentence: "Decoded to its end.", decodedUntil: 8)
let crash = Outcome(.crashed, reason: "killed_by_signal_11", sentence: "The decoder died of signal 11.")
let hang = Outcome(.timedOut, reason: "deadline", sentence: "The decoder was still busy after 60 s.")
let broken = Outcome(.undecodable, reason: "no_streams", sentence: "There is no stream in it.")

func answer(_ claim: Claim, _ outcome: Outcome = good, showing pictures: [UInt64] = [], worker: String = "w")
    -> JobResult
{
    let bytes = outcome.hasResult ? Data(showing(pictures).encoded()) : Data()
    return JobResult(
        jobID: claim.job.id, attempt: claim.attempt, worker: worker,
        record: ExtractRecord(
            input: .init(path: claim.job.path, bytes: 9, digest: "sha256:00"), outcome: outcome,
            producer: Producer(
                name: "moire-decoder", build: "1", libraries: ["libavcodec 59"],
                sandbox: .full)),
        fingerprint: bytes, cpuSeconds: 0.5)
}

/// One home with a queue in memory, a coordinator that can be stopped and started, and its clock.
final class Rig {
    let home: Home
    private var engine: TestEngine?
    let clock = TestClock()
    let matching: any MatchEngine
    let queue: any CoordinatorQueue & SubmitQueue
    private(set) var coordinator: Coordinator?
    private var store: Store?
    var options = CoordinatorOptions()

    init(matching: any MatchEngine = SamePictures(), queue: (any CoordinatorQueue & SubmitQueue)? = nil) throws {
        home = Home(FileManager.default.temporaryDirectory.appending(path: "moire-fleet-\(UUID().uuidString)").path)
        try home.prepare()
        self.matching = matching
        self.queue = queue ?? MemoryQueue()
        try start()
    }

    /// On an engine that conformance is tested on.
    init(engine: Engine) throws {
        let test = try TestEngine(engine)
        self.engine = test
        home = test.home
        matching = SamePictures()
        queue = test.queue
        try start()
    }

    /// A worker of the engine, and what its death does.
    func worker(_ name: String = "w") throws -> (queue: any WorkerQueue, die: () -> Void) {
        guard let engine else { preconditionFailure("this rig has a queue of its own") }
        return try engine.worker(name)
    }

    deinit {
        coordinator = nil
        store = nil
        try? FileManager.default.removeItem(atPath: home.root)
    }

    /// As after a kill: nothing of the coordinator's memory is left, all of the disk is.
    func restart() throws {
        coordinator = nil
        store = nil
        try start()
    }

    /// Kills the coordinator, does something to what it left on disk, and starts it again.
    func whileStopped(_ body: (Store) throws -> Void) throws {
        coordinator = nil
        store = nil
        do { try body(try Store(home: home)) }
        try start()
    }

    private func start() throws {
        let store = try Store(home: home)
        self.store = store
        coordinator = Coordinator(
            store: store, queue: queue, matching: matching, clock: clock, options: options,
            log: Logger(label: "coordinator") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Steps until there is nothing to do.
    func settle() throws {
        clock.pass(ms: 250)
        while try coordinator?.step() == true {}
    }

    func reader() throws -> StoreReader { try StoreReader(home: home) }

    func state(_ spec: JobSpec) throws -> String {
        let job = try reader().job(spec.id)
        return job.map { "\($0.state.rawValue) \($0.attempts)" } ?? "unknown"
    }

    var memory: MemoryQueue {
        // Only tests that made the rig without a queue of their own ask for it.
        guard let memory = queue as? MemoryQueue else { preconditionFailure("this rig has another queue") }
        return memory
    }
}
