public import Foundation
public import Scoring

extension Backfill {
    public struct Options: Sendable {
        /// Of the files in `HOME/backfills`.
        public var name: String
        public var manifest: String
        public var tenant = "default"
        /// Jobs of this backfill that are with the fleet at once.
        public var inFlight = 5000
        /// Jobs a second at most; nil for as many as are taken.
        public var rate: Double?
        /// Hours of the day in which jobs are submitted; nil for all.
        public var window: DayWindow?
        /// When to submit no more and end; nil for when it is done.
        public var until: Date?
        public var skipBadLines = false
        /// Wait for the jobs to end, not only for the last line to be accepted.
        public var follow = true
        /// Retry dead letters instead of submitting lines.
        public var onlyFailed = false
        /// Retry only those that ended for one of these reasons; all when empty.
        public var reasons: Set<String> = []
        /// Forget how far earlier runs came.
        public var restart = false
        /// Only `report` will be called, perhaps while another process runs this backfill.
        public var reportOnly = false

        public init(name: String, manifest: String) {
            self.name = name
            self.manifest = manifest
        }
    }

    public struct Progress: Sendable {
        /// Lines whose jobs have ended, and those that cannot be used; with `onlyFailed`, retried jobs that have.
        public var ended = 0
        /// Of those, without a result.
        public var failed = 0
        public var open = 0
        public var total = 0
        /// Jobs that ended in a second, over the last minute.
        public var perSecond = 0.0
        public var note = ""
    }

    /// Processes of a fleet that this one keeps, for an archive on one machine.
    public struct Workers: Sendable {
        public var slots: Int
        public var deadlineSeconds: Double
        public var allowUnsandboxed: Bool
        /// The worker's arguments that say where media may be fetched from.
        public var fetching: [String]
        /// The file that `rules` were read from; nil for the built-in ones.
        public var rulesPath: String?
        public var rules: ScoringRules
        /// The `moire` program whose subcommands are the fleet's processes.
        public var executable: String

        public init(
            slots: Int, deadlineSeconds: Double, allowUnsandboxed: Bool, fetching: [String] = [], rulesPath: String?,
            rules: ScoringRules, executable: String
        ) {
            self.slots = slots
            self.deadlineSeconds = deadlineSeconds
            self.allowUnsandboxed = allowUnsandboxed
            self.fetching = fetching
            self.rulesPath = rulesPath
            self.rules = rules
            self.executable = executable
        }
    }
}
