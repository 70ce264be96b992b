internal import FoundationEssentials
internal import Records
internal import Synchronization

/// The reading end of a folder of logs: records, each until it is taken.
///
/// One process reads and takes; others may look. How far a log was taken stands in a file beside it (`LogMark`). A log
/// whose records are all taken goes when its writer has gone, which its lock tells.
final class LogFolder: Sendable {
    struct Record {
        var log: String
        /// Nil where the bytes are not what was written, or are no record at all; its name is empty then.
        var body: Data?
        var name: String
        var stamp: Int64
        var start: Int
        var end: Int
    }

    let path: String
    private let kind: SealedRecord.Kind
    private let disk: Disk
    /// Whether taking must survive a power cut, after which a record would otherwise be there again.
    private let isTakenForGood: Bool
    private let logs = Mutex<[String: Log]>([:])
    /// Whether the oldest records come first, whatever log they are in. That looks into every log. Otherwise the logs have
    /// their turns, and only as many are read as are needed.
    private let isOrdered: Bool
    private let lastRead = Mutex("")

    /// What the one who takes knows of a log.
    private struct Log {
        var mark: LogMark
        /// Read and not taken, or taken behind one that is not.
        var records: [(start: Int, end: Int, name: String, isTaken: Bool)] = []
        /// When its writer was last looked for.
        var looked = ContinuousClock.now
    }

    /// Between two looks for the writer of a log that has nothing new: a thousand idle workers each have one.
    private static let writerLook = Duration.seconds(1)

    init(_ path: String, of kind: SealedRecord.Kind, isOrdered: Bool, isTakenForGood: Bool, disk: Disk) {
        self.path = path
        self.kind = kind
        self.isOrdered = isOrdered
        self.isTakenForGood = isTakenForGood
        self.disk = disk
    }

    /// The next records that are not taken, at most `limit` of them; for the one who takes.
    func next(_ limit: Int) throws(QueueError) -> [Record] {
        try logs.withLock { logs throws(QueueError) in
            var found: [Record] = []
            // The newest stamp that can be among the first `limit`, once there are so many.
            var newest = Int64.max
            func keepOldest() {
                found.sort { ($0.stamp, $0.log, $0.start) < ($1.stamp, $1.log, $1.start) }
                if found.count > limit { found.removeLast(found.count - limit) }
                if found.count == limit, let last = found.last { newest = last.stamp }
            }
            let names = try disk.names(in: path)
            for name in isOrdered ? names : inTurns(names) {
                if isOrdered, let oldest = Self.stamp(name), oldest > newest { break }
                if !isOrdered, found.count >= limit { break }
                var log: Log
                if let known = logs[name] {
                    log = known
                } else {
                    log = Log(mark: try LogMark(of: name, in: path, disk))
                }
                if log.records.isEmpty, log.mark.offset > 0, ContinuousClock.now - log.looked < Self.writerLook,
                    disk.size(of: "\(path)/\(name)") == log.mark.offset
                {
                    continue
                }
                log.looked = .now
                // Asked before it is read: what a writer that has gone wrote cannot grow.
                let isOpen = LockFile.isHeld("\(path)/\(name)") != false
                let taken = Set(log.records.filter(\.isTaken).map(\.start))
                let most = limit == .max ? limit : limit + taken.count
                let records = try read(name, from: log.mark.offset, isOpen: isOpen, limit: most)
                log.records = records.map { ($0.start, $0.end, $0.name, taken.contains($0.start)) }
                if records.isEmpty, !isOpen {
                    try remove(name)
                    logs[name] = nil
                    continue
                }
                logs[name] = log
                lastRead.withLock { $0 = name }
                found += records.filter { !taken.contains($0.start) }
                if found.count / 2 > limit { keepOldest() }
            }
            keepOldest()
            for name in Set(logs.keys).subtracting(names) { logs[name] = nil }
            return found
        }
    }

    /// Begins behind the one that was read last.
    private func inTurns(_ names: [String]) -> [String] {
        let last = lastRead.withLock { $0 }
        let start = names.firstIndex { $0 > last } ?? 0
        return Array(names[start...] + names[..<start])
    }

