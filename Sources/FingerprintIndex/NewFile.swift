import Glibc

/// A file on its way to its name.
///
/// It is written under a temporary name, so that the name holds either what it held before or all of the new one, also
/// after a power cut: fsync, rename, fsync of the folder. One that is given up, as on a full disk, is removed at once; what
/// a killed writer leaves behind the next one removes.
final class NewFile {
    private let name: String
    private let folder: String
    private var temporary: String { "\(folder)/.\(name).tmp" }
    private let descriptor: Descriptor
    private var isRenamed = false
    private(set) var byteCount = 0

    init(_ name: String, in folder: String) throws(IndexError) {
        let temporary = "\(folder)/.\(name).tmp"
        let raw = unsafe Glibc.open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw Disk.failure("creating it", temporary) }
        self.name = name
        self.folder = folder
        descriptor = Descriptor(raw: raw)
    }

    deinit { if !isRenamed { unsafe unlink(temporary) } }

    func append(_ bytes: RawSpan) throws(IndexError) {
        try put(bytes, at: byteCount)
        byteCount += bytes.byteCount
    }

    /// Overwrites what was appended.
    func overwrite(_ bytes: RawSpan, at offset: Int) throws(IndexError) {
        precondition(offset >= 0 && offset + bytes.byteCount <= byteCount, "\(offset) of \(byteCount)")
        try put(bytes, at: offset)
    }

    private func put(_ bytes: RawSpan, at offset: Int) throws(IndexError) {
        var done = 0
        while done < bytes.byteCount {
            // The span lives for the call and `done` stays inside it.
            let wrote = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(descriptor.raw, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            }
            if wrote < 0 {
                if errno == EINTR { continue }
                throw Disk.failure("writing \(bytes.byteCount) bytes at \(offset)", temporary)
            }
            done += wrote
        }
    }

    /// Fills `content` with what was appended from `offset` on.
    func read(_ content: inout [UInt8], at offset: Int) throws(IndexError) {
        precondition(offset >= 0 && offset + content.count <= byteCount, "\(offset) of \(byteCount)")
        var done = 0
        while done < content.count {
            // The buffer lives for the call and `done` stays inside it.
            let got = unsafe content.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor.raw, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Disk.failure("reading it again", temporary, got < 0 ? errno : EIO) }
            done += got
        }
    }

    /// Gives the file its name; it is durable when this returns.
    func publish() throws(IndexError) {
        guard fsync(descriptor.raw) == 0 else { throw Disk.failure("bringing it to disk (fsync)", temporary) }
        try StepHook.pause("written \(name)")
        let target = "\(folder)/\(name)"
        guard unsafe rename(temporary, target) == 0 else { throw Disk.failure("renaming to \(target)", temporary) }
        isRenamed = true
        try StepHook.pause("renamed \(name)")
        try Disk.synchronize(folder)
    }
}
