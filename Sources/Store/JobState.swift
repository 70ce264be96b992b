public import Frames
public import JobQueue
public import Records

/// Where a job stands in the ledger.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// Accepted, its ticket not yet with the queue.
    case queued
    /// Its ticket is with the queue: ready, claimed, or on its way back.
    case released
    /// Will be queued again when its delay is over.
    case waiting
    /// Ended with a result.
    case done
    /// A dead letter: ended without a result; kept with its story, and can be retried.
    case dead
    case cancelled
    /// A dead letter that somebody looked at and put away: neither counted nor listed among them.
    case purged

    /// Something can still happen to it by itself.
    public var isOpen: Bool { self == .queued || self == .released || self == .waiting }
}

/// How one attempt ended; together they are a job's story.
public struct AttemptEnding: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Its result was taken.
        case committed
        case crashed
        case timedOut = "timed_out"
        /// Its worker's process died.
        case workerDied = "worker_died"
        /// Its worker stopped renewing its lease.
        case leaseExpired = "lease_expired"
        /// Its worker gave it back untouched.
        case returned
        /// Its result did not survive.
        case spoiled
        /// Its media could not be fetched.
        case unfetched
        case cancelled
    }

    public var attempt: Int
    public var kind: Kind
    public var worker: String
    /// A sentence for people.
    public var detail: String
    /// RFC 3339.
    public var at: String

    public init(attempt: Int, kind: Kind, worker: String, detail: String, at: String) {
        self.attempt = attempt
        self.kind = kind
        self.worker = worker
        self.detail = detail
        self.at = at
    }
}

/// A job as the ledger knows it.
public struct LedgerJob: Sendable, Equatable {
    public var spec: JobSpec
    public var sequence: Int64
    public var state: JobState
    /// Attempts that are over: the fence. Only a result with a greater number is taken.
    public var attempts: Int
    /// Attempts that ended with a dead or stuck decoder. This is what a job is blamed for.
    public var crashes: Int
    /// Workers that died or stalled while they held it; not a blame by itself.
    public var losses: Int
    /// Those of `losses` during which it ran alone, after it had become suspect.
    public var soloLosses: Int
    /// Attempts in which its media could not be fetched, for reasons that may pass.
    public var fetchFailures: Int
    /// How long it waits, when it is `waiting`.
    public var delayMs: Int64
    public var outcome: Outcome?
    public var acceptedAt: String
    public var endedAt: String?

    public init(
        spec: JobSpec, sequence: Int64, state: JobState, attempts: Int, crashes: Int, losses: Int, soloLosses: Int,
        fetchFailures: Int = 0, delayMs: Int64, outcome: Outcome?, acceptedAt: String, endedAt: String?
    ) {
        self.spec = spec
        self.sequence = sequence
        self.state = state
        self.attempts = attempts
        self.crashes = crashes
        self.losses = losses
        self.soloLosses = soloLosses
        self.fetchFailures = fetchFailures
        self.delayMs = delayMs
        self.outcome = outcome
        self.acceptedAt = acceptedAt
        self.endedAt = endedAt
    }

    /// Whether an attempt of that number may still end it: the fence.
    public func awaits(_ attempt: Int) -> Bool { (state == .released || state == .queued) && attempt > attempts }

    /// What a worker gets. A job that its workers keep dying of is suspect, and runs alone like one
    /// whose decoder died twice.
    public var ticket: Ticket {
        Ticket(job: spec, sequence: sequence, attempts: attempts, crashes: isSuspect ? max(crashes, 2) : crashes)
    }

    /// Lost workers after which a job runs alone, so that it can be told from its neighbours.
    public static let lossesBeforeSuspicion = 3

    public var isSuspect: Bool { losses >= Self.lossesBeforeSuspicion }
    public var runsAlone: Bool { crashes >= 2 || isSuspect }
}
