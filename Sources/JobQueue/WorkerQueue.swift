public import Records

/// The queue as a worker sees it: claim, keep the lease alive, hand in.
///
/// One value belongs to one worker process and may be used from several of its threads.
public protocol WorkerQueue: Sendable {
    /// This worker's name in leases and results; unique among living workers.
    var worker: String { get }

    /// Takes the next due job, or nil when there is none. The attempt is counted, durably, before
    /// this returns. Renews the leases as well.
    func claim() throws(QueueError) -> Claim?

    /// Renews the leases of everything this worker holds. Called by the supervisor, on time, whatever
    /// the decode child is doing.
    func renew() throws(QueueError)

    /// Makes the result durable, then lets the claim go.
    func finish(_ claim: Claim, with result: JobResult) throws(QueueError)

    /// Gives the job back untouched, due at once; for a worker that drains.
    func abandon(_ claim: Claim) throws(QueueError)
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
