internal import Foundation
internal import JobQueue
internal import Records
internal import Store

/// How far a backfill has come: written after the jobs before it were accepted, so that going on from it, after
/// whatever ended the process, submits no line never and none as another job.
public struct BackfillCursor: Sendable, Codable, Equatable {
    public static let schema = "moire.backfill/1"

    public var schema = Self.schema
    /// Absolute.
    public var manifest: String
    /// SHA-256 of the whole manifest, when the last run began.
    public var manifestDigest: String
    /// Bytes of the manifest whose lines are submitted.
    public var bytes: Int64 = 0
    /// SHA-256 of those bytes: what came after them may change, they may not.
    public var digest: String
    /// The line that ends there.
    public var line = 0
    /// Lines that were submitted.
    public var jobs = 0
    /// Lines that could not be used and were passed over.
    public var badLines = 0
    public var tenant: String
    /// Made before the first line was submitted; nil where none was wanted.
    public var estimate: BackfillEstimate?
    /// RFC 3339.
    public var startedAt: String

    enum CodingKeys: String, CodingKey {
        case schema, manifest, manifestDigest = "manifest_digest", bytes, digest, line, jobs, badLines = "bad_lines"
        case tenant, estimate, startedAt = "started_at"
    }
}

/// The files of one backfill in its home: `NAME.json` is the cursor, `NAME.jobs` the jobs, `NAME.failures.jsonl`
/// what the last report named. Their one writer holds the lock `backfill-NAME`.
struct BackfillFiles {
    let home: Home
    let name: String
    private let disk = Disk()

    var folder: String { home.root + "/backfills" }
    var cursor: String { "\(folder)/\(name).json" }
    var jobs: String { "\(folder)/\(name).jobs" }
    var failures: String { "\(folder)/\(name).failures.jsonl" }

    /// Letters, digits, `.`, `_` and `-`, not beginning with a dot, at most 100.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
            }
    }

    func prepare() throws {
        try home.prepare()
        try disk.makeFolder(folder)
        try disk.syncFolder(home.root)
    }

    func lock() throws -> LockFile {
        guard let lock = try LockFile(taking: home.lock("backfill-\(name)")) else {
            throw FleetError("another process runs the backfill \(name) of \(home.name); wait for it, or stop it first")
        }
        return lock
    }

    func read() throws -> BackfillCursor? {
        guard let data = try disk.read(cursor) else { return nil }
        do { return try CanonicalJSON.decode(BackfillCursor.self, from: data) } catch {
            throw FleetError(
                "\(cursor) is no cursor of this build: \(error); with --restart the manifest is gone through again, "
                    + "and what was accepted already stays one job")
        }
    }

    func write(_ value: BackfillCursor) throws {
        try disk.writeWhole(try CanonicalJSON.encode(value), to: "\(name).json", in: folder)
        try disk.syncFolder(folder)
    }

    func forget() throws {
        for path in [cursor, jobs, failures] { try disk.remove(path) }
        try disk.sweep(folder)
        try disk.syncFolder(folder)
    }
}
