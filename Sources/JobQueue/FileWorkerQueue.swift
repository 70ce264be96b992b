internal import Glibc
internal import Records
internal import Synchronization

/// One worker process's side of a `FileQueue`.
public final class FileWorkerQueue: WorkerQueue {
    public let worker: String
    private let folders: Folders
    private let disk: Disk
    private let folder: String
    private let alive: LockFile
    private let beat: LockFile
    private let beats = Mutex<(count: UInt64, progress: String)>((0, ""))
    /// Claims that will not run and that the disk did not let go back yet; `claim` tries again.
    private let owed = Mutex<Set<String>>([])
    private let ready = Mutex(ReadyList())
    private let resultLog: RecordLog

    /// Makes the worker's folder under a dot name, locks it, then shows it: whoever sees the folder
    /// sees it locked.
    init(name: String, folders: Folders, disk: Disk) throws(QueueError) {
        let readable = String(
            name.unicodeScalars.map { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-")
                    ? Character(scalar) : "_"
            }.prefix(64))
        let worker = "\(readable)~\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let hidden = "\(folders.claimed)/.\(worker)"
        folder = folders.claimed(by: worker)
        do throws(QueueError) {
            try disk.makeFolder(hidden)
            guard let alive = try disk.lock("\(hidden)/\(WorkerFiles.alive)"),
                let beat = try disk.lock("\(hidden)/\(WorkerFiles.beat)")
            else {
                throw QueueError(.alreadyRunning, operation: "open worker", subject: worker)
            }
            try disk.beat("\(getpid())\n", in: alive)
            try disk.beat("0\n", in: beat)
            guard try disk.rename(hidden, to: folder) else {
                throw QueueError(errno: ENOENT, operation: "open worker", subject: folder)
            }
            try disk.syncFolder(folders.claimed)
            (self.alive, self.beat) = (alive, beat)
        } catch {
            // Best effort: what is shown already, the coordinator finds without its lock.
            for file in [WorkerFiles.beat, WorkerFiles.alive] { _ = try? disk.remove("\(hidden)/\(file)") }
            try? disk.removeFolder(hidden)
            throw error
        }
        self.worker = worker
        self.folders = folders
        self.disk = disk
        resultLog = RecordLog(in: folders.results, of: .result, disk: disk)
    }

    public func claim(upTo limit: Int) throws(QueueError) -> [Claim] {
        try giveBackOwed()
        while true {
            var taken: [JobName] = []
            var claims: [Claim] = []
            do throws(QueueError) {
                try take(upTo: limit, into: &taken)
                if taken.isEmpty { return [] }
                claims = try read(taken)
            } catch {
                // These attempts will not run; let the coordinator know now instead of never, for this worker lives.
                owed.withLock { $0.formUnion(taken.map(\.text)) }
                ready.withLock { $0.forget() }
                try? giveBackOwed()
                throw error
            }
            // The lease begins here. Should this fail, the lock on `alive` still speaks for the worker.
            _ = try? renew(nil)
            // All of them spoiled: the next ones, then.
            if !claims.isEmpty { return claims }
        }
    }

    private func take(upTo limit: Int, into taken: inout [JobName]) throws(QueueError) {
        try ready.withLock { ready throws(QueueError) in
            try ready.refresh(folders, disk)
            for lane in Lane.allCases.sorted() {
                while taken.count < limit, let next = try ready.next(in: lane, folders, disk) {
                    // First noted, then done: a rename that reports an error may have happened.
                    taken.append(next.name.next)
                    if try !take(next, from: folders.ready(lane)) { taken.removeLast() }
                }
            }
        }
    }

    /// The rename is the claim and counts the attempt.
    private func take(_ ready: ReadyName, from lane: String) throws(QueueError) -> Bool {
        if try disk.rename("\(lane)/\(ready.text)", to: "\(folder)/\(ready.name.next.text)") { return true }
        // RACE: another worker was first, which is fine; or this worker's folder was taken away.
        if disk.exists(folder) { return false }
        throw QueueError(
            .other, operation: "claim", subject: folder,
            advice: "this worker's folder was removed; start the worker again")
    }

    /// What the claims are for.
    private func read(_ taken: [JobName]) throws(QueueError) -> [Claim] {
        var claims: [Claim] = []
        for name in taken {
            if let data = try disk.read("\(folder)/\(name.text)"),
                let ticket = SealedFile.open(Ticket.self, from: data, as: .ticket), JobName(ticket).next == name
            {
                claims.append(
                    Claim(
                        job: ticket.job, attempt: name.attempt.attempt, sequence: ticket.sequence,
                        crashes: ticket.crashes, token: name.text))
            } else {
                try giveBack(name.text)
            }
        }
        return claims
    }

    public func renew(_ progress: [AttemptProgress]) throws(QueueError) { try renew(AttemptProgress.text(progress)) }

    /// - Parameter progress: nil for what was told before.
    private func renew(_ progress: String?) throws(QueueError) {
        let text = beats.withLock { told in
            told.count += 1
            if let progress { told.progress = progress }
            return "\(told.count)\n" + (told.progress.isEmpty ? "" : told.progress + "\n")
        }
        try disk.beat(text, in: beat)
    }

    public func finish(_ results: [FinishedClaim]) throws(QueueError) {
        for finished in results { try finished.check() }
        try resultLog.append(
            results.map { finished throws(QueueError) in
                (finished.claim.token, try FileQueue.encoded(finished.result))
            })
        // Not synced: a claim that comes back after a power cut has a result or an old fence.
        for finished in results { try disk.remove("\(folder)/\(finished.claim.token)") }
    }

    public func abandon(_ claim: Claim) throws(QueueError) { try giveBack(claim.token) }

    /// Forwards, never back into `ready`: only the coordinator puts tickets there.
    private func giveBack(_ token: String) throws(QueueError) {
        // Nothing to give back when the coordinator has taken it already.
        _ = try disk.rename("\(folder)/\(token)", to: "\(folders.returned)/\(token)")
    }

    private func giveBackOwed() throws(QueueError) {
        for token in owed.withLock({ $0 }).sorted() {
            try giveBack(token)
            _ = owed.withLock { $0.remove(token) }
        }
    }

    /// Folders are listed; that costs some microseconds.
    public var idleSeconds: Double { 0.1 }

    /// Removes this worker's folder as well.
    public func leave() throws(QueueError) {
        for name in try disk.names(in: folder) where JobName(parsing: name) != nil { try giveBack(name) }
        try disk.remove("\(folder)/\(WorkerFiles.beat)")
        try disk.remove("\(folder)/\(WorkerFiles.alive)")
        try disk.removeFolder(folder)
    }
}
