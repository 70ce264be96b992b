import Fleet
import Foundation
import Store
import Synchronization

/// A backfill's estimate, progress and report as a person reads them.
enum BackfillText {
    static func show(_ estimate: BackfillEstimate, as format: OutputFormat) throws {
        guard format == .text else { return try Output.value(estimate, as: format) }
        Output.line(lines(estimate).joined(separator: "\n"))
    }

    /// On standard error, where it does not mix with the report.
    static func note(_ estimate: BackfillEstimate) { Output.note(lines(estimate).joined(separator: "\n")) }

    static func note(_ progress: Backfill.Progress) -> String {
        var words = [
            "\(progress.open) open", "\(progress.failed) failed", String(format: "%.1f/s", progress.perSecond),
        ]
        if !progress.note.isEmpty { words.append(progress.note) }
        return words.joined(separator: ", ")
    }

    static func lines(_ estimate: BackfillEstimate) -> [String] {
        func row(_ name: String, _ text: String) -> String {
            "  \(name.padding(toLength: 19, withPad: " ", startingAt: 0))\(text)"
        }
        func range(_ range: EstimatedRange, _ show: (Double) -> String) -> String {
            range.low == range.high
                ? show(range.value) : "\(show(range.value)), 90 %: \(show(range.low)) to \(show(range.high))"
        }
        var lines = [
            "estimate from \(estimate.sample) of \(estimate.videos) lines, decoded in \(Output.seconds(estimate.sampleSeconds)) s",
            row("video", hours(estimate.videoHours, "")),
            row("decoding", hours(estimate.cpuHours, " of CPU")),
            row("matching", hours(estimate.matchingHours, " of the one coordinator")),
            row("from start to end", hours(estimate.hours, "") + ", \(estimate.slots) files at once"),
            row("store", range(estimate.storeBytes, ByteText.rounded)),
            row("without a result", range(estimate.failureShare, percent)),
        ]
        for (reason, count) in estimate.failures.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("    \(count) of the sample: \(reason)")
        }
        return lines
    }

    static func report(_ report: BackfillReport) -> String {
        var lines = [
            "\(report.name): \(report.submitted + report.badLines) of \(report.lines) lines gone through, \(report.done) done, "
                + "\(report.failed) without a result, \(report.open) open"
        ]
        for count in report.outcomes {
            let name = [count.state.rawValue, count.kind, count.reason].compactMap { $0 }.joined(separator: "  ")
            lines.append(
                "  \(String(repeating: " ", count: max(0, 9 - "\(count.lines)".count)))\(count.lines)  \(name)")
        }
        if report.badLines > 0 {
            lines.append(
                "  \(String(repeating: " ", count: max(0, 9 - "\(report.badLines)".count)))\(report.badLines)  not a usable line"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// In the unit that suits the value, three digits of it or more.
    private static func hours(_ range: EstimatedRange, _ what: String) -> String {
        let (unit, size) = range.value >= 2 ? ("hours", 1.0) : range.value >= 2.0 / 60 ? ("min", 60) : ("s", 3600)
        func show(_ value: Double) -> String {
            let value = value * size
            return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
        }
        let whole = "\(show(range.value)) \(unit)\(what)"
        return range.low == range.high ? whole : "\(whole), 90 %: \(show(range.low)) to \(show(range.high))"
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}

/// A bar that several threads move.
final class SharedBar: Sendable {
    private let bar: Mutex<ProgressBar>

    init(_ bar: ProgressBar) { self.bar = Mutex(bar) }

    func show(done: Int) { bar.withLock { $0.show(done: done) } }
    func finish() { bar.withLock { $0.finish() } }
}
