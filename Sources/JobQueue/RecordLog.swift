internal import FoundationEssentials
internal import Glibc
internal import Records
internal import Synchronization

/// The writing end of a log: a file of records that one value writes, at its end, each call with one sync.
///
/// The first records make the file, whole and synced with its name. Later ones are added to it, which costs one fdatasync
/// and no name. What fails ends the file, since nobody knows what of it is there: the next records make another.
/// The file's lock tells the reader that more may come.
final class RecordLog: Sendable {
    /// A log that has so many bytes gets no more: what was read goes when the whole file was.
    static let bytesMax = 1 << 20

    private let folder: String
    private let kind: SealedRecord.Kind
    private let disk: Disk
    private let state = Mutex(State())

    private struct State {
        var file: HeldFile?
        var path = ""
        var size = 0
        var lastStamp: Int64 = 0
    }

    init(in folder: String, of kind: SealedRecord.Kind, disk: Disk) {
        self.folder = folder
        self.kind = kind
        self.disk = disk
    }

    /// Durable, as one, when this returns: after a power cut there is as much of the beginning as the disk kept.
    func append(_ records: [(name: String, body: Data)]) throws(QueueError) {
        guard !records.isEmpty else { return }
        try state.withLock { state throws(QueueError) in
            var bytes: [UInt8] = []
            var first: Int64 = 0
            for record in records {
                state.lastStamp = max(state.lastStamp + 1, Self.microseconds)
                if first == 0 { first = state.lastStamp }
                bytes += SealedRecord.seal(record.body, as: kind, name: record.name, stamp: state.lastStamp)
            }
            let open = state.size < Self.bytesMax ? state.file : nil
            state.file = nil
            if let open {
                try disk.append(bytes, to: open, path: state.path)
                state.file = open
                state.size += bytes.count
            } else {
                let name = Self.name(first)
                let file = try disk.makeWhole(bytes, name, in: folder, isSynced: true)
                try disk.syncFolder(folder)
                (state.file, state.path, state.size) = (file, "\(folder)/\(name)", bytes.count)
            }
        }
    }

    /// `MICROSECONDS.RANDOM`: sorts by the time of its first record.
    private static func name(_ microseconds: Int64) -> String {
        "\(JobName.padded(microseconds, 17)).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    }

    private static var microseconds: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}
