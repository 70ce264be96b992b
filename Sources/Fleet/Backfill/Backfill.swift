internal import Foundation
internal import JobQueue
internal import Records
internal import Scoring
public import Store

/// Submits an archive's manifest to a fleet, a bounded number of jobs at a time, and follows the jobs to their ends.
///
/// Everything goes to the lane `backfill`, which workers take from only when nothing waits in the others. Memory grows with
/// `inFlight` alone. A run that is ended at any moment, by any signal, is continued by the next one.
public final class Backfill {
    /// Seconds between looks at the ledger.
    static let lookSeconds = 0.2
    /// Seconds that jobs which run get to finish when this ends and the workers are its own.
    static let graceSeconds = 30.0
    /// Jobs of one inbox file: one fsync.
    static let batchMax = 1000
    /// Seconds without an ended job after which the fleet is asked after.
    static let quietSeconds = 120.0

    let home: Home
    let options: Options
    let files: BackfillFiles
    let ledger: BackfillHome
    var list: BackfillJobs?
    var cursor: BackfillCursor
    private let children: FleetChildren?
    private let workers: Workers?
    /// Nil where nothing is changed.
    private let lock: LockFile?

    /// Opens the backfill, or begins it.
    ///
    /// - Parameter survey: of the manifest as it is now.
    /// - Throws: `BackfillRefusal` for what does not fit an earlier run; otherwise what the machine lacks.
    public init(home: Home, options: Options, survey: ManifestSurvey, workers: Workers? = nil) throws {
        guard BackfillFiles.isName(options.name) else {
            throw BackfillRefusal(
                "\(options.name) is no name for a backfill; it takes letters, digits, dots, hyphens and underscores")
        }
        self.home = home
        self.options = options
        files = BackfillFiles(home: home, name: options.name)
        ledger = BackfillHome(home)
        if options.reportOnly || options.onlyFailed, try files.read() == nil {
            throw BackfillRefusal(
                "\(home.name) knows no backfill called \(options.name); check --home, and --name or the manifest's name"
            )
        }
        if options.reportOnly {
            lock = nil
        } else {
            try files.prepare()
            lock = try files.lock()
        }
        if options.restart { try files.forget() }
        let manifest = MediaFiles.absolute(options.manifest)
        let known = try files.read()
        if let known, known.tenant != options.tenant {
            throw BackfillRefusal(
                "the backfill \(options.name) is for the tenant \(known.tenant); give it another --name")
        }
        cursor =
            known
            ?? BackfillCursor(
                manifest: manifest, manifestDigest: survey.digest, digest: "", tenant: options.tenant,
                startedAt: Date().formatted(.iso8601))
        if cursor.manifest != manifest, cursor.manifestDigest != survey.digest {
            throw BackfillRefusal(
                "the backfill \(options.name) is of \(cursor.manifest), which is another manifest; give this one another "
                    + "--name, or begin anew with --restart")
        }
        if cursor.manifestDigest != survey.digest { cursor.estimate = nil }
        cursor.manifest = manifest
        cursor.manifestDigest = survey.digest
        self.workers = workers
        children = workers.map {
            FleetChildren(
                home: home, slots: $0.slots, deadlineSeconds: $0.deadlineSeconds, graceSeconds: Self.graceSeconds,
                allowUnsandboxed: $0.allowUnsandboxed, fetching: $0.fetching, rulesPath: $0.rulesPath,
                executable: $0.executable)
        }
    }

    /// Lines of earlier runs.
    public var submitted: Int { cursor.jobs }
    /// Made by an earlier run of the same manifest.
    public var estimate: BackfillEstimate? { cursor.estimate }

    /// - Parameter survey: the manifest that was given at the start.
    /// - Parameter progress: called about five times a second.
    public func run(
        _ survey: ManifestSurvey, estimate: BackfillEstimate?, stop: StopRequest, progress: (Progress) -> Void
    ) throws -> BackfillReport.Ending {
        cursor.estimate = estimate ?? cursor.estimate
        let list = try BackfillJobs(at: files.jobs, count: cursor.jobs)
        self.list = list
        var open = OpenJobs()
        var now = Progress()
        let source = try source(survey, list, &open, &now)
        let ending = try {
            defer { children?.stop(grace: Self.graceSeconds + 5) }
            return try drive(source, &open, &now, stop, progress)
        }()
        // Folded here as well, so that the profiles are whole whenever the scorer's process ended.
        if let workers, ending == .finished { try FleetChange.fold(home, rules: workers.rules) }
        return ending
    }

