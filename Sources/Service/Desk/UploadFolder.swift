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
/// the queue does. The same bytes are one file, however often they come.
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

    /// An upload that has not moved for a day belongs to a process that is gone.
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

    /// Writes a body down as it comes.
    ///
    /// - Throws: `Problem`: 413 over the limit, 507 on a full disk, 400 for an empty body; what ended the connection.
    func take(_ body: RequestBody, on pool: BlockingPool) async throws -> Stored {
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
            return try await pool.run { [self] in try keep(file, partial, size) }
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

    private func keep(_ file: PartialFile, _ partial: String, _ bytes: Int64) throws -> Stored {
        let digest = try file.finish()
        let disk = Disk()
        let folder = "\(root)/\(digest.prefix(2))"
        if !disk.exists(folder) {
            try disk.makeFolder(folder)
            try disk.syncFolder(root)
        }
        let path = "\(folder)/\(digest)"
        if disk.exists(path) {
            // The same bytes, on the disk since their own request was answered.
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

    /// Makes the bytes durable, and says what they are.
    func finish() throws -> String {
        guard fsync(descriptor) == 0 else { throw Self.failure("fsync", path) }
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
