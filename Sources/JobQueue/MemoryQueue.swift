public import Records
internal import Synchronization

/// The queue's contract without a disk: for tests of everything that stands on a queue, and the
/// shortest statement of what the other engines do. Nothing survives the process.
public final class MemoryQueue: SubmitQueue, CoordinatorQueue, Sendable {
    struct Held: Sendable {
        var attempt: Attempt
        var ticket: Ticket
    }

    struct Place: Sendable {
        var beat: UInt64 = 0
        var life = WorkerState.Life.living
        var held: [Held] = []
        var progress: [AttemptProgress] = []
    }

    struct State: Sendable {
        var batches: [InboxBatch] = []
        var nextBatch = 0
        var ready: [Ticket] = []
        var places: [String: Place] = [:]
        var results: [ArrivedResult] = []
        var returned: [Attempt] = []
        /// Promoted jobs, by id.
        var promoted: Set<String> = []
        var nextWorker = 0

        func lane(_ ticket: Ticket) -> Lane { promoted.contains(ticket.job.id) ? .live : ticket.job.lane }

        mutating func sort() {
            ready = ready.sorted { (lane($0), $0.rank, $0.sequence) < (lane($1), $1.rank, $1.sequence) }
        }
    }

    let state = Mutex(State())

    public init() {}

    public func submit(_ messages: [InboxMessage]) throws(QueueError) {
        try InboxMessage.check(messages)
        guard !messages.isEmpty else { return }
        state.withLock { state in
            state.batches.append(InboxBatch(token: "\(state.nextBatch)", messages: messages))
            state.nextBatch += 1
        }
    }

    public func inbox(limit: Int) -> [InboxBatch] {
        state.withLock { state in
            var messages = 0
            return Array(
                state.batches.prefix { batch in
                    defer { messages += batch.messages.count }
                    return messages < limit
                })
        }
    }

    public func discard(_ batches: [InboxBatch]) {
        let tokens = Set(batches.map(\.token))
        state.withLock { $0.batches.removeAll { tokens.contains($0.token) } }
    }

    public func release(_ tickets: [Ticket]) {
        state.withLock { state in
            for ticket in tickets {
                let isThere = state.ready.contains { $0.job.id == ticket.job.id && $0.attempts == ticket.attempts }
                if !isThere { state.ready.append(ticket) }
            }
            state.sort()
        }
    }

    public func withdraw(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            let before = state.ready.count
            state.ready.removeAll { $0.job.id == ticket.job.id && $0.attempts == ticket.attempts }
            return state.ready.count < before
        }
    }

    public func results(limit: Int) -> [ArrivedResult] { state.withLock { Array($0.results.prefix(limit)) } }

    public func hasResult(of attempt: Attempt) -> Bool {
        state.withLock { $0.results.contains { $0.attempt == attempt } }
    }

    public func front(of lane: Lane) -> LaneFront {
        state.withLock { state in
            let tickets = state.ready.filter { state.lane($0) == lane }
            return LaneFront(tickets: tickets.count, firstRank: tickets.first?.rank)
        }
    }

    public func promote(_ lane: Lane) -> Bool {
        state.withLock { state in
            guard lane != .live, let index = state.ready.firstIndex(where: { state.lane($0) == lane }) else {
                return false
            }
            state.promoted.insert(state.ready[index].job.id)
            state.ready[index].rank = Ticket.promotedRank
            state.sort()
            return true
        }
    }

    public func discard(_ results: [ArrivedResult]) {
        state.withLock { state in
            for result in results { state.results.removeAll { $0.attempt == result.attempt } }
        }
    }

    public func returned() -> [Attempt] { state.withLock { $0.returned } }

    public func discard(returned attempt: Attempt) { state.withLock { $0.returned.removeAll { $0 == attempt } } }

    public func workers() -> [WorkerState] {
        state.withLock { state in
            state.places.sorted { $0.key < $1.key }.map { name, place in
                WorkerState(
                    worker: name, beat: "\(place.beat)", life: place.life, held: place.held.map(\.attempt),
                    progress: place.progress)
            }
        }
    }

    public func revoke(_ attempt: Attempt, from worker: String) {
        state.withLock { $0.places[worker]?.held.removeAll { $0.attempt == attempt } }
    }

    public func forget(worker: String) {
        state.withLock { state in
            if let place = state.places[worker], place.life == .dead, place.held.isEmpty { state.places[worker] = nil }
        }
    }

    public func outstanding() -> [String: Int] {
        state.withLock { state in
            let released = state.ready.map { ($0.job.id, $0.attempts + 1) }
            let held = state.places.values.flatMap { $0.held.map { ($0.attempt.jobID, $0.attempt.attempt) } }
            let back =
                state.results.map { ($0.attempt.jobID, $0.attempt.attempt) }
                + state.returned.map { ($0.jobID, $0.attempt) }
            return Dictionary(released + held + back, uniquingKeysWith: max)
        }
    }

    public func sweep() {}

    public func counts() -> QueueCounts {
        state.withLock { state in
            var counts = QueueCounts()
            counts.inbox = state.batches.count
            for lane in Lane.allCases { counts.released[lane] = state.ready.count { state.lane($0) == lane } }
            for place in state.places.values {
                counts.workers += place.life == .dead ? 0 : 1
                counts.claimed += place.held.count
            }
            counts.results = state.results.count
            return counts
        }
    }

    public var idleSeconds: Double { 0.01 }

    public func worker(named name: String) -> MemoryWorkerQueue {
        let worker = state.withLock { state in
            state.nextWorker += 1
            let worker = "\(name)~\(state.nextWorker)"
            state.places[worker] = Place()
            return worker
        }
        return MemoryWorkerQueue(worker: worker, queue: self)
    }
}

