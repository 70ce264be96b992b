internal import FoundationEssentials
internal import Glibc
internal import Records
internal import Synchronization

/// The queue in a folder of one machine's local disk. See <doc:FileQueueProtocol> for what each
/// step leaves when the machine stops after it.
///
/// Any number of processes may open the same folder; each may submit and work. At most one may use
/// the coordinator's side, which the store's lock ensures.
public final class FileQueue: SubmitQueue, Sendable {
    /// Messages in one inbox file. One file is one fsync, and one transaction when it is ingested.
    static let messagesPerFile = 1000

    public let root: String
    let folders: Folders
    let disk: Disk
    /// Microseconds in the last inbox name that this value made.
    private let lastName = Mutex<Int64>(0)

    /// Opens the queue, making its folders where there are none.
    ///
    /// - Parameter allowNetworkFileSystem: go on although the folder lies where rename, fsync and
    ///   locks may not hold what they promise.
    public convenience init(root: String, allowNetworkFileSystem: Bool = false) throws(QueueError) {
        try self.init(root: root, allowNetworkFileSystem: allowNetworkFileSystem, disk: Disk())
    }

    package init(root: String, allowNetworkFileSystem: Bool = false, disk: Disk) throws(QueueError) {
        self.root = root
        self.folders = Folders(root: root)
        self.disk = disk
        try disk.makeFolder(root)
        if !allowNetworkFileSystem, let type = MountTable.refusedType(ofFolder: root) {
            throw QueueError(
                .networkFileSystem, operation: "open queue", subject: root,
                advice: "it lies on \(type), where rename and fsync do not keep the queue's promise; "
                    + "use a local disk")
        }
        let missing = folders.all.filter { !disk.exists($0) }
        guard !missing.isEmpty else { return }
        for folder in missing where folder != folders.last { try disk.makeFolder(folder) }
        try disk.syncFolder(folders.ready)
        try disk.syncFolder(root)
        try disk.syncFolder(Disk.parent(of: root))
        // Made after the others are durable: whoever finds it there need not sync what another process may have just made.
        try disk.makeFolder(folders.last)
        try disk.syncFolder(root)
    }

    public func submit(_ messages: [InboxMessage]) throws(QueueError) {
        try InboxMessage.check(messages)
        var start = 0
        while start < messages.count {
            let end = min(start + Self.messagesPerFile, messages.count)
            let data = try sealed(Array(messages[start..<end]), as: .inbox)
            try disk.writeWhole(data, to: nextInboxName(), in: folders.inbox)
            start = end
        }
        if !messages.isEmpty { try disk.syncFolder(folders.inbox) }
    }

    /// A place in this queue for one worker process.
    ///
    /// - Parameter name: for people; made unique by a suffix.
    public func worker(named name: String) throws(QueueError) -> FileWorkerQueue {
        try FileWorkerQueue(name: name, folders: folders, disk: disk)
    }

    func sealed(_ value: some Encodable, as kind: SealedFile.Kind) throws(QueueError) -> Data {
        do {
            return try SealedFile.seal(value, as: kind)
        } catch {
            throw QueueError(.unsupported, operation: "encode", subject: kind.rawValue, advice: "\(error)")
        }
    }

    /// `MICROSECONDS.RANDOM`: sorts by time of acceptance, and within this value by order of calls
    /// even when the clock steps back. The clock decides nothing else.
    private func nextInboxName() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        let unique = lastName.withLock { last in
            last = max(last + 1, microseconds)
            return last
        }
        let random = String(UInt64.random(in: 0 ... .max), radix: 16)
        return "\(JobName.padded(unique, 17)).\(random)"
    }
}

/// Where things lie below the queue's folder.
struct Folders: Sendable {
    let root: String
    var inbox: String { root + "/inbox" }
    var ready: String { root + "/ready" }
    var claimed: String { root + "/claimed" }
    var results: String { root + "/results" }
    var returned: String { root + "/returned" }
    var spoiled: String { root + "/spoiled" }

    func ready(_ lane: Lane) -> String { "\(ready)/\(lane.rawValue)" }
    func claimed(by worker: String) -> String { "\(claimed)/\(worker)" }

    /// The one that is made after all others.
    var last: String { spoiled }
    var all: [String] { [inbox, ready] + Lane.allCases.map(ready) + [claimed, results, returned, spoiled] }
}

/// The files beside the claims in a worker's folder.
enum WorkerFiles {
    /// Locked while the worker lives; its text is the worker's process id, for people.
    static let alive = "alive"
    /// Rewritten at every renewal: a number, and a line of `AttemptProgress` if there is any.
    static let beat = "beat"
}
