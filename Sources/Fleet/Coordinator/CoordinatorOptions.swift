internal import Foundation

/// What an operator may want otherwise.
public struct CoordinatorOptions: Sendable, Equatable {
    /// A worker that shows no renewal for so long has lost its claims. Workers renew every third of it.
    public var leaseMs: Int64 = 30_000
    /// Tickets of one lane that wait to be claimed: enough to keep hundreds of workers busy
    /// between two steps, few enough that a claim lists its folder in a fraction of a millisecond.
    public var releasedPerLane = 256
    /// Messages entered in one step, which is one transaction; the last batch may exceed it.
    public var messagesPerStep = 2000
    /// Threads that look for copies at once.
    public var matchThreads = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Results committed before the other duties get their turn.
    public var resultsPerStep = 64
    /// First pause before a job is tried again; doubles with each try.
    public var retryMs: Int64 = 1000
    public var retryMaxMs: Int64 = 60_000
    /// Times that a job's own decoder may die or hang before the job is a dead letter.
    public var crashesMax = 3
    /// Times that a job's media may be out of reach (its server down, busy, slow) before the job is a dead letter; with
    /// the pauses below, about half an hour.
    public var fetchFailuresMax = 12
    /// The longest pause between two of them that we choose. A server may ask for more, up to an hour.
    public var fetchRetryMaxMs: Int64 = 900_000
    public var retryAfterMaxMs: Int64 = 3_600_000
    /// Workers that may die while running a suspect job all by itself before it is a dead letter. Far
    /// more than chance brings: such a job waits longer each time while others run.
    public var soloLossesMax = 10
    /// How often the ledger is compared with what is really on the queue's path.
    public var healMs: Int64 = 30_000
    /// A lower lane whose next job has waited so long, while others went before it, gets one turn.
    public var starvedLaneMs: Int64 = 20_000

    public init() {}
}
