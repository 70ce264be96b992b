import ArgumentParser
import Fleet
import Foundation
import Records
import Store

struct BackfillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "An archive of any size: estimate, submit a little at a time, follow, report.",
        discussion: """
            First, --sample lines of the manifest are decoded, and what the whole will take is told. Then its lines \
            are submitted to the lane `backfill`, from which workers take only when nothing waits in the others, at \
            most --in-flight at a time, and followed to their ends. The workers are the home's (moire worker, moire \
            coordinator), or this command's own with --run-workers.

            Ended at any moment by anything, the same command goes on where it was. SIGTERM and SIGINT end it after \
            the batch at hand. A line that cannot be used ends it with 2 and is named; those before it are submitted, \
            and when it is mended the same command goes on with it; --skip-bad-lines counts and reports such lines \
            instead. Lines may be appended at any time. Lines that were submitted may not change: that is refused, \
            unless --restart, with which a line that is the same is still the same job.

            EXAMPLES
              moire backfill --home ./home --manifest all.jsonl --estimate-only --slots 200
              moire backfill --home ./home --manifest all.jsonl --rate 50 --window 22:00-06:00
              moire backfill --home ./home --manifest all.csv --run-workers --until 18:00
              moire backfill --home ./home --manifest all.jsonl --only-failed --reason deadline
              moire backfill --home ./home --manifest all.jsonl --report-only

            EXIT CODES
              0 done, or ended as it was told to
              1 some lines gave no result; each is named in the failures' file
              2 wrong usage, or a line that cannot be used
              3 the machine lacks something
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions
    @OptionGroup var rules: RulesOption

    @Option(
        help:
            "The archive (JSON Lines, or CSV with a header): path, creator, video_id, key, market, surface, published_at."
    )
    var manifest: String

    @Option(help: "What this backfill is called in HOME/backfills; the default is the manifest's name.")
    var name: String?

    @Option(help: "Whose jobs these are.")
    var tenant: String = "default"

    @Option(help: "Lines that are decoded for the estimate, 2 to 10000; 0 for no estimate.")
    var sample: Int = 20

    @Flag(help: "Print the estimate and end. Nothing is submitted, and the home need not exist.")
    var estimateOnly = false

    @Option(help: "Jobs of this backfill that are with the fleet at once.")
    var inFlight: Int = 5000

    @Option(help: "Jobs a second at most, for instance 50 or 0.5.")
    var rate: Double?

    @Option(help: "Hours in which jobs are submitted, local time, as 22:00-06:00; what is with the fleet goes on.")
    var window: String?

    @Option(help: "Submit no more from this time on, local time, as 18:00, and end.")
    var until: String?

    @Flag(help: "Count and report lines that cannot be used, and go on.")
    var skipBadLines = false

    @Flag(inversion: .prefixedNo, help: "Wait until the jobs have ended.")
    var follow = true

    @Flag(help: "Run a coordinator, a worker (with --slots) and a scorer as long as this lasts.")
    var runWorkers = false

    @Flag(help: "Submit no lines; try those again that ended without a result.")
    var onlyFailed = false

    @Option(help: "With --only-failed: only those that ended for this reason, as the report names it; repeatable.")
    var reason: [String] = []

    @Flag(help: "Forget how far earlier runs came, and begin with the first line.")
    var restart = false

    @Flag(help: "Submit nothing; report what became of what is submitted.")
    var reportOnly = false

    @Option(help: "Also write the report into this file, as JSON.")
    var report: String?

    @Option(help: "Where every failure goes, as JSON Lines; the default is HOME/backfills/NAME.failures.jsonl.")
    var failures: String?

    mutating func validate() throws {
        guard sample == 0 || (2...10_000).contains(sample) else {
            throw ValidationError("--sample takes 0, or 2 to 10000")
        }
        guard !estimateOnly || sample > 0 else { throw ValidationError("--estimate-only needs a --sample") }
        guard (1...10_000_000).contains(inFlight) else { throw ValidationError("--in-flight takes 1 to 10000000") }
        if let rate, !(rate > 0 && rate <= 1e6) { throw ValidationError("--rate takes jobs a second, above 0") }
        if let window, DayWindow(window) == nil { throw ValidationError("--window takes hours as 22:00-06:00") }
        if let until, DayWindow.minutes(until) == nil { throw ValidationError("--until takes a time as 18:00") }
        guard reason.isEmpty || onlyFailed else { throw ValidationError("--reason goes with --only-failed") }
        guard !(onlyFailed && restart) else { throw ValidationError("--restart forgets what --only-failed looks for") }
        guard !(reportOnly && (restart || onlyFailed || estimateOnly)) else {
            throw ValidationError("--report-only changes nothing; it goes with none of the others that do")
        }
    }

    private var options: Backfill.Options {
        var options = Backfill.Options(
            name: name ?? URL(fileURLWithPath: manifest).deletingPathExtension().lastPathComponent, manifest: manifest)
        options.tenant = tenant
        options.inFlight = inFlight
        options.rate = rate
        options.window = window.flatMap { DayWindow($0) }
        options.until = until.flatMap(DayWindow.minutes).flatMap {
            DayWindow.next(minute: $0, after: Date(), in: .current)
        }
        options.skipBadLines = skipBadLines
        options.follow = follow
        options.onlyFailed = onlyFailed
        options.reasons = Set(reason)
        options.restart = restart
        options.reportOnly = reportOnly
        return options
    }

    mutating func run() throws {
        let stop = try Failure.environmental { try StopRequest.onSignals() }
        let wanted = options
        let survey = try Self.refusing { try self.survey() }
        if estimateOnly { return try BackfillText.show(try estimate(survey, stop), as: output.format) }
        let loaded = try rules.load()
        let workers =
            runWorkers
            ? Backfill.Workers(
                slots: decoding.slots, deadlineSeconds: decoding.deadline, allowUnsandboxed: decoding.allowUnsandboxed,
                fetching: decoding.urls.arguments, rulesPath: rules.rules.map { MediaFiles.absolute($0) },
                rules: loaded, executable: Program.path) : nil
        let backfill = try Self.refusing {
            try Backfill(home: home.open(), options: wanted, survey: survey, workers: workers)
        }
        if reportOnly { return try end(backfill, survey, nil) }
        var made: BackfillEstimate?
        if sample > 0, !onlyFailed, backfill.estimate == nil {
            made = try estimate(survey, stop)
            if let made { BackfillText.note(made) }
        }
        var bar = ProgressBar(total: survey.records, label: "moire backfill")
        var total = survey.records
        let ending = try Self.refusing {
            try backfill.run(survey, estimate: made, stop: stop) { now in
                if now.total != total {
                    total = now.total
                    bar = ProgressBar(total: total, label: "moire backfill")
                }
                bar.show(done: now.ended, note: BackfillText.note(now))
            }
        }
        bar.finish()
        // Whoever asks a process to end does not wait until millions of jobs are asked after.
        guard ending != .stopped else {
            return Output.note(
                "moire: stopped as asked after \(backfill.submitted) of \(survey.records) lines; the same command goes on"
            )
        }
        try end(backfill, survey, ending)
    }

    private func survey() throws -> ManifestSurvey {
        var bar = ProgressBar(total: 100, label: "reading the manifest")
        defer { bar.finish() }
        return try ManifestSurvey(of: manifest, sample: reportOnly || onlyFailed ? 0 : sample) { share in
            bar.show(done: min(99, Int(share * 100)))
        }
    }

    private func estimate(_ survey: ManifestSurvey, _ stop: StopRequest) throws -> BackfillEstimate {
        let decoder = try decoding.service()
        let pace = BackfillEstimate.Pace(
            slots: decoding.slots, rate: rate, window: window.flatMap { DayWindow($0) },
            processors: runWorkers ? ProcessInfo.processInfo.activeProcessorCount : nil)
        let bar = SharedBar(ProgressBar(total: min(sample, survey.records), label: "decoding a sample"))
        defer { bar.finish() }
        return try Failure.environmental {
            try BackfillEstimate(from: survey, decoder: decoder, indexPath: home.open().index, pace: pace, stop: stop) {
                bar.show(done: $0)
            }
        }
    }

    private func end(_ backfill: Backfill, _ survey: ManifestSurvey, _ ending: BackfillReport.Ending?) throws {
        let told = try Failure.environmental { try backfill.report(survey, failuresPath: failures) }
        if let report {
            try Failure.environmental {
                try CanonicalJSON.encode(told).write(to: URL(fileURLWithPath: report), options: .atomic)
            }
        }
        if output.format == .text {
            Output.line(BackfillText.report(told))
        } else {
            try Output.value(told, as: output.format)
        }
        switch ending {
        case .badLine(let error):
            throw Failure(
                .usage,
                "\(error); the \(told.submitted) lines before it are submitted. Mend it and run the same command again, or "
                    + "go on with --skip-bad-lines")
        case .until: Output.note("moire: it is \(until ?? ""); the same command goes on where this ended")
        case .finished, .submitted, .stopped, nil: break
        }
        if told.failed > 0 {
            throw Failure(.inputs, "\(told.failed) lines without a result are named in \(told.failuresPath)")
        }
    }

    /// What the person asked for and cannot have is usage; everything else is the environment's.
    private static func refusing<Value>(_ body: () throws -> Value) throws -> Value {
        try Failure.environmental {
            do { return try body() } catch let refusal as BackfillRefusal {
                throw Failure(.usage, "\(refusal)")
            } catch let error as IntakeError {
                throw Failure(.usage, "\(error)")
            }
        }
    }
}
