internal import FoundationEssentials
public import Records

extension FileQueue: CoordinatorQueue {
    public func inbox(limit: Int) throws(QueueError) -> [InboxBatch] {
        var batches: [InboxBatch] = []
        var messages = 0
        for name in try disk.names(in: folders.inbox) {
            if messages >= limit { break }
            guard let data = try disk.read("\(folders.inbox)/\(name)") else { continue }
            if let found = SealedFile.open([InboxMessage].self, from: data, as: .inbox) {
                batches.append(InboxBatch(token: name, messages: found))
                messages += found.count
            } else {
                try putAside(name, from: folders.inbox)
            }
        }
        return batches
    }

    public func discard(_ batches: [InboxBatch]) throws(QueueError) {
        guard !batches.isEmpty else { return }
        for batch in batches { try disk.remove("\(folders.inbox)/\(batch.token)") }
        // Synced: an old `cancel` that comes back after a power cut would stop a job that was retried since.
        try disk.syncFolder(folders.inbox)
    }

    /// Tickets are not synced: the ledger has all that they say. One that a power cut took, or left empty, is
    /// found missing or spoiled when the coordinator starts, and is released again.
    public func release(_ tickets: [Ticket]) throws(QueueError) {
        for (lane, tickets) in Dictionary(grouping: tickets, by: \.job.lane).sorted(by: { $0.key < $1.key }) {
            let there = Set(try readyNames(lane).map(\.name.text))
            for ticket in tickets where !there.contains(JobName(ticket).text) {
                try disk.writeWhole(
                    try sealed(ticket, as: .ticket), to: ReadyName(ticket).text, in: folders.ready(lane),
                    isSynced: false)
            }
        }
    }

    public func withdraw(_ ticket: Ticket) throws(QueueError) -> Bool {
        // In its own lane, or promoted.
        for lane in [ticket.job.lane, .live] {
            let folder = folders.ready(lane)
            for name in try readyNames(lane) where name.name == JobName(ticket) {
                guard try disk.remove("\(folder)/\(name.text)") else { continue }
                try disk.syncFolder(folder)
                return true
            }
        }
        return false
    }

    public func front(of lane: Lane) throws(QueueError) -> LaneFront {
        let names = try readyNames(lane)
        return LaneFront(tickets: names.count, firstRank: names.first?.rank)
    }

    public func promote(_ lane: Lane) throws(QueueError) -> Bool {
        guard lane != .live else { return false }
        for name in try readyNames(lane) {
            var first = name
            first.rank = Ticket.promotedRank
            // Not synced: a ticket is somewhere in any case.
            if try disk.rename(
                "\(folders.ready(lane))/\(name.text)", to: "\(folders.ready(.live))/\(first.text)")
            {
                return true
            }
        }
        return false
    }

    private func readyNames(_ lane: Lane) throws(QueueError) -> [ReadyName] {
        try disk.names(in: folders.ready(lane)).compactMap(ReadyName.init(parsing:))
    }

    public func results(limit: Int) throws(QueueError) -> [ArrivedResult] {
        var results: [ArrivedResult] = []
        for name in try disk.names(in: folders.results).prefix(limit) {
            guard let parsed = JobName(parsing: name) else {
                try putAside(name, from: folders.results)
                continue
            }
            guard let data = try disk.read("\(folders.results)/\(name)") else { continue }
            let result = SealedFile.open(JobResult.self, from: data, as: .result)
            // A result under another job's name is no result.
            let fits = result?.jobID == parsed.attempt.jobID && result?.attempt == parsed.attempt.attempt
            results.append(ArrivedResult(attempt: parsed.attempt, result: fits ? result : nil))
        }
        return results
    }

    public func hasResult(of attempt: Attempt) throws(QueueError) -> Bool {
        disk.exists("\(folders.results)/\(JobName(attempt).text)")
    }

    public func discard(_ results: [ArrivedResult]) throws(QueueError) {
        for result in results {
            let name = JobName(result.attempt).text
            if result.result == nil {
                try putAside(name, from: folders.results)
            } else {
                // Not synced: a result that comes back after a power cut is replayed, which changes nothing.
                try disk.remove("\(folders.results)/\(name)")
            }
        }
    }

