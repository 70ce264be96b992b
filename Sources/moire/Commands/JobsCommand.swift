public import ArgumentParser
import Fleet
import Foundation
import Frames
import JobQueue
import Records
public import Store

struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Inspect, retry, cancel and put away jobs.",
        discussion: """
            EXAMPLES
              moire jobs list --home ./moire-home --state dead
              moire jobs show --home ./moire-home 3f2a…
              moire jobs retry --home ./moire-home 3f2a…
              moire jobs retry --home ./moire-home --dead --reason deadline
              moire jobs purge --home ./moire-home --dead --reason unknown_format
            """,
        subcommands: [JobsList.self, JobsShow.self, JobsRetry.self, JobsCancel.self, JobsPurge.self],
        defaultSubcommand: JobsList.self)
}

extension JobState: ExpressibleByArgument {}

/// One job, as printed.
struct JobLine: Encodable {
    var id: String
    var sequence: Int64
    var state: JobState
    var lane: Lane
    var videoID: String
    var creator: String?
    var path: String
    var attempts: Int
    var crashes: Int
    var outcome: Outcome?
    var acceptedAt: String
    var endedAt: String?
    var story: [AttemptEnding]?

    enum CodingKeys: String, CodingKey {
        case id, sequence, state, lane, videoID = "video_id", creator, path, attempts, crashes, outcome
        case acceptedAt = "accepted_at", endedAt = "ended_at", story
    }

    init(_ job: LedgerJob, story: [AttemptEnding]? = nil) {
        id = job.spec.id
        sequence = job.sequence
        state = job.state
        lane = job.spec.lane
        videoID = job.spec.video.videoID
        creator = job.spec.video.creator
        path = job.spec.path
        attempts = job.attempts
        crashes = job.crashes
        outcome = job.outcome
        acceptedAt = job.acceptedAt
        endedAt = job.endedAt
        self.story = story
    }
}

struct JobsList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Jobs in order of acceptance.")

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    @Option(help: "Only jobs in this state: queued, released, waiting, done, dead, cancelled, purged; repeatable.")
    var state: [JobState] = []

    @Option(help: "At most this many.")
    var limit: Int = 1000

    mutating func run() throws {
        let reader = try home.reader()
        let jobs = try Failure.environmental { try reader.jobs(Set(state), limit: limit) }
        guard output.format == .text else { return try Output.values(jobs.map { JobLine($0) }, as: output.format) }
        for job in jobs {
            let end = job.outcome.map { "\($0.kind.rawValue) (\($0.reason))" } ?? ""
            Output.line("\(job.spec.id)  \(StatusText.pad(job.state.rawValue, 9))  \(job.spec.video.videoID)  \(end)")
        }
    }
}

struct JobsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One job with the story of its attempts.")

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption
    @Argument(help: "The job's id.") var id: String

    mutating func run() throws {
        let reader = try home.reader()
        let found = try Failure.environmental { try reader.job(id).map { ($0, try reader.story(ofJob: id)) } }
        guard let (job, story) = found else { throw Failure(.inputs, "there is no job \(id)") }
        guard output.format == .text else { return try Output.value(JobLine(job, story: story), as: output.format) }
        Output.line("\(job.spec.id)  \(job.state.rawValue)")
        Output.line("  video     \(job.spec.video.videoID)")
        Output.line("  file      \(job.spec.path)")
        Output.line("  lane      \(job.spec.lane.rawValue), accepted \(job.acceptedAt) as number \(job.sequence)")
        if let outcome = job.outcome {
            Output.line("  outcome   \(outcome.kind.rawValue) (\(outcome.reason)): \(outcome.sentence)")
        }
        for ending in story {
            Output.line(
                "  attempt \(ending.attempt)  \(ending.kind.rawValue) at \(ending.at) on \(ending.worker)  \(ending.detail)"
            )
        }
    }
}
