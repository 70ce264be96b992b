public import Records

/// What can be handed to the coordinator. Everything that changes the ledger goes through the inbox,
/// so that the coordinator stays the only writer.
public enum InboxMessage: Sendable, Codable, Equatable {
    /// Do this. The same job id twice is the same job.
    case job(JobSpec)
    /// An event no longer counts: a won appeal, a mistaken reference.
    case reversal(tenant: String, eventID: String, by: String, why: String)
    /// Try a dead letter (or a cancelled job) again.
    case retry(jobID: String)
    /// Stop a job that nobody has started; a running attempt's result is dropped.
    case cancel(jobID: String)
}

/// Messages that were accepted together, oldest first.
public struct InboxBatch: Sendable, Equatable {
    /// The engine's own name for it.
    public var token: String
    public var messages: [InboxMessage]

    public init(token: String, messages: [InboxMessage]) {
        self.token = token
        self.messages = messages
    }
}
