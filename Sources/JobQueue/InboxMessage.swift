public import Records

/// What can be handed to the coordinator. Everything that changes the ledger goes through the inbox,
/// so that the coordinator stays the only writer.
public enum InboxMessage: Sendable, Codable, Equatable {
    /// Do this. The same job id twice is the same job.
    case job(JobSpec)
    /// Do this, not before so many milliseconds after its acceptance have passed on the coordinator's clock.
    case later(JobSpec, delayMs: Int64)
    /// An event no longer counts: a won appeal, a mistaken reference.
    case reversal(tenant: String, eventID: String, by: String, why: String, at: String? = nil)
    /// What a reviewer made of a match.
    case decision(tenant: String, body: Event.Decision)
    /// Try a dead letter (or a cancelled job) again.
    case retry(jobID: String)
    /// Stop a job that nobody has started; a running attempt's result is dropped.
    case cancel(jobID: String)
    /// Put a dead letter or a cancelled job away.
    case purge(jobID: String)
    /// Hand out nothing more of this lane; what runs goes on.
    case pause(Lane)
    /// Hand out the lane's jobs again.
    case resume(Lane)

    /// - Throws: `unsupported` for an id that could not be part of a file's name.
    static func check(_ messages: [InboxMessage]) throws(QueueError) {
        for message in messages {
            guard let id = message.submitted?.id, !JobName.isSafe(id) else { continue }
            throw QueueError(
                .unsupported, operation: "submit", subject: "job id \(id.prefix(80))",
                advice: "an id is 1 to 64 lower-case letters, digits and hyphens")
        }
    }

    /// The job that it submits, if it does.
    private var submitted: JobSpec? {
        switch self {
        case .job(let spec), .later(let spec, _): spec
        default: nil
        }
    }
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
