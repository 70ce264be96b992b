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
        for _ in 1...3 where try writeOnce(data, to: name, in: folder, isSynced: isSynced) { return }
        throw QueueError(
            .other, errno: ENOENT, operation: "rename", subject: "\(folder)/\(name)",
            advice: "the folder is gone, or something keeps deleting files in it")
    }

    private func writeOnce(
        _ data: Data, to name: String, in folder: String, isSynced: Bool
    ) throws(QueueError) -> Bool {
        let unfinished = "\(folder)/\(Self.unfinishedPrefix)\(name)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let descriptor = try step(.create, unfinished) { () throws(QueueError) in
            let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw QueueError(errno: errno, operation: "create", subject: unfinished)
            }
            return descriptor
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        do throws(QueueError) {
            try step(.write, unfinished) { () throws(QueueError) in
                try write(data, to: descriptor, path: unfinished)
            }
            if isSynced {
                try step(.sync, unfinished) { () throws(QueueError) in
                    guard Self.sync(descriptor) else {
                        throw QueueError(errno: errno, operation: "fsync", subject: unfinished)
                    }
                }
            }
            return try rename(unfinished, to: "\(folder)/\(name)")
        } catch {
            // Best effort: the sweep gets what this cannot remove.
            _ = try? remove(unfinished)
            throw error
        }
    }

    private func write(_ data: Data, to descriptor: Int32, path: String) throws(QueueError) {
        let bytes = [UInt8](data)
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
