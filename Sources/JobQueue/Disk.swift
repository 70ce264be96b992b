internal import CoreMetrics
internal import Glibc
internal import Telemetry
package import FoundationEssentials

/// The few file operations that the queue is made of. Each is one step after which the machine may
/// stop; `hooks` are told of each step and may fail it, which is how tests stop the world there.
package struct Disk: Sendable {
    /// What changes something.
    package enum Step: String, Sendable {
        case makeFolder, create, lock, write, sync, rename, syncFolder, remove, removeFolder, beat
    }

    /// What only looks.
    package enum Look: String, Sendable { case list, read }

    package struct Hooks: Sendable {
        /// Before a step; an error takes its place.
        package var before: (@Sendable (Step, String) throws(QueueError) -> Void)?
        /// After a step that succeeded; an error is reported as the step's own.
        package var after: (@Sendable (Step, String) throws(QueueError) -> Void)?
        /// Before a look; an error takes its place.
        package var looking: (@Sendable (Look, String) throws(QueueError) -> Void)?

        package init() {}
    }

    package var hooks = Hooks()

    package init() {}

    package init(before: @escaping @Sendable (Step, String) throws(QueueError) -> Void) { hooks.before = before }

    package init(hooks: Hooks) { self.hooks = hooks }

    /// Does a step between its hooks.
    func step<Value>(
        _ step: Step, _ path: String, _ body: () throws(QueueError) -> Value
    ) throws(QueueError) -> Value {
        if let before = hooks.before { try before(step, path) }
        let value = try body()
        if let after = hooks.after { try after(step, path) }
        return value
    }

    private func look(_ look: Look, _ path: String) throws(QueueError) {
        if let looking = hooks.looking { try looking(look, path) }
    }

    /// Makes the folder unless it exists; parents must exist.
    package func makeFolder(_ path: String) throws(QueueError) {
        try step(.makeFolder, path) { () throws(QueueError) in
            if unsafe mkdir(path, 0o755) != 0, errno != EEXIST {
                throw QueueError(errno: errno, operation: "make folder", subject: path)
            }
        }
    }

    /// The folder that a path lies in; for fsync, when its name is new there.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes names in the folder durable. A failure is final: after a failed fsync the kernel may
    /// have dropped the data and a second call would claim success.
    package func syncFolder(_ path: String) throws(QueueError) {
        try step(.syncFolder, path) { () throws(QueueError) in
            let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw QueueError(errno: errno, operation: "open folder", subject: path) }
            defer { close(descriptor) }
            guard Self.sync(descriptor) else {
                throw QueueError(errno: errno, operation: "fsync folder", subject: path)
            }
        }
    }

    private static let syncTimer = Timer(label: FleetMetrics.fsync)

    /// fsync(2), measured; false, with `errno`, when it failed.
    ///
    /// - Parameter dataOnly: fdatasync(2), which keeps the content and the length.
    static func sync(_ descriptor: Int32, dataOnly: Bool = false) -> Bool {
        let begun = ContinuousClock.now
        let result = dataOnly ? fdatasync(descriptor) : fsync(descriptor)
        let code = errno
        syncTimer.recordNanoseconds(Int64((ContinuousClock.now - begun) / .nanoseconds(1)))
        errno = code
        return result == 0
    }

    /// False when there is nothing of that name, or when the target's folder is gone.
    package func rename(_ from: String, to: String) throws(QueueError) -> Bool {
        try step(.rename, to) { () throws(QueueError) in
            if unsafe Glibc.rename(from, to) == 0 { return true }
            if errno == ENOENT { return false }
            throw QueueError(errno: errno, operation: "rename", subject: "\(from) to \(to)")
        }
    }

    /// False when there was nothing of that name.
    @discardableResult
    package func remove(_ path: String) throws(QueueError) -> Bool {
        try step(.remove, path) { () throws(QueueError) in
            if unsafe unlink(path) == 0 { return true }
            if errno == ENOENT { return false }
            throw QueueError(errno: errno, operation: "remove", subject: path)
        }
    }

    /// Leaves a folder alone that is not empty.
    package func removeFolder(_ path: String) throws(QueueError) {
        try step(.removeFolder, path) { () throws(QueueError) in
            if unsafe rmdir(path) != 0, errno != ENOENT, errno != ENOTEMPTY, errno != EEXIST {
                throw QueueError(errno: errno, operation: "remove folder", subject: path)
            }
        }
    }

    /// Takes a lock file; nil when somebody else holds it.
    package func lock(_ path: String) throws(QueueError) -> LockFile? {
        try step(.lock, path) { () throws(QueueError) in try LockFile(taking: path) }
    }

    /// Replaces a lock file's text; not durable.
    func beat(_ text: String, in file: LockFile) throws(QueueError) {
        try step(.beat, file.path) { () throws(QueueError) in try file.write(text) }
    }

    package func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The file's bytes; nil when there is no such file, or it cannot be looked at.
    func size(of path: String) -> Int? {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 ? Int(facts.st_size) : nil
    }

    /// Names in the folder, sorted, without those that begin with a dot; empty when there is no folder.
    package func names(in path: String) throws(QueueError) -> [String] {
        try allNames(in: path).filter { !$0.hasPrefix(".") }
    }

    /// Every name but `.` and `..`, sorted.
    package func allNames(in path: String) throws(QueueError) -> [String] {
        try look(.list, path)
        guard let folder = unsafe opendir(path) else {
            if errno == ENOENT { return [] }
            throw QueueError(errno: errno, operation: "list", subject: path)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(folder) else {
                if errno != 0 { throw QueueError(errno: errno, operation: "list", subject: path) }
                break
            }
            // d_name is a C array that readdir terminates with a zero.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The file's bytes; nil when there is no such file.
    package func read(_ path: String) throws(QueueError) -> Data? {
        try bytes(of: path).map { Data($0) }
    }

    /// The file's bytes from an offset on, as many as it has when this begins; nil when there is no such file.
    func bytes(of path: String, from offset: Int = 0) throws(QueueError) -> [UInt8]? {
        try look(.read, path)
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw QueueError(errno: errno, operation: "open", subject: path)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else {
            throw QueueError(errno: errno, operation: "look at", subject: path)
        }
        let wanted = max(0, Int(facts.st_size) - offset)
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
            while done < wanted {
                let rest = unsafe buffer.baseAddress?.advanced(by: done)
                let count = unsafe pread(descriptor, rest, wanted - done, off_t(offset + done))
                if count < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                // Shorter meanwhile.
                if count == 0 { return }
                done += count
            }
        }
        if failure != 0 { throw QueueError(errno: failure, operation: "read", subject: path) }
        return bytes
    }

    /// Replaces a small file's bytes from an offset on, making it where there is none; not durable by itself, nor is its name.
    func put(_ text: String, in path: String, at offset: Int = 0, isSynced: Bool = false) throws(QueueError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw QueueError(errno: errno, operation: "open", subject: path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try step(.write, path) { () throws(QueueError) in
            let count = unsafe bytes.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
            }
            guard count == bytes.count else {
                throw QueueError(errno: count < 0 ? errno : ENOSPC, operation: "write", subject: path)
            }
        }
        guard isSynced else { return }
        try step(.sync, path) { () throws(QueueError) in
            guard Self.sync(descriptor, dataOnly: true) else {
                throw QueueError(errno: errno, operation: "fdatasync", subject: path)
            }
        }
    }
}
