import ArgumentParser
import Fleet
import Foundation
import JobQueue
import Records
import Store

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Queue depth, oldest age, outcomes, dead letters.",
        discussion: """
            EXAMPLES
              moire status --home ./moire-home
              moire status --home ./moire-home --format json
              moire status --home ./moire-home --watch             redrawn every two seconds until Ctrl-C
              moire status --home ./moire-home --watch --every 10
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    @Flag(help: "Show it again and again, with rates, workers and what they run, until Ctrl-C.")
    var watch = false

    @Option(help: "Seconds between two looks of --watch, 0.2 to 3600.")
    var every: Double = 2

    mutating func validate() throws {
        guard (0.2...3600).contains(every) else { throw ValidationError("--every takes 0.2 to 3600 seconds") }
        guard !watch || output.format == .text else { throw ValidationError("--watch shows text alone") }
    }

    mutating func run() throws {
        if watch { return try StatusWatch(home: home.open(), every: every).run() }
        let reader = try home.reader()
        let status = try Failure.environmental { try reader.status() }
        guard output.format == .text else { return try Output.value(status, as: output.format) }
        Output.line(StatusText.lines(status, now: Date()).joined(separator: "\n"))
    }
}

/// Draws `LiveStatus` over itself on a terminal, and one below the other elsewhere.
struct StatusWatch {
    let home: Home
    let every: Double

    func run() throws {
        let stop = try Failure.environmental { try StopRequest.onSignals() }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        var live = LiveStatus()
        // Kept: a queue on a server tells a dead worker from one that reconnects by having looked before.
        var opened: (StoreReader, any CoordinatorQueue)?
        let begun = ContinuousClock.now
        repeat {
            let lines: [String] = try Failure.environmental {
                guard home.hasStore else {
                    return ["\(home.name) has no store yet; it is made by the first coordinator"]
                }
                let (reader, queue) = try opened ?? (StoreReader(home: home), home.openQueue())
                opened = (reader, queue)
                live.look(
                    try reader.status(), workers: try queue.workers(),
                    seconds: (ContinuousClock.now - begun) / .seconds(1))
                return live.lines(now: Date().formatted(.iso8601))
            }
            // To the top left, each line's old rest away, then whatever stood below.
            Output.line(
                isTerminal
                    ? "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\n\u{1B}[J"
                    : lines.joined(separator: "\n") + "\n")
        } while !stop.wait(seconds: every)
    }
}

enum StatusText {
    static func lines(_ status: StoreStatus, now: Date) -> [String] {
        var lines = ["jobs"]
        for depth in status.depths {
            var line = "  \(pad(depth.lane.rawValue, 9)) \(pad(depth.state.rawValue, 10)) \(right("\(depth.jobs)", 7))"
            if depth.state.isOpen, let accepted = try? Date(depth.oldestAcceptedAt, strategy: .iso8601) {
                line += "   oldest \(ProgressBar.clock(max(0, now.timeIntervalSince(accepted))))"
            }
            lines.append(line)
        }
        if status.depths.isEmpty { lines.append("  none") }
        if !status.ended.isEmpty { lines.append("outcomes") }
        for ended in status.ended {
            lines.append("  \(right("\(ended.jobs)", 7))  \(ended.kind) (\(ended.reason))")
        }
        lines.append(
            "\(status.events) events, \(status.fingerprints) fingerprints"
                + (status.fingerprintsToIndex > 0 ? ", \(status.fingerprintsToIndex) still to be indexed" : "")
                + String(format: ", %.1f CPU seconds of decoding", status.cpuSeconds))
        if status.staleResultsRefused > 0 {
            lines.append("\(status.staleResultsRefused) results of old attempts were refused")
        }
        return lines
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension HomeOption {
    func reader() throws -> StoreReader {
        let home = open()
        guard home.hasStore else {
            throw Failure(.environment, "\(home.name) has no store yet; `moire run` or `moire coordinator` makes it")
        }
        return try Failure.environmental { try StoreReader(home: home) }
    }
}
