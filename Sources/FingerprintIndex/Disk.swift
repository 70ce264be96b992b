import Glibc

/// The few file operations the index needs, each ending in success or a sentence.
enum Disk {
    /// What distinguishes one file from the next under the same name.
    struct Identity: Equatable, Sendable {
        var device: UInt64
        var inode: UInt64
        var bytes: Int64
        var modifiedSeconds: Int
        var modifiedNanoseconds: Int
    }

    static func failure(_ operation: String, _ path: String, _ code: Int32 = errno) -> IndexError {
        let reason = unsafe String(cString: strerror(code))
        return IndexError(.inputOutput, errno: code, "\(path): \(operation) failed: \(reason)")
    }

    /// The file's identity, or nil when there is none of that name.
    static func identity(of path: String) throws(IndexError) -> Identity? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("looking at it", path)
        }
        return Identity(status)
    }

    static func identity(of descriptor: Int32, path: String) throws(IndexError) -> Identity {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("looking at it", path) }
        return Identity(status)
    }

    /// Opens for reading; nil when there is no such file.
    static func open(_ path: String) throws(IndexError) -> Descriptor? {
        let raw = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if raw >= 0 { return Descriptor(raw: raw) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw failure("opening it", path)
    }

    static func read(_ descriptor: Int32, bytes: Int, path: String) throws(IndexError) -> [UInt8] {
        var content = [UInt8](repeating: 0, count: bytes)
        var done = 0
        while done < bytes {
            // The buffer lives for the call and `done` stays inside it.
            let got = unsafe content.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress! + done, bytes - done)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw failure("reading it", path)
            }
            if got == 0 { throw .corrupt(path, "ends after \(done) bytes, expected \(bytes)") }
            done += got
        }
        return content
    }

    /// Writes a whole file, as `NewFile` does.
    static func replace(_ name: String, in folder: String, with content: [UInt8]) throws(IndexError) {
        let file = try NewFile(name, in: folder)
        // Plain bytes as raw bytes, lent for the call.
        try file.append(unsafe content.span.bytes)
        try file.publish()
    }

    static func synchronize(_ folder: String) throws(IndexError) {
        guard let descriptor = try open(folder) else { throw IndexError(.missing, "\(folder): the folder is gone") }
        guard fsync(descriptor.raw) == 0 else { throw failure("bringing the folder to disk (fsync)", folder) }
    }

    static func makeFolder(_ path: String) throws(IndexError) {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("making the folder", path) }
    }

    static func remove(_ path: String) throws(IndexError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("removing it", path) }
    }

    /// Names in a folder, sorted; without `.` and `..`.
    static func names(in folder: String) throws(IndexError) -> [String] {
        guard let directory = unsafe opendir(folder) else { throw failure("listing it", folder) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // d_name is NUL-terminated inside the entry, which lives until the next readdir.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension Disk.Identity {
    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        bytes = Int64(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}

/// Owns one file descriptor and closes it.
final class Descriptor: Sendable {
    let raw: Int32
    init(raw: Int32) { self.raw = raw }
    deinit { close(raw) }
}

/// Where tests stop a writer to look at what a disk would hold. Nothing is set outside of tests.
enum StepHook {
    @TaskLocal static var action: (@Sendable (String) throws -> Void)?

    static func pause(_ step: String) throws(IndexError) {
        guard let action else { return }
        do { try action(step) } catch { throw IndexError(.inputOutput, "stopped at: \(step)") }
    }
}
