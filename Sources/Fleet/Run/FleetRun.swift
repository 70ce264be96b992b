internal import Foundation
public import Frames
internal import JobQueue
public import Records
public import Scoring
public import Store

/// The main job in one go: submits, keeps a coordinator, a worker and a scorer running until every job
/// has ended and every event is folded, then ends them.
///
/// All state is in the home. A run that is ended at any moment, by any signal, is continued by the next
/// one: accepted jobs stay accepted, and submitting them again changes nothing.
public final class FleetRun {
    public struct Progress: Sendable {
        public var done: Int
        public var total: Int
        public var note: String
    }

    public struct Summary: Sendable {
        public struct Failure: Sendable, Codable {
            public var path: String
            public var outcome: Outcome
        }

        public var jobs = 0
        public var complete = 0
        public var partial = 0
        public var failures: [Failure] = []
        /// Times a process of the fleet had to be started again.
        public var restarts = 0

        public var failed: Int { failures.count }
    }

    private let home: Home
    private let jobs: [JobSpec]
    private let rules: ScoringRules
    private var opened: StoreReader?
    private let children: FleetChildren

    /// Seconds between looks at the store.
    static let pollSeconds = 0.1
    /// Seconds a process is given to end by itself.
    static let graceSeconds = 5.0

    /// - Parameter fetching: the worker's arguments that say where media may be fetched from.
    /// - Parameter executable: the `moire` program whose subcommands are the fleet's processes.
    /// - Parameter metricsFolder: receives a file of Prometheus metrics of each process; nil for none.
    public init(
        home: Home, jobs: [JobSpec], slots: Int, deadlineSeconds: Double, allowUnsandboxed: Bool,
        fetching: [String] = [], rulesPath: String?, rules: ScoringRules, executable: String,
        metricsFolder: String? = nil
    ) {
        self.home = home
        self.jobs = jobs
        self.rules = rules
        children = FleetChildren(
            home: home, slots: slots, deadlineSeconds: deadlineSeconds, graceSeconds: 3,
            allowUnsandboxed: allowUnsandboxed, fetching: fetching, rulesPath: rulesPath, executable: executable,
            metricsFolder: metricsFolder)
    }

    /// - Parameter progress: called about ten times a second.
    /// - Throws: when the home cannot be used; its sentence says what to do.
    public func run(progress: (Progress) -> Void) throws -> Summary {
        try home.prepare()
        try home.openQueue().submit(jobs)
        do {
            defer { children.stop(grace: Self.graceSeconds) }
            try waitUntilEnded(progress)
        }
        // Folded here as well, so that the profiles are whole whenever the scorer's process ended.
        try FleetChange.fold(home, rules: rules)
        return try summary(try StoreReader(home: home))
    }

    private func waitUntilEnded(_ progress: (Progress) -> Void) throws {
        // In order of submission, which is about the order in which they end.
        var open = jobs.map(\.id)
        while true {
            try children.keepAlive()
            if let reader = try openedReader() {
                let looked = try reader.standings(of: Array(open.prefix(StoreReader.standingsMax)))
                let ended = Set(looked.filter { !$0.state.isOpen }.map(\.id))
                open.removeAll { ended.contains($0) }
                if open.isEmpty, try reader.status().fingerprintsToIndex == 0 { return }
            }
            progress(Progress(done: jobs.count - open.count, total: jobs.count, note: children.note))
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    /// Nil while the coordinator is still making the store.
    private func openedReader() throws -> StoreReader? {
        guard opened == nil, home.hasStore else { return opened }
        do {
            opened = try StoreReader(home: home)
        } catch {
            guard error.code == .missing || error.code == .busy else { throw error }
        }
        return opened
    }

    private func summary(_ reader: StoreReader) throws -> Summary {
        var summary = Summary()
        summary.jobs = jobs.count
        summary.restarts = children.restarts
        for id in jobs.map(\.id) {
            guard let job = try reader.job(id) else { continue }
            switch job.outcome?.kind {
            case .complete: summary.complete += 1
            case .partial: summary.partial += 1
            default:
                let outcome =
                    job.outcome
                    ?? Outcome(.refused, reason: job.state.rawValue, sentence: "The job was \(job.state.rawValue).")
                summary.failures.append(.init(path: job.spec.path, outcome: outcome))
            }
        }
        return summary
    }
}
