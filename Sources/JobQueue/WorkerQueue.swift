public import Records

/// The queue as a worker sees it: claim, keep the lease alive, hand in.
///
/// One value belongs to one worker process and may be used from several of its threads.
public protocol WorkerQueue: Sendable {
    /// This worker's name in leases and results; unique among living workers.
    var worker: String { get }

    /// Takes the next jobs, as many as there are and no more than `limit`, in the order of the schedule. Their
    /// attempts are counted before this returns, for everybody who looks; a power cut may take that back, and the
    /// ledger then takes one result of that number. Renews the leases as well, when there was a job.
    func claim(upTo limit: Int) throws(QueueError) -> [Claim]

    /// Renews the leases of everything this worker holds. Called by the supervisor, on time, whatever
    /// the decode child is doing.
    ///
    /// - Parameter progress: of every attempt that runs; takes the place of what was told before.
    func renew(_ progress: [AttemptProgress]) throws(QueueError)

    /// Makes results durable, then lets their claims go.
    func finish(_ results: [FinishedClaim]) throws(QueueError)

    /// Gives the job back untouched, due at once; for a worker that drains.
    func abandon(_ claim: Claim) throws(QueueError)

    /// Gives back what is held, and goes; nothing else can be asked afterwards.
    func leave() throws(QueueError)

    /// Seconds between two looks that find nothing.
    var idleSeconds: Double { get }

    /// From now on calls `wake`, on a thread of the queue's, when there may be a job. Engines that cannot tell
    /// never call it, and have the shorter `idleSeconds`.
    func watch(_ wake: @escaping @Sendable () -> Void)
}

extension WorkerQueue {
    public func renew() throws(QueueError) { try renew([]) }

    public func claim() throws(QueueError) -> Claim? { try claim(upTo: 1).first }

    public func finish(_ claim: Claim, with result: JobResult) throws(QueueError) {
        try finish([FinishedClaim(claim: claim, result: result)])
    }

    public func watch(_ wake: @escaping @Sendable () -> Void) {}
}

/// A claim with what came of it.
public struct FinishedClaim: Sendable, Equatable {
    public var claim: Claim
    public var result: JobResult

    public init(claim: Claim, result: JobResult) {
        self.claim = claim
        self.result = result
    }

    /// - Throws: `unsupported` when the result is of another job or attempt.
    func check() throws(QueueError) {
        guard result.jobID == claim.job.id, result.attempt == claim.attempt else {
            throw QueueError(
                .unsupported, operation: "finish", subject: claim.token,
                advice: "the result is of job \(result.jobID), attempt \(result.attempt)")
        }
    }
}

/// The right to run one attempt of one job.
public struct Claim: Sendable, Equatable {
    public var job: JobSpec
    /// 1 for the first attempt. This is the fence that the result must carry.
    public var attempt: Int
    /// Order of acceptance.
    public var sequence: Int64
    /// Earlier attempts that ended with a dead decoder or worker; such jobs run alone.
    public var crashes: Int
    /// The engine's own name for it.
    public var token: String

    public init(job: JobSpec, attempt: Int, sequence: Int64, crashes: Int, token: String) {
        self.job = job
        self.attempt = attempt
        self.sequence = sequence
        self.crashes = crashes
        self.token = token
    }
}
