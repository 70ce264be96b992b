public import JobQueue

/// Where one fleet keeps everything. Each path has one writer, named here.
public struct Home: Sendable, Equatable {
    public let root: String

    public init(_ root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

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

    /// Makes the folders that are missing; the parent of `root` must exist.
    public func prepare() throws(QueueError) {
        let disk = Disk()
        for folder in [root, locks, logs] where !disk.exists(folder) { try disk.makeFolder(folder) }
        try disk.syncFolder(root)
    }
}
