import ArgumentParser
import JobQueue
import Records
import Store

struct LanesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lanes", abstract: "List, pause and resume the lanes of a home.",
        discussion: """
            A paused lane goes on accepting jobs and hands none out; what runs is finished.

            EXAMPLES
              moire lanes --home ./moire-home
              moire lanes pause --home ./moire-home backfill
              moire lanes resume --home ./moire-home backfill
            """,
        subcommands: [LanesList.self, LanesPause.self, LanesResume.self], defaultSubcommand: LanesList.self)
}

struct LanesList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lanes in falling priority.")

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    struct Line: Encodable {
        var lane: Lane
        var paused: Bool
        var queued: Int
        var released: Int
        var waiting: Int
    }

    mutating func run() throws {
        let reader = try home.reader()
        let (status, paused) = try Failure.environmental { (try reader.status(), try reader.pausedLanes()) }
        let lines = Lane.allCases.sorted().map { lane in
            func jobs(_ state: JobState) -> Int {
                status.depths.filter { $0.lane == lane && $0.state == state }.reduce(0) { $0 + $1.jobs }
            }
            return Line(
                lane: lane, paused: paused.contains(lane), queued: jobs(.queued), released: jobs(.released),
                waiting: jobs(.waiting))
        }
        guard output.format == .text else { return try Output.values(lines, as: output.format) }
        for line in lines {
            Output.line(
                "\(StatusText.pad(line.lane.rawValue, 9)) \(StatusText.pad(line.paused ? "paused" : "open", 7))"
                    + " \(line.queued) queued, \(line.released) with the workers, \(line.waiting) waiting")
        }
    }
}

struct LanesPause: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Hand out nothing more of a lane.")

    @OptionGroup var home: HomeOption
    @Argument(help: "live, lookup or backfill.") var lane: Lane

    mutating func run() throws {
        try InboxCommand.send([.pause(lane)], home: home, said: "pausing \(lane.rawValue) accepted")
    }
}

struct LanesResume: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Hand out a lane's jobs again.")

    @OptionGroup var home: HomeOption
    @Argument(help: "live, lookup or backfill.") var lane: Lane

    mutating func run() throws {
        try InboxCommand.send([.resume(lane)], home: home, said: "resuming \(lane.rawValue) accepted")
    }
}
