import ArgumentParser
import Fleet
import Foundation
import Frames
import Records
import Report
import Scoring
import Store

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The main job: submit, run the fleet until it is drained, show the creators.",
        discussion: """
            A folder is searched for media; the folder a file lies in names its creator unless a manifest says
            otherwise. Ended at any moment and started again, it goes on where it was.

            EXAMPLES
              moire run --home ./moire-home uploads/
              moire run --home ./moire-home --manifest uploads.jsonl --slots 8
              moire run --home ./moire-home --metrics-folder /var/lib/node_exporter uploads/
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(help: "A manifest (JSON Lines or CSV): path, creator, video_id, market, surface, published_at.")
    var manifest: String?

    @OptionGroup var rules: RulesOption

    @Option(
        help: "Write each process's Prometheus metrics into this folder: coordinator.prom, worker.prom, scorer.prom.")
    var metricsFolder: String?

    @Flag(inversion: .prefixedNo, help: "Write HOME/report.html at the end.")
    var report = true

    @Argument(help: "Files, folders to search, or http(s) URLs.")
    var files: [String] = []

    mutating func validate() throws {
        guard !files.isEmpty || manifest != nil else { throw ValidationError("name files or folders, or a --manifest") }
    }

    mutating func run() throws {
        let jobs = try JobArguments.jobs(files: files, manifest: manifest, lane: .live)
        let home = home.open()
        let loaded = try rules.load()
        if let metricsFolder { try Inputs.makeFolder(metricsFolder) }
        let fleet = FleetRun(
            home: home, jobs: jobs, slots: decoding.slots, deadlineSeconds: decoding.deadline,
            allowUnsandboxed: decoding.allowUnsandboxed, fetching: decoding.urls.arguments,
            rulesPath: rules.rules.map { MediaFiles.absolute($0) },
            rules: loaded, executable: Program.path, metricsFolder: metricsFolder.map { MediaFiles.absolute($0) })
        let decoder = try decoding.service(beside: home.root)
        try Failure.environmental { _ = try decoder.describe() }
        var bar = ProgressBar(total: jobs.count, label: "moire run")
        let summary = try Failure.environmental {
            try fleet.run { bar.show(done: $0.done, note: $0.note) }
        }
        bar.finish()
        if report {
            try Failure.environmental {
                try FleetReport(home: home, decoder: decoder, rules: loaded, slots: decoding.slots).write()
            }
        }
        try show(home, summary)
        if summary.failed > 0 { throw Failure(.inputs) }
    }

    private func show(_ home: Home, _ summary: FleetRun.Summary) throws {
        let profiles = try Failure.environmental { try ProfileStore(reading: home).all() }
        let decoded = try Failure.environmental {
            try profiles.map { try CanonicalJSON.decode(CreatorProfile.self, from: Data($0.profile.utf8)) }
        }
        guard output.format == .text else {
            for failure in summary.failures {
                Output.note("moire: \(failure.path): \(failure.outcome.reason): \(failure.outcome.sentence)")
            }
            return try Output.values(decoded, as: output.format)
        }
        Output.line(CreatorTable.text(decoded))
        Output.line(
            "\(summary.complete + summary.partial) of \(summary.jobs) videos measured"
                + (summary.partial > 0 ? ", \(summary.partial) of them up to where they break off" : "")
                + (summary.failed > 0 ? "; without a result:" : ""))
        for failure in summary.failures {
            Output.line("  \(failure.path)  \(failure.outcome.reason): \(failure.outcome.sentence)")
        }
        if report { Output.line("report: \(home.report)") }
    }
}

enum JobArguments {
    static func jobs(
        files: [String], manifest: String?, lane: Lane, tenant: String = "default", keyBy: JobKey = .file
    ) throws -> [JobSpec] {
        var jobs: [JobSpec] = []
        if let manifest {
            do {
                jobs += Submission.jobs(
                    of: try Manifest(at: manifest), lane: lane, tenant: tenant, keyBy: keyBy)
            } catch {
                throw Failure(.usage, "\(error)")
            }
        }
        if !files.isEmpty {
            jobs += Submission.jobs(of: try Inputs.media(files).files, lane: lane, tenant: tenant, keyBy: keyBy)
        }
        return try unique(jobs)
    }

    /// A file named twice is one job; named twice with different facts it is a mistake.
    private static func unique(_ jobs: [JobSpec]) throws -> [JobSpec] {
        var known: [String: JobSpec] = [:]
        var kept: [JobSpec] = []
        for job in jobs {
            if let first = known[job.id] {
                // A manifest comes first and knows better than a folder's name, or a URL that was named alone.
                let isFromFolder = job.video.publishedPrecision == .fileTime || job.video.publishedAt == nil
                guard first.video == job.video || isFromFolder else {
                    throw Failure(
                        .usage,
                        "\(job.path) is named twice with different facts (\(first.video.videoID), \(job.video.videoID))"
                    )
                }
            } else {
                known[job.id] = job
                kept.append(job)
            }
        }
        return kept
    }
}
