internal import Dispatch
internal import FoundationEssentials
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
    }

    public func claim(upTo limit: Int) throws(QueueError) -> [Claim] {
        try giveBackOwed()
        while true {
            var taken: [(name: JobName, lane: Lane)] = []
            var claims: [Claim] = []
            do throws(QueueError) {
                try take(upTo: limit, into: &taken)
                if taken.isEmpty { return [] }
                claims = try count(taken)
            } catch {
                // These attempts will not run; let the coordinator know now instead of never, for this worker lives.
                owed.withLock { $0.formUnion(taken.map(\.name.text)) }
                try? giveBackOwed()
                throw error
            }
            // The lease begins here. Should this fail, the lock on `alive` still speaks for the worker.
            _ = try? renew(nil)
            // All of them spoiled: the next ones, then.
            if !claims.isEmpty { return claims }
        }
    }

    private func take(upTo limit: Int, into taken: inout [(name: JobName, lane: Lane)]) throws(QueueError) {
        for lane in Lane.allCases.sorted() where taken.count < limit {
            for text in try disk.names(in: folders.ready(lane)) where taken.count < limit {
                guard let ready = ReadyName(parsing: text) else { continue }
                // First noted, then done: a rename that reports an error may have happened.
                taken.append((ready.name.next, lane))
                if try !take(ready, from: folders.ready(lane)) { taken.removeLast() }
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

    /// Makes claims and their attempts durable, then reads what they are for.
    private func count(_ taken: [(name: JobName, lane: Lane)]) throws(QueueError) -> [Claim] {
        var claims: [Claim] = []
        try disk.syncFolder(folder)
        for lane in Set(taken.map(\.lane)).sorted() { try disk.syncFolder(folders.ready(lane)) }
        for (name, _) in taken {
            if let data = try disk.read("\(folder)/\(name.text)"),
                let ticket = SealedFile.open(Ticket.self, from: data, as: .ticket)
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
        try write(results)
        if !results.isEmpty { try disk.syncFolder(folders.results) }
        // Not synced: a claim that comes back after a power cut has a result or an old fence.
        for finished in results { try disk.remove("\(folder)/\(finished.claim.token)") }
    }

    /// A batch is written by several threads: the file system commits together what is synced at once.
    private func write(_ results: [FinishedClaim]) throws(QueueError) {
        let failure = Mutex<QueueError?>(nil)
        DispatchQueue.concurrentPerform(iterations: min(results.count, Self.writers)) { writer in
            for index in stride(from: writer, to: results.count, by: Self.writers) {
                do throws(QueueError) { try write(results[index]) } catch { failure.withLock { $0 = error } }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private static let writers = 8

    private func write(_ finished: FinishedClaim) throws(QueueError) {
        let data: Data
        do { data = try SealedFile.seal(finished.result, as: .result) } catch {
            throw QueueError(
                .unsupported, operation: "encode result", subject: finished.claim.token, advice: "\(error)")
        }
        try disk.writeWhole(data, to: finished.claim.token, in: folders.results)
    }

    public func abandon(_ claim: Claim) throws(QueueError) { try giveBack(claim.token) }

    /// Forwards, never back into `ready`: only the coordinator puts tickets there.
    private func giveBack(_ token: String) throws(QueueError) {
        // Nothing to give back when the coordinator has taken it already.
        guard try disk.rename("\(folder)/\(token)", to: "\(folders.returned)/\(token)") else { return }
        try disk.syncFolder(folders.returned)
        try disk.syncFolder(folder)
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