/// One worker's side of a `MemoryQueue`.
public final class MemoryWorkerQueue: WorkerQueue {
    public let worker: String
    private let queue: MemoryQueue

    init(worker: String, queue: MemoryQueue) {
        self.worker = worker
        self.queue = queue
    }

    public var idleSeconds: Double { 0.01 }

    public func claim() -> Claim? { claim(upTo: 1).first }

    public func claim(upTo limit: Int) -> [Claim] {
        queue.state.withLock { state in
            let tickets = state.ready.prefix(max(0, limit))
            guard !tickets.isEmpty else { return [] }
            state.ready.removeFirst(tickets.count)
            state.places[worker, default: .init()].beat += 1
            return tickets.map { ticket in
                let attempt = Attempt(jobID: ticket.job.id, sequence: ticket.sequence, attempt: ticket.attempts + 1)
                state.promoted.remove(ticket.job.id)
                state.places[worker, default: .init()].held.append(.init(attempt: attempt, ticket: ticket))
                return Claim(
                    job: ticket.job, attempt: attempt.attempt, sequence: ticket.sequence,
                    crashes: ticket.crashes, token: JobName(attempt).text)
            }
        }
    }

    public func renew() { renew([]) }

    public func renew(_ progress: [AttemptProgress]) {
        queue.state.withLock { state in
            state.places[worker]?.beat += 1
            state.places[worker]?.progress = progress
        }
    }

    public func finish(_ results: [FinishedClaim]) throws(QueueError) {
        for finished in results {
            try finished.check()
            let claim = finished.claim
            let attempt = Attempt(jobID: claim.job.id, sequence: claim.sequence, attempt: claim.attempt)
            queue.state.withLock { state in
                state.results.removeAll { $0.attempt == attempt }
                state.results.append(ArrivedResult(attempt: attempt, result: finished.result))
                state.places[worker]?.held.removeAll { $0.attempt == attempt }
            }
        }
    }

    public func abandon(_ claim: Claim) {
        let attempt = Attempt(jobID: claim.job.id, sequence: claim.sequence, attempt: claim.attempt)
        queue.state.withLock { state in
            guard state.places[worker]?.held.contains(where: { $0.attempt == attempt }) == true else { return }
            state.places[worker]?.held.removeAll { $0.attempt == attempt }
            state.returned.append(attempt)
        }
    }

    public func leave() {
        queue.state.withLock { state in
            state.returned += state.places[worker]?.held.map(\.attempt) ?? []
            state.places[worker] = nil
        }
    }

    /// What the kernel does for a killed process: the coordinator can see that it is gone.
    public func die() { queue.state.withLock { $0.places[worker]?.life = .dead } }
}
