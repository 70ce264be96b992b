public import ArgumentParser
import Fleet
import Foundation
import JobQueue
public import Records
import Store

extension Lane: ExpressibleByArgument {}

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Accept files into a home's queue; prints a job id each.",
        discussion: """
            A job is accepted, durably, once its id is printed. Submitting the same file again gives the same id and
            does nothing more.

            EXAMPLES
              moire submit --home ./moire-home uploads/
              moire submit --home ./moire-home --manifest uploads.jsonl --lane backfill
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    @Option(help: "A manifest (JSON Lines or CSV): path, creator, video_id, key, market, surface, published_at.")
    var manifest: String?

    @Option(help: "live, lookup or backfill.")
    var lane: Lane = .live

    @Option(help: "Whose jobs these are.")
    var tenant: String = "default"

    @Argument(help: "Files, or folders to search.")
    var files: [String] = []

    mutating func validate() throws {
        guard !files.isEmpty || manifest != nil else { throw ValidationError("name files or folders, or a --manifest") }
    }

    struct Line: Encodable {
        var job_id: String
        var video_id: String
        var path: String
    }

    mutating func run() throws {
        let jobs = try JobArguments.jobs(files: files, manifest: manifest, lane: lane, tenant: tenant)
        let home = home.open()
        try Failure.environmental {
            try home.prepare()
            try home.openQueue().submit(jobs)
        }
        let lines = jobs.map { Line(job_id: $0.id, video_id: $0.video.videoID, path: $0.path) }
        guard output.format == .text else { return try Output.values(lines, as: output.format) }
        for line in lines { Output.line("\(line.job_id)  \(line.video_id)") }
    }
}
