internal import Glibc

/// A file without a name, gone when it is closed, however the process ends.
final class NamelessFile {
    private let descriptor: Int32
    private let folder: String

    /// `O_TMPFILE` of Linux's fcntl.h, a macro that Swift does not see.
    private static let nameless: Int32 = 0o20000000 | O_DIRECTORY

    init(in folder: String) throws(FetchError) {
        self.folder = folder
        var raw = unsafe open(folder, Self.nameless | O_RDWR | O_CLOEXEC, 0o600)
        // File systems that know none: a name for a moment.
        if raw < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL {
            var name = Array("\(folder)/.fetch-XXXXXX".utf8CString)
            raw = unsafe mkstemp(&name)
            if raw >= 0 {
                _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
                unsafe unlink(name)
            }
        }
        guard raw >= 0 else {
            if errno == ENOSPC { throw Self.full(folder) }
            throw FetchError(.resources, "No file for fetched media can be made in \(folder): \(Self.text(of: errno)).")
        }
        descriptor = raw
    }

    deinit { close(descriptor) }

    @unsafe func append(_ bytes: UnsafeRawBufferPointer) throws(FetchError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if [ENOSPC, EDQUOT, EFBIG].contains(errno) { throw Self.full(folder) }
                throw FetchError(.resources, "Fetched media cannot be written in \(folder): \(Self.text(of: errno)).")
            }
            done += count
        }
    }

    /// Throws away what was written: the body of an answer that is not wanted.
    func clear() throws(FetchError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FetchError(.resources, "Fetched media in \(folder) cannot be cut: \(Self.text(of: errno)).")
        }
    }

    /// Whether the disk holds `bytes` more and still has `reserve` free for others.
    func checkRoom(for bytes: Int64, reserve: Int64) throws(FetchError) {
        var facts = statvfs()
        guard unsafe fstatvfs(descriptor, &facts) == 0 else { return }
        let (free, isLarge) = Int64(clamping: facts.f_bavail).multipliedReportingOverflow(by: Int64(facts.f_frsize))
        guard isLarge || free - reserve >= bytes else { throw Self.full(folder) }
    }

    /// The same file for reading only, from its beginning. The caller closes it.
    func reader() throws(FetchError) -> Int32 {
        let raw = unsafe open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else {
            throw FetchError(.resources, "Fetched media cannot be opened for reading: \(Self.text(of: errno)).")
        }
        return raw
    }

    private static func full(_ folder: String) -> FetchError {
        FetchError(
            .noSpace, isPassing: true,
            "The disk of \(folder) has no room for this media; free some, or let fetched media lie elsewhere.")
    }

    static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