    /// Takes records that `next` gave. When it throws, `next` gives those again whose taking failed.
    func take(_ isTaken: (_ log: String, _ start: Int, _ name: String) -> Bool) throws(QueueError) {
        try logs.withLock { logs throws(QueueError) in
            for name in logs.keys.sorted() {
                guard var log = logs[name] else { continue }
                for place in log.records.indices where isTaken(name, log.records[place].start, log.records[place].name)
                {
                    log.records[place].isTaken = true
                }
                let count = log.records.prefix { $0.isTaken }.count
                if count > 0 {
                    let end = log.records[count - 1].end
                    if count == log.records.count, try isFinished(name, end) {
                        try remove(name)
                        logs[name] = nil
                        continue
                    }
                    try log.mark.move(to: end, isSynced: isTakenForGood, disk)
                    log.records.removeFirst(count)
                }
                logs[name] = log
            }
        }
    }

    /// The records that are not taken, unread: their bodies are empty; for anybody.
    func waiting() throws(QueueError) -> [Record] {
        var found: [Record] = []
        for name in try disk.names(in: path) {
            let mark = try LogMark(of: name, in: path, disk)
            found += try read(name, from: mark.offset, isOpen: true, limit: .max, readsBodies: false)
        }
        return found
    }

    /// Copies what is no whole record to a place where a person can look at it.
    func putAside(_ record: Record, in spoiled: String) throws(QueueError) {
        guard let bytes = try disk.bytes(of: "\(path)/\(record.log)", from: record.start) else { return }
        try disk.writeWhole(
            Data(bytes.prefix(record.end - record.start)), to: "\(record.log).\(record.start)", in: spoiled)
        try disk.syncFolder(spoiled)
    }

    /// Removes what killed processes left: unfinished logs, and marks of logs that are gone.
    func sweep() throws(QueueError) {
        try disk.sweep(path)
        let names = try disk.allNames(in: path)
        for name in names where name.hasPrefix(LogMark.prefix) {
            if !names.contains(String(name.dropFirst(LogMark.prefix.count))) { try disk.remove("\(path)/\(name)") }
        }
    }

    // MARK: One log

    private func read(
        _ name: String, from offset: Int, isOpen: Bool, limit: Int, readsBodies: Bool = true
    ) throws(QueueError) -> [Record] {
        guard let bytes = try disk.bytes(of: "\(path)/\(name)", from: offset) else { return [] }
        if offset == 0, let whole = wholeFile(name, bytes) { return [whole] }
        var records: [Record] = []
        var place = 0
        while records.count < limit {
            var bad: Record?
            switch SealedRecord.next(in: bytes, at: place, offset: offset, as: kind, readsBody: readsBodies) {
            case .end, .torn: return records
            case .record(let found):
                let record = Record(
                    log: name, body: found.body, name: found.name, stamp: found.stamp, start: found.start,
                    end: found.end)
                if found.body == nil { bad = record } else { records.append(record) }
                place = found.end - offset
            case .garbage(let start, let end):
                bad = Record(
                    log: name, body: nil, name: "", stamp: records.last?.stamp ?? 0, start: start, end: end)
                place = end - offset
            }
            if let bad {
                // Its writer may be at it.
                if isOpen, place == bytes.count { return records }
                records.append(bad)
            }
        }
        return records
    }

    /// A file of builds before logs: one sealed value, named after what it is.
    private func wholeFile(_ name: String, _ bytes: [UInt8]) -> Record? {
        guard bytes.starts(with: Array("\(kind.whole.rawValue) ".utf8)) else { return nil }
        return Record(
            log: name, body: SealedFile.body(of: Data(bytes), as: kind.whole), name: name, stamp: Self.stamp(name) ?? 0,
            start: 0, end: bytes.count)
    }

    private static func stamp(_ log: String) -> Int64? { Int64(log.prefix { $0 != "." }) }

    /// Whether nothing more will come.
    private func isFinished(_ name: String, _ end: Int) throws(QueueError) -> Bool {
        guard LockFile.isHeld("\(path)/\(name)") == false else { return false }
        return try read(name, from: end, isOpen: false, limit: 1).isEmpty
    }

    private func remove(_ name: String) throws(QueueError) {
        try disk.remove("\(path)/\(name)")
        // The log must not come back without its mark.
        if isTakenForGood { try disk.syncFolder(path) }
        try disk.remove("\(path)/\(LogMark.prefix)\(name)")
    }
}
