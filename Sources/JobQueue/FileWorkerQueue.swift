internal import FoundationEssentials
internal import Glibc
public import Records
internal import Synchronization

/// One worker process's side of a `FileQueue`.
public final class FileWorkerQueue: WorkerQueue {
    public let worker: String
    private let folders: Folders
    private let disk: Disk
    private let folder: String
    private let alive: LockFile
    private let beat: LockFile
    private let beats = Mutex<UInt64>(0)

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
        try disk.makeFolder(hidden)
        guard let alive = try LockFile(taking: "\(hidden)/\(WorkerFiles.alive)"),
            let beat = try LockFile(taking: "\(hidden)/\(WorkerFiles.beat)")
        else {
            throw QueueError(.alreadyRunning, operation: "open worker", subject: worker)
        }
        try alive.write("\(getpid())\n")
        try beat.write("0\n")
        folder = folders.claimed(by: worker)
        guard try disk.rename(hidden, to: folder) else {
            throw QueueError(errno: ENOENT, operation: "open worker", subject: folder)
        }
        try disk.syncFolder(folders.claimed)
        self.worker = worker
        self.folders = folders
        self.disk = disk
        self.alive = alive
        self.beat = beat
    }

    public func claim() throws(QueueError) -> Claim? {
        for lane in Lane.allCases.sorted() {
            for name in try disk.names(in: folders.ready(lane)) {
                guard let released = JobName(parsing: name) else { continue }
                guard let claim = try claim(released.next, from: folders.ready(lane), name: name) else { continue }
                // The lease begins here. Should this fail, the lock on `alive` still speaks for the worker.
                _ = try? renew()
                return claim
            }
        }
        return nil
    }

    /// The rename is the claim and counts the attempt; after both folders are synced the two are durable.
    private func claim(_ next: JobName, from ready: String, name: String) throws(QueueError) -> Claim? {
        let path = "\(folder)/\(next.text)"
        guard try disk.rename("\(ready)/\(name)", to: path) else {
            // RACE: another worker was first, which is fine; or this worker's folder was taken away.
            if disk.exists(folder) { return nil }
            throw QueueError(
                .other, operation: "claim", subject: folder,
                advice: "this worker's folder was removed; start the worker again")
        }
        do throws(QueueError) {
            try disk.syncFolder(folder)
            try disk.syncFolder(ready)
            if let data = try disk.read(path), let ticket = SealedFile.open(Ticket.self, from: data, as: .ticket) {
                return Claim(
                    job: ticket.job, attempt: next.attempt.attempt, sequence: ticket.sequence,
                    crashes: ticket.crashes, token: next.text)
            }
        } catch {
            // This attempt will not run; let the coordinator know now instead of at the lease's end.
            _ = try? giveBack(next.text)
            throw error
        }
        try giveBack(next.text)
        return nil
    }

    public func renew() throws(QueueError) {
        let count = beats.withLock { count in
            count += 1
            return count
        }
        try beat.write("\(count)\n")
    }

    public func finish(_ claim: Claim, with result: JobResult) throws(QueueError) {
        guard result.jobID == claim.job.id, result.attempt == claim.attempt else {
            throw QueueError(
                .unsupported, operation: "finish", subject: claim.token,
                advice: "the result is of job \(result.jobID), attempt \(result.attempt)")
        }
        let data: Data
        do { data = try SealedFile.seal(result, as: .result) } catch {
            throw QueueError(.unsupported, operation: "encode result", subject: claim.token, advice: "\(error)")
        }
        try disk.writeWhole(data, to: claim.token, in: folders.results)
        try disk.syncFolder(folders.results)
        // Not synced: a claim that comes back after a power cut has a result or an old fence.
        try disk.remove("\(folder)/\(claim.token)")
    }

    public func abandon(_ claim: Claim) throws(QueueError) { try giveBack(claim.token) }

    /// Forwards, never back into `ready`: only the coordinator puts tickets there.
    private func giveBack(_ token: String) throws(QueueError) {
        // Nothing to give back when the coordinator has taken it already.
        guard try disk.rename("\(folder)/\(token)", to: "\(folders.returned)/\(token)") else { return }
        try disk.syncFolder(folders.returned)
        try disk.syncFolder(folder)
    }

    /// Leaves the queue in good order: gives back what is held and removes this worker's folder.
    public func leave() throws(QueueError) {
        for name in try disk.names(in: folder) where JobName(parsing: name) != nil { try giveBack(name) }
        try disk.remove("\(folder)/\(WorkerFiles.beat)")
        try disk.remove("\(folder)/\(WorkerFiles.alive)")
        try disk.removeFolder(folder)
    }
}
