internal import Foundation
public import JobQueue
internal import Records
public import Store

/// What `moire status --watch` shows: the state of a home now, and how fast it changes.
///
/// Rates are of jobs that ended since an earlier look, so they need no more than what any status says.
public struct LiveStatus {
    private struct Look {
        var seconds: Double
        var ended: Int
    }

    /// Looks are kept for the longer of the two rates.
    static let minute = 60.0
    /// Attempts of one worker that are named.
    static let attemptsShown = 4

    private var looks: [Look] = []
    private var status: StoreStatus?
    private var workers: [WorkerState] = []

    public init() {}

    /// - Parameter seconds: of a clock that only goes forward.
    public mutating func look(_ status: StoreStatus, workers: [WorkerState], seconds: Double) {
        self.status = status
        self.workers = workers
        looks.append(Look(seconds: seconds, ended: status.jobs(.done, .dead, .cancelled)))
        // One that is older than a minute is needed, to measure a minute from.
        while looks.count > 2, seconds - looks[1].seconds >= Self.minute { looks.removeFirst() }
    }

    /// Jobs a second that ended between the last two looks; nil before there are two.
    public var ratePerSecond: Double? { looks.count < 2 ? nil : rate(since: looks[looks.count - 2]) }

    /// Jobs a minute, over the last minute or since the first look.
    public var ratePerMinute: Double? { looks.count < 2 ? nil : rate(since: looks[0]).map { $0 * 60 } }

    /// Seconds until all open jobs have ended, if it goes on as in the last minute; nil when nothing ends.
    public var secondsLeft: Double? {
        guard let rate = ratePerMinute, rate > 0 else { return open == 0 ? 0 : nil }
        return Double(open) / rate * 60
    }

    private var open: Int { status?.open ?? 0 }

    private func rate(since earlier: Look) -> Double? {
        guard let last = looks.last, last.seconds > earlier.seconds else { return nil }
        return Double(max(0, last.ended - earlier.ended)) / (last.seconds - earlier.seconds)
    }

    /// - Parameter now: RFC 3339; ages are counted from it.
    public func lines(now: String) -> [String] {
        var lines = ["\(now)   \(speed)"]
        lines.append("lane          queued  released   waiting      done      dead   oldest")
        for lane in Lane.allCases {
            let depths = (status?.depths ?? []).filter { $0.lane == lane }
            guard !depths.isEmpty else { continue }
            let counts = [JobState.queued, .released, .waiting, .done, .dead].map { state in
                Self.right("\(depths.first { $0.state == state }?.jobs ?? 0)", 9)
            }
            let ages = depths.filter { $0.state.isOpen }.compactMap { Self.age(of: $0.oldestAcceptedAt, now: now) }
            lines.append(
                lane.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0) + " " + counts.joined(separator: " ")
                    + "   " + (ages.max().map(Self.clock) ?? "-"))
        }
        lines.append("workers")
        for worker in workers.sorted(by: { $0.worker < $1.worker }) {
            lines.append("  \(worker.worker)  \(worker.life.rawValue)  \(worker.runs(most: Self.attemptsShown))")
        }
        if workers.isEmpty { lines.append("  none") }
        lines += Self.outcomes("outcomes", (status?.ended ?? []).filter { $0.state == JobState.done })
        lines += Self.outcomes("dead letters", (status?.ended ?? []).filter { $0.state == JobState.dead })
        return lines
    }

    private var speed: String {
        guard let second = ratePerSecond, let minute = ratePerMinute else { return "\(open) open" }
        let left = secondsLeft.map { $0 == 0 ? "all done" : "\(Self.clock($0)) left" } ?? "nothing ends"
        return String(format: "%d open, %.1f a second, %.0f a minute, %@", open, second, minute, left)
    }

    private static func outcomes(_ title: String, _ ended: [StoreStatus.Ended]) -> [String] {
        ended.isEmpty ? [] : [title] + ended.map { "  \(right("\($0.jobs)", 9))  \($0.kind) (\($0.reason))" }
    }

    private static func age(of time: String, now: String) -> Double? {
        guard let then = try? Date(time, strategy: .iso8601), let now = try? Date(now, strategy: .iso8601) else {
            return nil
        }
        return max(0, now.timeIntervalSince(then))
    }

    /// 12 s, 3:05, 2:03:05.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded())
        if whole < 60 { return "\(whole) s" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
