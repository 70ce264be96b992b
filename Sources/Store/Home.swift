internal import FoundationEssentials
internal import Glibc
public import JobQueue
internal import Records

/// Where one fleet keeps everything: in a folder, or in a PostgreSQL database with a folder for what
/// belongs to a machine. Each path has one writer, named here.
public struct Home: Sendable, Equatable {
    /// The folder; of this machine alone when there is a database.
    public let root: String
    /// The address of the PostgreSQL database that holds queue, ledger, events and profiles.
    public let database: String?

    /// - Parameters:
    ///   - place: a folder, or `postgres://…`.
    ///   - state: the folder for what a machine keeps beside a database (index, logs, report); by default
    ///     one of the user's own, named after the database.
    public init(_ place: String, state: String? = nil) {
        database = Self.isDatabase(place) ? place : nil
        let folder = database == nil ? place : state ?? Self.defaultState(of: place)
        root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    public static func isDatabase(_ place: String) -> Bool {
        place.hasPrefix("postgres://") || place.hasPrefix("postgresql://")
    }

    /// What it is called in sentences; without a password.
    public var name: String { database.map(Self.withoutPassword) ?? root }

    /// What `--home` takes to open it again; with the password, where the address has one.
    public var address: String { database ?? root }

    /// The file queue; everybody, by its protocol.
    public var queue: String { root + "/queue" }
    /// Ledger, events, fingerprints; the coordinator.
    public var store: String { root + "/store.sqlite" }
    /// The scorer.
    public var profiles: String { root + "/profiles.sqlite" }
    /// The fingerprint index; the coordinator.
    public var index: String { root + "/index" }
    /// Whoever writes the report last; replaced as a whole.
    public var report: String { root + "/report.html" }
    /// Files whose kernel locks say who writes what.
    public var locks: String { root + "/locks" }

    /// What the fleet's processes say while they run; each writes its own file.
    public var logs: String { root + "/logs" }

    package func lock(_ writer: String) -> String { "\(locks)/\(writer)" }

    /// Makes the folders that are missing; beside a database their parents as well, for they are our own.
    public func prepare() throws(QueueError) {
        let disk = Disk()
        if database != nil { try makeParents(disk) }
        let isNew = !disk.exists(logs)
        for folder in [root, locks, logs] where !disk.exists(folder) { try disk.makeFolder(folder) }
        try disk.syncFolder(root)
        guard isNew else { return }
        // What is accepted in it must be found again after a power cut.
        do { try disk.syncFolder(Disk.parent(of: root)) } catch {
            // Somebody else's folder, who made this one in it.
            guard error.code == .permission else { throw error }
        }
    }

    private func makeParents(_ disk: Disk) throws(QueueError) {
        var path = ""
        for part in root.split(separator: "/").dropLast() {
            path += "/\(part)"
            if !disk.exists(path) { try disk.makeFolder(path) }
        }
    }

    /// The XDG state folder, or the temporary one of a user without a home.
    private static func defaultState(of url: String) -> String {
        func variable(_ name: String) -> String? {
            unsafe getenv(name).map { unsafe String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let base =
            variable("XDG_STATE_HOME") ?? variable("HOME").map { "\($0)/.local/state" } ?? "/tmp/moire-\(getuid())"
        return "\(base)/moire/\(Digest.hex(of: withoutPassword(url)).prefix(16))"
    }

    static func withoutPassword(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"),
            let at = url[scheme.upperBound...].prefix(while: { $0 != "/" && $0 != "?" }).lastIndex(of: "@"),
            let colon = url[scheme.upperBound..<at].firstIndex(of: ":")
        else { return url }
        return String(url[..<colon] + url[at...])
    }
}
