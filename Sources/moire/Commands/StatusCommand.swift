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
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    mutating func run() throws {
        let reader = try home.reader()
        let status = try Failure.environmental { try reader.status() }
        guard output.format == .text else { return try Output.value(status, as: output.format) }
        Output.line(StatusText.lines(status, now: Date()).joined(separator: "\n"))
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
