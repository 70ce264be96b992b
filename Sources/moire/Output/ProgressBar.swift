import Foundation

/// A bar with an estimate of the time left, redrawn in place on a terminal, and a plain line every ten
/// seconds where standard error is a file.
struct ProgressBar {
    private let total: Int
    private let label: String
    private let started: ContinuousClock.Instant
    private let isTerminal: Bool
    private var shownAt: ContinuousClock.Instant?
    private var startedDone: Int?

    init(total: Int, label: String) {
        self.total = max(1, total)
        self.label = label
        self.started = .now
        self.isTerminal = isatty(STDERR_FILENO) == 1
    }

    mutating func show(done: Int, note: String = "") {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
        if let shownAt, now - shownAt < pause, done < total { return }
        shownAt = now
        let text = line(done: done, elapsed: now - started, note: note)
        Output.say(isTerminal ? "\r\u{1B}[2K\(text)" : "\(text)\n")
        if startedDone == nil { startedDone = done }
    }

    func finish() {
        if isTerminal { Output.say("\r\u{1B}[2K") }
    }

    private func line(done: Int, elapsed: Duration, note: String) -> String {
        let width = 28
        let filled = min(width, width * done / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let fresh = done - (startedDone ?? 0)
        let left = fresh > 0 && done < total ? Double(total - done) * seconds / Double(fresh) : nil
        let eta = left.map { "about \(Self.clock($0)) left" } ?? (done >= total ? "done in \(Self.clock(seconds))" : "")
        return [label, bar, "\(done)/\(total)", eta, note].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
