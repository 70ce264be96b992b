public import ArgumentParser
public import Fleet
import Foundation
import JobQueue
public import Records
import Store

extension Lane: ExpressibleByArgument {}
extension JobKey: ExpressibleByArgument {}

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Accept files into a home's queue; prints a job id each.",
        discussion: """
            A job is accepted, durably, once its id is printed. Submitting the same file again gives the same id and
            does nothing more. A URL is fetched by the worker that takes its job, and is the same job by its text.

            EXAMPLES
              moire submit --home ./moire-home uploads/
              moire submit --home ./moire-home https://media.example/uploads/clip.mp4
              moire submit --home ./moire-home --manifest uploads.jsonl --lane backfill
              moire submit --home postgres://moire@db.internal/moire --tenant shop-id --delay 600 uploads/
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    @Option(help: "A manifest (JSON Lines or CSV): path, creator, video_id, key, market, surface, published_at.")
    var manifest: String?

    @Option(help: "live, lookup or backfill.")
    var lane: Lane = .live

    @Option(help: "Whose jobs these are.")
    var tenant: String = "default"

    @Option(help: "Seconds before which they are not begun.")
    var delay: Double = 0

    @Option(
        help: """
            What makes a file the same job: its path, size and time of change (file), or its bytes wherever it lies \
            (content). A manifest's own keys go before either.
            """)
    var keyBy: JobKey = .file

    @Argument(help: "Files, folders to search, or http(s) URLs.")
    var files: [String] = []

    mutating func validate() throws {
        guard (0...31_536_000).contains(delay) else { throw ValidationError("--delay takes 0 seconds to a year") }
        guard !files.isEmpty || manifest != nil else { throw ValidationError("name files or folders, or a --manifest") }
    }

    struct Line: Encodable {
        var job_id: String
        var video_id: String
        var path: String
    }

    mutating func run() throws {
        let jobs = try JobArguments.jobs(
            files: files, manifest: manifest, lane: lane, tenant: tenant, keyBy: keyBy)
        let messages = jobs.map { job in
            delay > 0 ? InboxMessage.later(job, delayMs: Int64(delay * 1000)) : .job(job)
        }
        let home = home.open()
        try Failure.environmental {
            try home.prepare()
            try home.openQueue().submit(messages)
        }
        let lines = jobs.map { Line(job_id: $0.id, video_id: $0.video.videoID, path: $0.path) }
        guard output.format == .text else { return try Output.values(lines, as: output.format) }
        for line in lines { Output.line("\(line.job_id)  \(line.video_id)") }
    }
}
