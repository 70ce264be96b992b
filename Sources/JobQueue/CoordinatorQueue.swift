public import Records

/// The queue as the coordinator sees it. The coordinator owns the ledger; the queue only carries
/// messages in, tickets out, and results back. A job's ticket moves in one direction,
///
///     released → claimed → result or returned → (coordinator) → released again, or gone
///
/// and only the coordinator puts a ticket at the start of that path. So one look along the path in
/// that order sees every job that is on it, whatever the workers do meanwhile.
public protocol CoordinatorQueue: Sendable {
    /// The oldest accepted batches, at least one when there is any, and no more once they hold `limit`
    /// messages; they stay until `discard`.
    func inbox(limit: Int) throws(QueueError) -> [InboxBatch]
    func discard(_ batches: [InboxBatch]) throws(QueueError)

    /// Makes jobs claimable, those of a lower rank first. Releasing the same ticket twice before it is claimed
    /// is once, with the first one's rank.
    func release(_ tickets: [Ticket]) throws(QueueError)
    /// Takes a ticket back that nobody has claimed; false when somebody has.
    func withdraw(_ ticket: Ticket) throws(QueueError) -> Bool

    /// What is claimable in a lane.
    func front(of lane: Lane) throws(QueueError) -> LaneFront
    /// Puts the first claimable ticket of a lower lane before all others; false when there is none.
    func promote(_ lane: Lane) throws(QueueError) -> Bool

    /// Results that wait for their commit; they stay until `discard`.
    func results(limit: Int) throws(QueueError) -> [ArrivedResult]
    func discard(_ results: [ArrivedResult]) throws(QueueError)
    /// Whether an attempt's result waits for its commit.
    func hasResult(of attempt: Attempt) throws(QueueError) -> Bool

    /// Claims that workers gave back untouched; they stay until `discard`.
    func returned() throws(QueueError) -> [Attempt]
    func discard(returned attempt: Attempt) throws(QueueError)

    /// Every worker that is known, and what it holds.
    func workers() throws(QueueError) -> [WorkerState]
    /// Takes a claim away. The worker may still be running it; its result will carry an old fence.
    func revoke(_ attempt: Attempt, from worker: String) throws(QueueError)
    /// Removes a dead worker that holds nothing.
    func forget(worker: String) throws(QueueError)

    /// All jobs that are on the path, each with the highest attempt number that can still come of it.
    func outstanding() throws(QueueError) -> [String: Int]
    /// Removes what killed processes left half-written.
    func sweep() throws(QueueError)
    func counts() throws(QueueError) -> QueueCounts

    /// Seconds between two looks that find nothing.
    var idleSeconds: Double { get }
    /// From now on calls `wake`, on a thread of the queue's, when there may be something to do. Engines that
    /// cannot tell never call it, and have the shorter `idleSeconds`.
    func watch(_ wake: @escaping @Sendable () -> Void)
}

extension CoordinatorQueue {
    public func watch(_ wake: @escaping @Sendable () -> Void) {}
}

/// What a worker needs to run a job, as released by the coordinator.
public struct Ticket: Sendable, Codable, Equatable {
    public var job: JobSpec
    public var sequence: Int64
    /// Attempts that are over. The next claim is `attempts + 1`, the only fence the ledger accepts.
    public var attempts: Int
    public var crashes: Int
    /// Place in its lane: lower goes first, equals go by sequence. Not part of the ticket's text.
    public var rank: Int64 = 0

    /// Of a ticket that goes before its lane and all others; the coordinator gives no other ticket so low a rank.
    public static let promotedRank: Int64 = 0

    enum CodingKeys: String, CodingKey { case job, sequence, attempts, crashes }

    public init(job: JobSpec, sequence: Int64, attempts: Int, crashes: Int, rank: Int64 = 0) {
        self.rank = rank
        self.job = job
        self.sequence = sequence
        self.attempts = attempts
        self.crashes = crashes
    }
}

/// A lane as the next claim finds it.
public struct LaneFront: Sendable, Equatable {
    /// Claimable tickets.
    public var tickets: Int
    /// The lowest rank among them; nil when there is none.
    public var firstRank: Int64?

    public init(tickets: Int = 0, firstRank: Int64? = nil) {
        self.tickets = tickets
        self.firstRank = firstRank
    }
}

/// One attempt of one job, by name.
public struct Attempt: Sendable, Equatable, Hashable {
    public var jobID: String
    public var sequence: Int64
    public var attempt: Int

    public init(jobID: String, sequence: Int64, attempt: Int) {
        self.jobID = jobID
        self.sequence = sequence
        self.attempt = attempt
    }
}

public struct ArrivedResult: Sendable, Equatable {
    public var attempt: Attempt
    /// Nil when the bytes did not survive; the attempt is then lost.
    public var result: JobResult?

    public init(attempt: Attempt, result: JobResult?) {
        self.attempt = attempt
        self.result = result
    }
}

public struct WorkerState: Sendable, Equatable {
    public enum Life: String, Sendable {
        /// The kernel says that its process lives, which does not mean that it makes progress.
        case living
        /// The kernel says that its process is gone.
        case dead
        /// Only its renewals can tell.
        case unknown
    }

    public var worker: String
    /// Changes with every renewal and claim; means nothing else.
    public var beat: String
    public var life: Life
    public var held: [Attempt]
    /// What it last told of them.
    public var progress: [AttemptProgress]

    public init(
        worker: String, beat: String, life: Life, held: [Attempt], progress: [AttemptProgress] = []
    ) {
        self.worker = worker
        self.beat = beat
        self.life = life
        self.held = held
        self.progress = progress
    }
}

public struct QueueCounts: Sendable, Equatable {
    public var inbox = 0
    public var released: [Lane: Int] = [:]
    public var claimed = 0
    public var results = 0
    public var workers = 0
    /// Files that could not be read as whole and were put aside for a person to look at.
    public var spoiled = 0

    public init() {}
}
