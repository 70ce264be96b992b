internal import Glibc
package import FoundationEssentials

extension Disk {
    /// What an unfinished file's name begins with; listings leave such names out.
    static let unfinishedPrefix = ".unfinished-"

    /// Puts a whole file into a folder: create under an unfinished name, write, fsync, rename.
    /// The name is durable only after the caller's `syncFolder`.
    ///
    /// | the machine stops after | it leaves |
    /// | --- | --- |
    /// | create, write, fsync | an unfinished name, which nobody reads and `sweep` removes |
    /// | rename | the whole file, or (power cut) the unfinished name |
    /// | syncFolder | the whole file |
    ///
    /// The unfinished file is locked while its writer lives, so that `sweep` can tell it from one
    /// whose writer was killed. Should `sweep` come between create and lock, the rename finds
    /// nothing and the write starts over.
    ///
    /// - Parameter isSynced: false for what may be lost or left empty by a power cut, and is made again then.
    package func writeWhole(
        _ data: Data, to name: String, in folder: String, isSynced: Bool = true
    ) throws(QueueError) {
        _ = try makeWhole(Array(data), name, in: folder, isSynced: isSynced)
    }

    /// The same, and keeps the file open and locked.
    func makeWhole(_ bytes: [UInt8], _ name: String, in folder: String, isSynced: Bool) throws(QueueError) -> HeldFile {
        for _ in 1...3 { if let file = try makeOnce(bytes, name, in: folder, isSynced: isSynced) { return file } }
        throw QueueError(
            .other, errno: ENOENT, operation: "rename", subject: "\(folder)/\(name)",
            advice: "the folder is gone, or something keeps deleting files in it")
    }

    private func makeOnce(
        _ bytes: [UInt8], _ name: String, in folder: String, isSynced: Bool
    ) throws(QueueError) -> HeldFile? {
        let unfinished = "\(folder)/\(Self.unfinishedPrefix)\(name)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let file = try step(.create, unfinished) { () throws(QueueError) in
            let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw QueueError(errno: errno, operation: "create", subject: unfinished)
            }
            return HeldFile(descriptor)
        }
        guard file.lock() else { return nil }
        do throws(QueueError) {
            try step(.write, unfinished) { () throws(QueueError) in try file.write(bytes, path: unfinished) }
            if isSynced {
                try step(.sync, unfinished) { () throws(QueueError) in
                    guard Self.sync(file.descriptor) else {
                        throw QueueError(errno: errno, operation: "fsync", subject: unfinished)
                    }
                }
            }
            return try rename(unfinished, to: "\(folder)/\(name)") ? file : nil
        } catch {
            // Best effort: the sweep gets what this cannot remove.
            _ = try? remove(unfinished)
            throw error
        }
    }

    /// Adds to the end of a file that `makeWhole` made; durable when this returns. After an error nobody knows how much of
    /// it is there, or how durable what was written is: nothing may be added behind it.
    func append(_ bytes: [UInt8], to file: HeldFile, path: String) throws(QueueError) {
        try step(.write, path) { () throws(QueueError) in try file.write(bytes, path: path) }
        try step(.sync, path) { () throws(QueueError) in
            guard Self.sync(file.descriptor, dataOnly: true) else {
                throw QueueError(errno: errno, operation: "fdatasync", subject: path)
            }
        }
    }

    /// Removes unfinished files whose writers are gone.
    package func sweep(_ folder: String) throws(QueueError) {
        for name in try allNames(in: folder) where name.hasPrefix(Self.unfinishedPrefix) {
            let path = "\(folder)/\(name)"
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try remove(path) }
        }
    }
}

/// An open file whose kernel lock shows that its writer lives.
final class HeldFile: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// False when somebody else has it.
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    func write(_ bytes: [UInt8], path: String) throws(QueueError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw QueueError(errno: errno, operation: "write", subject: path)
            }
            done += count
        }
    }

    deinit {
        // Closing alone would leave the lock to a child that this process is just starting; see `LockFile`.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
