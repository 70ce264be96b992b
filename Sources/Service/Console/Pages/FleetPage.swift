internal import Frames
internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import JobQueue
internal import Records
internal import Report
internal import Store

/// The fleet as it stands: what waits, how fast it goes, what failed, and with what it is done.
struct FleetPage: Sendable {
    struct LaneRow: Sendable {
        var name: String
        var queued: String
        var running: String
        var waiting: String
        var done: String
        var dead: String
        var oldest: String
        var isPaused: Bool
    }

    struct Worker: Sendable {
        var name: String
        var life: Pill
        var holds: String
    }

    struct Ended: Sendable {
        var kind: String
        var reason: String
        var jobs: String
        var bar: String
        var tone: String
    }

    struct Letter: Sendable {
        var id: String
        var path: String
        /// The path's end.
        var name: String
        var creator: String?
        var reason: String
        var sentence: String
        var attempts: String
        var story: [Attempt]
        var at: String
    }

    struct Attempt: Sendable {
        var number: Int
        var kind: String
        var detail: String
        var at: String
    }

    struct Check: Sendable {
        var name: String
        var detail: String
        var isOK: Bool
    }

    var figures: [CaseModel.Figure]
    var lanes: [LaneRow]
    var workers: [Worker]
    var noWorkers: Bool
    var ended: [Ended]
    var letters: [Letter]
    var hasLetters: Bool
    var lettersNote: String
    var checks: [Check]
    var index: [CaseModel.Fact]
    var machine: [CaseModel.Fact]
    var saved: String?

    /// Dead letters shown at once.
    static let lettersMax = 50

    /// Blocks.
    init(_ console: ConsoleDesk, tenant: String, saved: String?) throws {
        let desk = console.desk
        let reader = try desk.reader()
        let status = try reader.status()
        let states = try desk.queue.workers()
        let paused = try reader.pausedLanes()
        let now = Date()
        let live = console.live(status, states)
        let open = status.open
        figures = [
            .init(name: "Open jobs", value: Numbers.grouped(open)),
            .init(name: "Jobs a minute", value: live.ratePerMinute.map { Numbers.fixed($0, 0) } ?? "–"),
            .init(
                name: "Left", value: open == 0 ? "nothing" : live.secondsLeft.map(Numbers.length) ?? "not known"),
            .init(name: "Workers", value: Numbers.grouped(states.count { $0.life != .dead })),
            .init(name: "Dead letters", value: Numbers.grouped(status.jobs(.dead))),
            .init(name: "Events", value: Numbers.grouped(status.events)),
        ]
        lanes = Lane.allCases.map { Self.lane($0, status, now, isPaused: paused.contains($0)) }
        workers = states.sorted { $0.worker < $1.worker }.map { state in
            Worker(name: state.worker, life: Self.life(state.life), holds: state.runs(most: 3))
        }
        noWorkers = workers.isEmpty
        let most = Double(status.ended.map(\.jobs).max() ?? 1)
        ended = status.ended.map { one in
            let isFine = one.kind == "complete"
            return Ended(
                kind: one.kind.replacing("_", with: " "), reason: one.reason.replacing("_", with: " "),
                jobs: Numbers.grouped(one.jobs),
                bar: CaseWords.bar(Double(one.jobs) / most, isFine ? "on" : one.state == .dead ? "low" : "mid"),
                tone: isFine ? "good" : one.state == .dead ? "bad" : "warn")
        }
        let all = try reader.deadLetters(limit: 1000).filter { $0.spec.tenant == tenant }
        letters = try all.suffix(Self.lettersMax).reversed().map { job in
            let story = try reader.story(ofJob: job.spec.id)
            return Letter(
                id: job.spec.id, path: job.spec.path,
                name: job.spec.path.split(separator: "/").suffix(2).joined(separator: "/"),
                creator: job.spec.video.creator,
                reason: (job.outcome?.reason ?? "ended").replacing("_", with: " "),
                sentence: job.outcome?.sentence ?? "",
                attempts: job.attempts == 1 ? "1 attempt" : "\(job.attempts) attempts",
                story: story.map {
                    .init(
                        number: $0.attempt, kind: $0.kind.rawValue.replacing("_", with: " "), detail: $0.detail,
                        at: CaseWords.time($0.at))
                }, at: CaseWords.time(job.endedAt ?? job.acceptedAt))
        }
        hasLetters = !letters.isEmpty
        lettersNote =
            all.count > Self.lettersMax ? "The newest \(Self.lettersMax) of \(Numbers.grouped(all.count))." : ""
        checks = desk.checks().map { Check(name: $0.name, detail: $0.detail, isOK: $0.ok) }
        let statistics = try desk.index.statistics()
        index = [
            .init(name: "References", value: Numbers.grouped(statistics.references)),
            .init(name: "Size", value: Self.size(statistics.bytes)),
            .init(name: "Segments", value: Numbers.grouped(statistics.segments)),
            .init(name: "Generation", value: "\(statistics.generation)"),
            .init(name: "Waiting to be taken in", value: Numbers.grouped(status.fingerprintsToIndex)),
        ]
        let described = try? desk.decoder.describe()
        machine = [
            .init(name: "Sandbox", value: described?.sandbox.rawValue ?? "no decoder answers"),
            .init(
                name: "Landlock",
                value: described.map { $0.landlockABI > 0 ? "version \($0.landlockABI)" : "none" } ?? "–"),
            .init(name: "seccomp", value: described.map { $0.hasSeccomp ? "yes" : "no" } ?? "–"),
            .init(name: "Memory cap", value: described?.memoryCap.description ?? "–"),
            .init(name: "Decoder", value: described?.build ?? "–"),
            .init(name: "Libraries", value: described?.libraries.joined(separator: ", ") ?? "–"),
            .init(name: "Decoding took", value: Numbers.length(status.cpuSeconds) + " of processor time"),
            .init(name: "Results refused as outdated", value: Numbers.grouped(status.staleResultsRefused)),
        ]
        self.saved = saved
    }

    private static func lane(_ lane: Lane, _ status: StoreStatus, _ now: Date, isPaused: Bool) -> LaneRow {
        let depths = status.depths.filter { $0.lane == lane }
        func count(_ state: JobState) -> String {
            Numbers.grouped(depths.first { $0.state == state }?.jobs ?? 0)
        }
        let oldest = depths.filter { $0.state.isOpen }.compactMap { depth in
            (try? Date(depth.oldestAcceptedAt, strategy: .iso8601)).map { max(0, now.timeIntervalSince($0)) }
        }.max()
        return LaneRow(
            name: lane.rawValue, queued: count(.queued), running: count(.released), waiting: count(.waiting),
            done: count(.done), dead: count(.dead), oldest: oldest.map(Numbers.length) ?? "–", isPaused: isPaused)
    }

    private static func life(_ life: WorkerState.Life) -> Pill {
        switch life {
        case .living: Pill(text: "alive", tone: "good")
        case .dead: Pill(text: "gone", tone: "bad")
        case .unknown: Pill(text: "renews its claims", tone: "")
        }
    }

    private static func size(_ bytes: Int) -> String {
        let value = Double(bytes)
        if value < 1e6 { return "\(Numbers.fixed(value / 1e3, 0)) kB" }
        return value < 1e9 ? "\(Numbers.fixed(value / 1e6, 1)) MB" : "\(Numbers.fixed(value / 1e9, 2)) GB"
    }
}
