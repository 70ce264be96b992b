internal import FoundationEssentials
internal import Records

/// How far a log was taken, in a file beside it. Two places are written in turn, each with a digest, so that a write that
/// was cut short leaves the one before.
struct LogMark {
    static let prefix = ".taken-"

    private(set) var offset: Int
    private let folder: String
    private let log: String
    /// Written so far; 0 while there is no file.
    private var count: Int

    private static let slotBytes = 32

    init(of log: String, in folder: String, _ disk: Disk) throws(QueueError) {
        self.folder = folder
        self.log = log
        let bytes = try disk.bytes(of: "\(folder)/\(Self.prefix)\(log)") ?? []
        let slots = [0, 1].map { slot in
            Self.parse(String(decoding: bytes.dropFirst(slot * Self.slotBytes).prefix(Self.slotBytes), as: UTF8.self))
        }
        offset = slots.compactMap { $0 }.max() ?? 0
        // The next one goes where the greater is not.
        count = bytes.isEmpty ? 0 : slots[0] == offset ? 1 : 2
    }

    mutating func move(to end: Int, isSynced: Bool, _ disk: Disk) throws(QueueError) {
        let text = Self.text(end)
        if count == 0, isSynced {
            try disk.writeWhole(Data(text.utf8), to: Self.prefix + log, in: folder)
            try disk.syncFolder(folder)
        } else {
            try disk.put(
                text, in: "\(folder)/\(Self.prefix)\(log)", at: count % 2 * Self.slotBytes, isSynced: isSynced)
        }
        offset = end
        count += 1
    }

    /// `OFFSET DIGEST`, the digest's first fourteen digits, and a line's end.
    private static func text(_ offset: Int) -> String {
        let number = JobName.padded(Int64(offset), 16)
        return "\(number) \(Digest.hex(of: "taken \(number)").prefix(14))\n"
    }

    private static func parse(_ text: String) -> Int? {
        guard let offset = Int(text.prefix(16)), self.text(offset) == text else { return nil }
        return offset
    }
}