    public func returned() throws(QueueError) -> [Attempt] {
        try disk.names(in: folders.returned).compactMap { JobName(parsing: $0)?.attempt }
    }

    public func discard(returned attempt: Attempt) throws(QueueError) {
        try disk.remove("\(folders.returned)/\(JobName(attempt).text)")
    }

    public func workers() throws(QueueError) -> [WorkerState] {
        var states: [WorkerState] = []
        for worker in try disk.names(in: folders.claimed) {
            let folder = folders.claimed(by: worker)
            // The lock is asked before the claims are listed: what a dead worker holds cannot grow.
            let life: WorkerState.Life =
                switch LockFile.isHeld("\(folder)/\(WorkerFiles.alive)") {
                case true?: .living
                case false?: .dead
                case nil: .unknown
                }
            let told = String(decoding: try disk.read("\(folder)/\(WorkerFiles.beat)") ?? Data(), as: UTF8.self)
            let lines = told.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let held = try disk.names(in: folder).compactMap { JobName(parsing: $0)?.attempt }
            states.append(
                WorkerState(
                    worker: worker, beat: String(lines[0]), life: life, held: held,
                    progress: AttemptProgress.parse(lines.count > 1 ? lines[1] : "")))
        }
        return states
    }

    public func revoke(_ attempt: Attempt, from worker: String) throws(QueueError) {
        // Not synced: a claim that comes back after a power cut has an old fence.
        try disk.remove("\(folders.claimed(by: worker))/\(JobName(attempt).text)")
    }

    public func forget(worker: String) throws(QueueError) {
        let folder = folders.claimed(by: worker)
        guard LockFile.isHeld("\(folder)/\(WorkerFiles.alive)") == false else { return }
        try disk.remove("\(folder)/\(WorkerFiles.beat)")
        try disk.remove("\(folder)/\(WorkerFiles.alive)")
        try disk.removeFolder(folder)
    }

    public func outstanding() throws(QueueError) -> [String: Int] {
        var numbers: [String: Int] = [:]
        // In the direction in which tickets move, so that none slips past.
        for lane in Lane.allCases {
            for name in try readyNames(lane) { note(name.name.next.attempt, in: &numbers) }
        }
        for worker in try disk.names(in: folders.claimed) { try note(folders.claimed(by: worker), in: &numbers) }
        try note(folders.results, in: &numbers)
        try note(folders.returned, in: &numbers)
        return numbers
    }

    private func note(_ folder: String, in numbers: inout [String: Int]) throws(QueueError) {
        for name in try disk.names(in: folder) {
            if let parsed = JobName(parsing: name) { note(parsed.attempt, in: &numbers) }
        }
    }

    private func note(_ attempt: Attempt, in numbers: inout [String: Int]) {
        numbers[attempt.jobID] = max(numbers[attempt.jobID] ?? 0, attempt.attempt)
    }

    public func sweep() throws(QueueError) {
        for folder in [folders.inbox, folders.results] + Lane.allCases.map(folders.ready) { try disk.sweep(folder) }
    }

    public func counts() throws(QueueError) -> QueueCounts {
        var counts = QueueCounts()
        counts.inbox = try disk.names(in: folders.inbox).count
        for lane in Lane.allCases { counts.released[lane] = try disk.names(in: folders.ready(lane)).count }
        for worker in try workers() {
            counts.workers += worker.life == .dead ? 0 : 1
            counts.claimed += worker.held.count
        }
        counts.results = try disk.names(in: folders.results).count
        counts.spoiled = try disk.names(in: folders.spoiled).count
        return counts
    }

    /// A folder is looked into; that costs some microseconds.
    public var idleSeconds: Double { 0.05 }

    private func putAside(_ name: String, from folder: String) throws(QueueError) {
        guard try disk.rename("\(folder)/\(name)", to: "\(folders.spoiled)/\(name)") else { return }
        try disk.syncFolder(folders.spoiled)
        try disk.syncFolder(folder)
    }
}
