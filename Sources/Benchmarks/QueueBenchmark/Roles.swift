import ArgumentParser
import FingerprintIndex
import Fleet
import Foundation
import Frames
import Glibc
import JobQueue
import Records
import Store

/// Finds nothing: what is tried here is the way of the jobs.
struct NoMatches: MatchEngine {
    let method = "none/1"
    func add(_ videos: [MatchVideo]) {}
    func empty() -> any MatchEngine { self }
    func candidates(of video: MatchVideo, except: Set<String>) -> MatchCandidates {
        MatchCandidates(ids: [], searched: 0)
    }
    func verdict(query: MatchVideo, reference: MatchVideo) -> [Match] { [] }
    func catalogued(_ id: String) -> MatchVideo? { nil }
}

/// The jobs of a run, and what their work gives: the same every time.
enum Chores {
    static func job(_ number: Int) -> JobSpec {
        JobSpec(
            key: "job-\(number)", tenant: "tenant-\(number % 7)", lane: Lane.allCases[number % 3],
            path: "/media/\(number).mp4", video: VideoFacts(videoID: "v\(number)", creator: "c\(number % 100)"))
    }

    static func result(of claim: Claim, worker: String) -> JobResult {
        JobResult(
            jobID: claim.job.id, attempt: claim.attempt, worker: worker,
            record: ExtractRecord(
                input: .init(path: claim.job.path, bytes: 1_000_000, digest: "sha256:\(claim.job.id)"),
                outcome: Outcome(.complete, reason: "ok", sentence: "Decoded to its end.", decodedUntil: 8),
                producer: Producer(name: "queue-bench", build: "1", libraries: [], sandbox: .full)),
            fingerprint: Data(), cpuSeconds: 0.5)
    }

    static func coordinator(_ home: Home) throws -> Coordinator {
        var options = CoordinatorOptions()
        options.leaseMs = 3000
        options.retryMs = 20
        options.starvedLaneMs = 500
        try home.prepare()
        return Coordinator(
            store: try Store(home: home), queue: try home.openQueue(), matching: NoMatches(), options: options)
    }
}

struct Place: ParsableArguments {
    @Option(help: "A folder, or postgres://….") var home: String
    @Option(help: "With a database: a folder for what is beside it.") var stateFolder: String?

    func open() -> Home { Home.named(home, state: stateFolder) }
}

struct Coordinate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One coordinator, until standard input ends.")

    @OptionGroup var place: Place

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        try stop.watchParent()
        let home = place.open()
        // The one before may have been killed a moment ago; a server takes some to notice.
        for _ in 0..<200 where !stop.isRequested {
            do {
                return try Chores.coordinator(home).run(until: stop)
            } catch let error as StoreError where error.code == .alreadyRunning || error.code == .unreachable {
                _ = stop.wait(seconds: 0.05)
            }
        }
    }
}

struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One worker that only waits, until standard input ends; prints + for a claim, - when handed in.")

    static let holding = UInt8(ascii: "+")

    @OptionGroup var place: Place
    @Option(help: "Jobs claimed at once.") var batch = 4
    @Option(help: "Milliseconds that a batch takes.") var milliseconds = 10

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        try stop.watchParent()
        let queue = try place.open().openWorker(named: "w\(getpid())")
        let news = DispatchSemaphore(value: 0)
        queue.watch { news.signal() }
        while !stop.isRequested {
            let claims = try queue.claim(upTo: batch)
            if claims.isEmpty {
                try queue.renew()
                _ = news.wait(timeout: .now() + min(queue.idleSeconds, 0.5))
                continue
            }
            tell("+")
            usleep(UInt32(milliseconds * 1000))
            try queue.finish(
                claims.map { FinishedClaim(claim: $0, result: Chores.result(of: $0, worker: queue.worker)) })
            tell("-")
        }
        try queue.leave()
    }

    private func tell(_ sign: String) {
        print(sign, terminator: "")
        fflush(nil)
    }
}

struct Submit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Submits jobs in order; prints how many are accepted after each batch.")

    @OptionGroup var place: Place
    @Option(help: "Number of the first job.") var from = 0
    @Option(help: "Number after the last job.") var to: Int
    @Option(help: "Jobs accepted at once.") var batch = 50
    @Option(help: "Seconds over which they are spread.") var over = 0.0

    mutating func run() throws {
        let queue = try place.open().openQueue()
        let pause = over * Double(batch) / Double(max(1, to - from))
        for start in stride(from: from, to: to, by: batch) {
            let end = min(start + batch, to)
            try queue.submit((start..<end).map(Chores.job))
            print(end)
            fflush(nil)
            usleep(UInt32(pause * 1_000_000))
        }
    }
}
