internal import Crypto
internal import Foundation
internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import NIOCore
internal import NIOFoundationCompat

/// Media that came in a request's body, by its content: `uploads/ab/SHA-256`.
///
/// A file has its name once all of it is on the disk: written elsewhere, synced, renamed, and both folders synced, as
/// the queue does. The same bytes are one file, however often they come. That they came again moves the
/// file's time of access alone: a decoder that just reads it refuses a file whose time of change moves.
struct UploadFolder: Sendable {
    struct Stored: Sendable, Equatable {
        var path: String
        /// 64 hexadecimal digits.
        var digest: String
        var bytes: Int64
    }

    let root: String
    let bytesMax: Int64
    private var incoming: String { root + "/incoming" }

    /// What has not moved for a day belongs to a process that is gone.
    static let abandonedSeconds = 86_400.0

    /// An upload that is slower than this, on average and after a while, is given up: at this speed a gigabyte takes a
    /// day.
    static let bytesPerSecondMin = 12_000.0
    static let patienceSeconds = 30.0

    init(root: String, bytesMax: Int64) throws {
        self.root = root
        self.bytesMax = bytesMax
        let disk = Disk()
        for folder in [root, root + "/incoming"] { try disk.makeFolder(folder) }
        for name in try disk.allNames(in: incoming) {
            let path = "\(incoming)/\(name)"
            let changed = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            if let changed, Date().timeIntervalSince(changed) > Self.abandonedSeconds { try disk.remove(path) }
        }
    }

    /// Writes a body down as it comes, and keeps it.
    ///
    /// - Throws: `Problem`: 413 over the limit, 507 on a full disk, 400 for an empty body; what ended the connection.
    func take(_ body: RequestBody, on pool: BlockingPool) async throws -> Stored {
        try await receive(body, on: pool) { [self] file, partial, bytes in
            let digest = try file.finish()
            return try locked { try keep(partial, digest, bytes) }
        }
    }

    /// The same for media that are looked at once: gone when `use` has ended.
    func lend<Value>(_ body: RequestBody, on pool: BlockingPool, to use: (Stored) async throws -> Value) async throws
        -> Value
    {
        let lent = try await receive(body, on: pool) { file, partial, bytes in
            Stored(path: partial, digest: try file.finish(isSynced: false), bytes: bytes)
        }
        let answer: Result<Value, any Error>
        do { answer = .success(try await use(lent)) } catch { answer = .failure(error) }
        try? await pool.run { _ = try Disk().remove(lent.path) }
        return try answer.get()
    }

    private func receive(
        _ body: RequestBody, on pool: BlockingPool,
        _ end: @escaping @Sendable (PartialFile, String, Int64) throws -> Stored
    ) async throws -> Stored {
        let partial = "\(incoming)/\(UUID().uuidString)"
        let file = try await pool.run { try PartialFile(at: partial) }
        do {
            var bytes: Int64 = 0
            let begun = ContinuousClock.now
            for try await buffer in body {
                bytes += Int64(buffer.readableBytes)
                guard bytes <= bytesMax else {
                    throw Problem(
                        .contentTooLarge, "over_limit_bytes", "An upload may have \(bytesMax) bytes; this one has more."
                    )
                }
                let seconds = begun.duration(to: .now) / .seconds(1)
                guard seconds < Self.patienceSeconds || Double(bytes) / seconds >= Self.bytesPerSecondMin else {
                    throw Problem(
                        .requestTimeout, "slow_body",
                        "The upload brings less than \(Int(Self.bytesPerSecondMin)) bytes a second.")
                }
                let chunk = Data(buffer: buffer)
                try await pool.run { try file.append(chunk) }
            }
            guard bytes > 0 else {
                throw Problem(.badRequest, "empty_body", "The request has no body; send the media's bytes.")
            }
            let size = bytes
            return try await pool.run { try end(file, partial, size) }
        } catch {
            try? await pool.run {
                file.close()
                try Disk().remove(partial)
            }
            throw error
        }
    }

    func tooLarge(_ bytes: Int64) -> Problem {
        Problem(
            .contentTooLarge, "over_limit_bytes", "An upload may have \(bytesMax) bytes; this one has \(bytes) or more."
        )
    }

    /// Removes uploads that came last before `date`, but for those of jobs that have not ended.
    ///
    /// - Parameter open: their paths; asked for once there is something to remove.
    /// - Returns: how many were removed.
    func remove(olderThan date: Date, unlessAmong open: () throws -> Set<String>) throws -> Int {
        let disk = Disk()
        let old = try disk.allNames(in: root).filter { $0.count == 2 }.flatMap { folder in
            try disk.allNames(in: "\(root)/\(folder)").map { "\(root)/\(folder)/\($0)" }
        }.filter { Self.isOld($0, date) }
        guard !old.isEmpty else { return 0 }
        let open = try open()
        // One may be coming again just now: it is looked at once more with the lock held.
        return try old.sorted().count { path in
            try !open.contains(path) && locked { try Self.isOld(path, date) && disk.remove(path) }
        }
    }

    /// Neither came nor was asked for since.
    private static func isOld(_ path: String, _ date: Date) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        let last = max(status.st_mtim.tv_sec, status.st_atim.tv_sec)
        return Double(last) < date.timeIntervalSince1970
    }

    private static func touch(_ path: String) throws {
        var times = [timespec(), timespec()]
        unsafe clock_gettime(CLOCK_REALTIME, &times[0])
        // The time of change stays.
        times[1].tv_nsec = (1 << 30) - 2
        guard unsafe utimensat(AT_FDCWD, path, times, 0) == 0 else {
            throw QueueError(errno: errno, operation: "touch", subject: path)
        }
    }

    /// With the folder's lock, which every process that serves this home takes for a moment.
    private func locked<Value>(_ body: () throws -> Value) throws -> Value {
        let path = root + "/lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw QueueError(errno: errno, operation: "create", subject: path) }
        defer { _ = Glibc.close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw QueueError(errno: errno, operation: "lock", subject: path) }
        }
        return try body()
    }

    private func keep(_ partial: String, _ digest: String, _ bytes: Int64) throws -> Stored {
        let disk = Disk()
        let folder = "\(root)/\(digest.prefix(2))"
        if !disk.exists(folder) {
            try disk.makeFolder(folder)
            try disk.syncFolder(root)
        }
        let path = "\(folder)/\(digest)"
        if disk.exists(path) {
            // The same bytes, on the disk since their own request was answered.
            try Self.touch(path)
            try disk.remove(partial)
        } else {
            _ = try disk.rename(partial, to: path)
            try disk.syncFolder(folder)
        }
        return Stored(path: path, digest: digest, bytes: bytes)
    }
}

/// A file that is being written; used by one request, one call after another.
private final class PartialFile: @unchecked Sendable {
    private var descriptor: Int32
    private var hasher = SHA256()
    private let path: String

    init(at path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.failure("create", path) }
    }

    deinit { close() }

    func append(_ data: Data) throws {
        hasher.update(data: data)
        var left = data[...]
        while !left.isEmpty {
            let count = unsafe left.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure("write", path)
            }
            left = left.dropFirst(count)
        }
    }

    /// Says what the bytes are, once they are durable if they must be.
    func finish(isSynced: Bool = true) throws -> String {
        guard !isSynced || fsync(descriptor) == 0 else { throw Self.failure("fsync", path) }
        close()
        return Hexadecimal.text(of: hasher.finalize())
    }

    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    private static func failure(_ operation: String, _ path: String) -> QueueError {
        QueueError(errno: errno, operation: operation, subject: path)
    }
}
