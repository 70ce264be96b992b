internal import FoundationEssentials
internal import Records

/// The queue in a folder of one machine's local disk. See <doc:FileQueueProtocol> for what each
/// step leaves when the machine stops after it.
///
/// Any number of processes may open the same folder; each may submit and work. At most one may use
/// the coordinator's side, which the store's lock ensures.
public final class FileQueue: SubmitQueue, Sendable {
    /// Messages in one record of the inbox: one batch, and one transaction when it is ingested.
    static let messagesPerRecord = 1000

    public let root: String
    let folders: Folders
    let disk: Disk
    let inboxLogs: LogFolder
    let resultLogs: LogFolder
    private let inboxLog: RecordLog

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
        // Synced: an old `cancel` that comes back after a power cut would stop a job that was retried since.
        inboxLogs = LogFolder(folders.inbox, of: .inbox, isOrdered: true, isTakenForGood: true, disk: disk)
        // A result that comes back is replayed, which changes nothing.
        resultLogs = LogFolder(folders.results, of: .result, isOrdered: false, isTakenForGood: false, disk: disk)
        inboxLog = RecordLog(in: folders.inbox, of: .inbox, disk: disk)
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
        try inboxLog.append(
            stride(from: 0, to: messages.count, by: Self.messagesPerRecord).map { start throws(QueueError) in
                let some = Array(messages[start..<min(start + Self.messagesPerRecord, messages.count)])
                return ("\(some.count)", try Self.encoded(some))
            })
    }

    /// A place in this queue for one worker process.
    ///
    /// - Parameter name: for people; made unique by a suffix.
    public func worker(named name: String) throws(QueueError) -> FileWorkerQueue {
        try FileWorkerQueue(name: name, folders: folders, disk: disk)
    }

    static func encoded(_ value: some Encodable) throws(QueueError) -> Data {
        do { return try CanonicalJSON.encode(value) } catch {
            throw QueueError(.unsupported, operation: "encode", subject: "\(type(of: value))", advice: "\(error)")
        }
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

    /// Changes whenever tickets were added to `ready`.
    var readyEdition: String { ready + "/edition" }

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
