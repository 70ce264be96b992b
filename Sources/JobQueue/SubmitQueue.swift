public import Records

/// The queue as a submitter sees it.
public protocol SubmitQueue: Sendable {
    /// Accepts all messages, in this order. When it returns they survive a power cut; when it throws,
    /// some of them may have been accepted, and sending all of them again does no harm.
    func submit(_ messages: [InboxMessage]) throws(QueueError)
}

extension SubmitQueue {
    public func submit(_ specs: [JobSpec]) throws(QueueError) {
        try submit(specs.map { InboxMessage.job($0) })
    }
}
