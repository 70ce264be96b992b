internal import Records
public import Store

/// The finished jobs of a home, in the order of the log, as flat events.
///
/// Every job that ends gives the log one `video.observed`; its place there is the flat event's `sequence`, from which a
/// reader that stopped goes on. The matches are those that were known when the job's results were committed, whenever
/// one reads: what later videos bring is told with them. A job that is tried again and ends the same is the same event.
public struct FlatEventFeed: Sendable {
    private let reader: StoreReader

    public init(_ reader: StoreReader) { self.reader = reader }

    /// The next jobs after a place in the log; none when there are no more yet.
    ///
    /// - Complexity: five look-ups for each job.
    public func events(after sequence: Int64 = 0, limit: Int = 200) throws(StoreError) -> [FlatEvent] {
        var events: [FlatEvent] = []
        for stored in try reader.events(after: sequence, types: [.videoObserved], limit: limit) {
            if let event = try event(of: stored) { events.append(event) }
        }
        return events
    }

    /// The flat event of one job, the same as in `events`; nil while it has not ended.
    public func event(ofJob id: String) throws(StoreError) -> FlatEvent? {
        guard let job = try reader.job(id), !job.state.isOpen else { return nil }
        let observed = try reader.events(ofVideo: job.spec.video.videoID).last { stored in
            if case .videoObserved(let body) = stored.event.body { return body.jobID == id }
            return false
        }
        guard let observed else { return FlatEvent(job: job, record: try reader.record(ofJob: id)) }
        return try event(of: observed)
    }

    private func event(of observed: StoredEvent) throws(StoreError) -> FlatEvent? {
        guard case .videoObserved(let body) = observed.event.body, let job = try reader.job(body.jobID) else {
            return nil
        }
        // A job's events are committed together, this one first, so its matches end where the next job's begin. Asked
        // in this order, nothing of a job that is committed in between can be taken for this one's.
        let known = try reader.events(ofVideo: body.video.videoID)
        let next = try reader.events(after: observed.sequence, types: [.videoObserved], limit: 1).first
        var edges: [Event] = []
        var searched: Event.MatchSearched?
        for stored in known where next.map({ stored.sequence < $0.sequence }) ?? true {
            switch stored.event.body {
            case .matchEdge: edges.append(stored.event)
            case .matchSearched(let body): searched = body
            case .videoObserved, .videoFeatures, .reversal, .decision: break
            }
        }
        return FlatEvent(
            job: job, record: try reader.record(ofJob: body.jobID), observed: (observed.event, observed.sequence),
            edges: edges, searched: searched)
    }
}