    private func source(
        _ survey: ManifestSurvey, _ list: BackfillJobs, _ open: inout OpenJobs, _ now: inout Progress
    ) throws -> any BackfillSource {
        if options.onlyFailed {
            try forEachStanding { entry, standing in
                if let standing, RetrySource.isWanted(standing, options.reasons) { now.total += 1 }
            }
            return RetrySource(list, ledger: ledger, reasons: options.reasons)
        }
        let source = try ManifestSource(cursor, files: files, list: list, skipBadLines: options.skipBadLines)
        try forEachStanding { entry, standing in
            if let standing, !standing.state.isOpen {
                now.ended += 1
                if standing.state != .done { now.failed += 1 }
            } else {
                open.add(entry.job)
            }
        }
        now.total = survey.records
        now.ended += cursor.badLines
        now.failed += cursor.badLines
        try files.write(cursor)
        return source
    }

    private func drive(
        _ source: any BackfillSource, _ open: inout OpenJobs, _ now: inout Progress, _ stop: StopRequest,
        _ progress: (Progress) -> Void
    ) throws -> BackfillReport.Ending {
        let started = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - started) / .seconds(1) }
        var cap = options.rate.map { RateCap(rate: $0, at: 0) }
        var pace = EndRate()
        var isExhausted = false
        var lookedAt = -Self.lookSeconds
        while true {
            if stop.isRequested { return .stopped }
            if let until = options.until, Date() >= until { return .until }
            let maySubmit = options.window?.contains(Date(), in: .current) ?? true
            if seconds() - lookedAt >= Self.lookSeconds {
                lookedAt = seconds()
                try children?.keepAlive()
                let ended = try open.look(ledger)
                now.ended += ended.count
                now.failed += ended.filter { $0.state != .done }.count
                now.open = open.count
                pace.note(ended.count, at: lookedAt)
                now.perSecond = pace.perSecond(at: lookedAt)
                now.note = note(maySubmit, isExhausted, quiet: open.count > 0 ? pace.quietSeconds(at: lookedAt) : 0)
                progress(now)
            }
            if isExhausted, try hasEnded(open) { return options.follow ? .finished : .submitted }
            var room = isExhausted || !maySubmit ? 0 : min(Self.batchMax, options.inFlight - open.count)
            if room > 0, var bucket = cap {
                room = bucket.take(room, at: seconds())
                cap = bucket
            }
            guard room > 0 else {
                _ = stop.wait(seconds: Self.lookSeconds / 4)
                continue
            }
            let batch = try source.next(limit: room)
            cap?.giveBack(room - (batch?.messages.count ?? 0))
            guard let batch else {
                isExhausted = true
                continue
            }
            try ledger.submit(batch.messages)
            try source.accepted()
            if let source = source as? ManifestSource {
                now.ended += source.cursor.badLines - cursor.badLines
                now.failed += source.cursor.badLines - cursor.badLines
                cursor = source.cursor
            }
            for job in batch.jobs { open.add(job.number, attempts: job.attempts) }
            if let trouble = batch.trouble { return .badLine(trouble) }
        }
    }

    private func hasEnded(_ open: OpenJobs) throws -> Bool {
        guard options.follow else { return true }
        guard open.count == 0 else { return false }
        // With the fleet being ours, what it found is to be matched before it is ended.
        guard children != nil else { return true }
        return try ledger.ask { try $0.status().fingerprintsToIndex == 0 } ?? true
    }

    private func note(_ isOpen: Bool, _ isExhausted: Bool, quiet: Double) -> String {
        var words: [String] = []
        if !isOpen, !isExhausted, let window = options.window { words.append("submits again at \(window.opening)") }
        if quiet > Self.quietSeconds {
            words.append(
                "nothing has ended for \(Int(quiet / 60)) min: do a coordinator and a worker run for this home?")
        }
        if let children, !children.note.isEmpty { words.append(children.note) }
        return words.joined(separator: ", ")
    }

    /// Goes through the submitted jobs in the manifest's order, in pages.
    func forEachStanding(_ body: (BackfillJobs.Entry, JobStanding?) throws -> Void) throws {
        guard let list else { return }
        var place = 0
        while case let page = try list.page(from: place, limit: StoreReader.standingsMax), !page.isEmpty {
            let known = try ledger.standings(of: page.lazy.map(\.job))
            for entry in page { try body(entry, known[entry.job]) }
            place += page.count
        }
    }
}
