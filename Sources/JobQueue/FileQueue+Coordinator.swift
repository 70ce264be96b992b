internal import FoundationEssentials
public import Records

extension FileQueue: CoordinatorQueue {
    public func inbox(limit: Int) throws(QueueError) -> [InboxBatch] {
        var batches: [InboxBatch] = []
        var messages = 0
        for record in try inboxLogs.next(limit) {
            if messages >= limit { break }
            let token = Self.token(record.log, record.start)
            if let body = record.body, let found = try? CanonicalJSON.decode([InboxMessage].self, from: body) {
                batches.append(InboxBatch(token: token, messages: found))
                messages += found.count
            } else {
                try inboxLogs.putAside(record, in: folders.spoiled)
                try inboxLogs.take { log, start, _ in Self.token(log, start) == token }
            }
        }
        return batches
    }

    public func discard(_ batches: [InboxBatch]) throws(QueueError) {
        guard !batches.isEmpty else { return }
        let tokens = Set(batches.map(\.token))
        try inboxLogs.take { log, start, _ in tokens.contains(Self.token(log, start)) }
    }

    private static func token(_ log: String, _ start: Int) -> String { "\(log)/\(start)" }

    /// Tickets are not synced: the ledger has all that they say. One that a power cut took, or left empty, is
    /// found missing or spoiled when the coordinator starts, and is released again.
    public func release(_ tickets: [Ticket]) throws(QueueError) {
        try changingReady { () throws(QueueError) in
            for (lane, tickets) in Dictionary(grouping: tickets, by: \.job.lane).sorted(by: { $0.key < $1.key }) {
                let there = Set(try disk.names(in: folders.ready(lane)).map(ReadyName.withoutRank))
                for ticket in tickets where !there.contains(JobName(ticket).text[...]) {
                    let data: Data
                    do { data = try SealedFile.seal(ticket, as: .ticket) } catch {
                        throw QueueError(
                            .unsupported, operation: "encode", subject: ticket.job.id, advice: "\(error)")
                    }
                    try disk.writeWhole(data, to: ReadyName(ticket).text, in: folders.ready(lane), isSynced: false)
                }
            }
        }
    }

    /// Tells workers to look anew, also where adding was cut short.
    private func changingReady<Value>(_ body: () throws(QueueError) -> Value) throws(QueueError) -> Value {
        let result: Result<Value, QueueError>
        do throws(QueueError) { result = .success(try body()) } catch { result = .failure(error) }
        try disk.put("\(UInt64.random(in: 0 ... .max))\n", in: folders.readyEdition)
        return try result.get()
    }

    public func withdraw(_ ticket: Ticket) throws(QueueError) -> Bool {
        // In its own lane, or promoted.
        for lane in [ticket.job.lane, .live] {
            let folder = folders.ready(lane)
            let wanted = JobName(ticket).text
            for name in try disk.names(in: folder) where ReadyName.withoutRank(name) == wanted[...] {
                guard try disk.remove("\(folder)/\(name)") else { continue }
                try disk.syncFolder(folder)
                return true
            }
        }
        return false
    }

    public func front(of lane: Lane) throws(QueueError) -> LaneFront {
        let names = try disk.names(in: folders.ready(lane))
        return LaneFront(
            tickets: names.count, firstRank: names.lazy.compactMap(ReadyName.init(parsing:)).first?.rank)
    }

    public func promote(_ lane: Lane) throws(QueueError) -> Bool {
        guard lane != .live else { return false }
        return try changingReady { () throws(QueueError) in
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
    }

    private func readyNames(_ lane: Lane) throws(QueueError) -> [ReadyName] {
        try disk.names(in: folders.ready(lane)).compactMap(ReadyName.init(parsing:))
    }

    public func results(limit: Int) throws(QueueError) -> [ArrivedResult] {
        var results: [ArrivedResult] = []
        var places: [Attempt: Int] = [:]
        for record in try resultLogs.next(limit) {
            guard let attempt = JobName(parsing: record.name)?.attempt else {
                try resultLogs.putAside(record, in: folders.spoiled)
                try resultLogs.take { log, start, _ in (log, start) == (record.log, record.start) }
                continue
            }
            let result = record.body.flatMap { try? CanonicalJSON.decode(JobResult.self, from: $0) }
            // A result under another job's name is no result.
            let fits = result?.jobID == attempt.jobID && result?.attempt == attempt.attempt
            if !fits { try resultLogs.putAside(record, in: folders.spoiled) }
            let arrived = ArrivedResult(attempt: attempt, result: fits ? result : nil)
            // Handed in twice, the later one counts.
            if let place = places[attempt] {
                results[place] = arrived
            } else {
                places[attempt] = results.count
                results.append(arrived)
            }
        }
        return results
    }

    public func hasResult(of attempt: Attempt) throws(QueueError) -> Bool {
        let name = JobName(attempt).text
        return try resultLogs.waiting().contains { $0.name == name }
    }

    public func discard(_ results: [ArrivedResult]) throws(QueueError) {
        guard !results.isEmpty else { return }
        let names = Set(results.map { JobName($0.attempt).text })
        try resultLogs.take { _, _, name in names.contains(name) }
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
        for record in try resultLogs.waiting() {
            if let parsed = JobName(parsing: record.name) { note(parsed.attempt, in: &numbers) }
        }
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
        try inboxLogs.sweep()
        try resultLogs.sweep()
        try changingReady { () throws(QueueError) in
            for lane in Lane.allCases { try disk.sweep(folders.ready(lane)) }
        }
    }

    public func counts() throws(QueueError) -> QueueCounts {
        var counts = QueueCounts()
        counts.inbox = try inboxLogs.waiting().count
        for lane in Lane.allCases { counts.released[lane] = try disk.names(in: folders.ready(lane)).count }
        for worker in try workers() {
            counts.workers += worker.life == .dead ? 0 : 1
            counts.claimed += worker.held.count
        }
        counts.results = try resultLogs.waiting().count
        counts.spoiled = try disk.names(in: folders.spoiled).count
        return counts
    }

    /// A folder is looked into; that costs some microseconds.
    public var idleSeconds: Double { 0.05 }
}
