internal import Glibc
internal import Records

/// A job id in 16 bytes; a million in flight are 16 MB so.
struct JobNumber: Hashable, Sendable {
    var high: UInt64
    var low: UInt64

    /// Nil unless it is 32 lower-case hex digits, as `JobSpec` makes them.
    init?(_ id: String) {
        guard id.utf8.count == 32, let high = UInt64(id.prefix(16), radix: 16),
            let low = UInt64(id.dropFirst(16), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
        if text != id { return nil }
    }

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    var text: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}

/// Which jobs a backfill submitted, in the manifest's order: a file of records of fixed size, read in pages.
///
///     0   8   high half of the job's id   } little endian
///     8   8   low half                    }
///     16  8   line of the manifest        }
///
/// The ids are written down because they cannot be derived again: without a key of its own, a job's id comes of the
/// file's size and time of change as they were. How many records count says the cursor; what lies behind was written
/// by a run that ended before its jobs were accepted.
final class BackfillJobs {
    struct Entry: Equatable, Sendable {
        var job: JobNumber
        var line: Int
    }

    static let entryBytes = 24
    private let path: String
    private let descriptor: Int32
    private(set) var count: Int

    /// Opens the file for its one writer.
    ///
    /// - Parameter count: records that count; the file is cut to them.
    convenience init(at path: String, count: Int) throws {
        try self.init(path, O_RDWR | O_CREAT, count: count)
        guard ftruncate(descriptor, count * Self.entryBytes) == 0 else { throw Self.error("cut", path) }
    }

    /// Opens the file for reading; its writer may be at work.
    convenience init(reading path: String, count: Int) throws {
        try self.init(path, O_RDONLY, count: count)
    }

    private init(_ path: String, _ flags: Int32, count: Int) throws {
        self.path = path
        self.count = count
        descriptor = unsafe open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.error("opened", path) }
        let bytes = lseek(descriptor, 0, SEEK_END)
        guard bytes >= count * Self.entryBytes else {
            throw FleetError(
                "\(path) holds \(bytes / Self.entryBytes) of \(count) submitted jobs, it was cut or replaced; "
                    + "start over with --restart, what was accepted already stays one job")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Durable when this returns.
    func append(_ entries: [Entry]) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * Self.entryBytes)
        for entry in entries {
            for word in [entry.job.high, entry.job.low, UInt64(entry.line)] {
                for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
        }
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.withUnsafeBytes {
                unsafe pwrite(
                    descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, count * Self.entryBytes + done)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.error("written", path) }
            done += written
        }
        guard fsync(descriptor) == 0 else { throw Self.error("synced", path) }
        count += entries.count
    }

    /// Up to `limit` entries from number `start` on.
    func page(from start: Int, limit: Int) throws -> [Entry] {
        let wanted = max(0, min(limit, count - start))
        var bytes = [UInt8](repeating: 0, count: wanted * Self.entryBytes)
        var done = 0
        while done < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(
                    descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, start * Self.entryBytes + done)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Self.error("read", path) }
            done += got
        }
        return (0..<wanted).map { index in
            let words = (0..<3).map { word in
                (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[index * Self.entryBytes + word * 8 + $1]) << (8 * $1) }
            }
            return Entry(job: JobNumber(high: words[0], low: words[1]), line: Int(words[2]))
        }
    }

    private static func error(_ what: String, _ path: String) -> FleetError {
        FleetError("\(path) cannot be \(what): \(LineReader.sentence(errno))")
    }
}
