public import Fingerprints
import Synchronization

/// Fingerprints of many videos in a folder, to be looked up by another's.
///
/// Any number of processes read at once and one writes. A reader works on one whole state and notices
/// the next at its next lookup, by one `stat`. `add` and `remove` are durable when they return; a crash at
/// any moment leaves the state before or the state after.
///
/// The folder holds a `manifest` (see `Manifest`), immutable `segment-*` files (see `SegmentLayout`) and a
/// `lock` file. Segments of like size are merged four to one while entries are added, so there are about
/// three for each power of four.
public final class FingerprintIndex: Sendable {
    /// The folder.
    public let path: String
    private let current: Mutex<Snapshot>

    static let lockName = "lock"

    /// Opens the index in a folder.
    ///
    /// - Parameter create: makes the folder and an empty index in it when there is none.
    public init(at path: String, create: Bool) throws(IndexError) {
        self.path = path
        let manifest = "\(path)/\(Manifest.fileName)"
        if try Disk.identity(of: manifest) == nil {
            guard create else {
                throw IndexError(.missing, "\(path): holds no index; make one with `moire index add`")
            }
            try Self.makeEmpty(at: path)
        }
        current = Mutex(try Snapshot.load(folder: path, reusing: nil))
    }

    private static func makeEmpty(at path: String) throws(IndexError) {
        try Disk.makeFolder(path)
        let foreign = try Disk.names(in: path).first { $0 != lockName && !$0.hasPrefix(".\(Manifest.fileName)") }
        if let foreign {
            throw IndexError(
                .notAnIndex,
                "\(path): holds \"\(foreign)\" and no manifest, so it is no index; "
                    + "name a new or an empty folder")
        }
        let lock = try WriterLock(folder: path, patience: IndexLimits.writerPatience)
        defer { lock.release() }
        // Another process may have made it while this one waited.
        if try Disk.identity(of: "\(path)/\(Manifest.fileName)") == nil {
            try Disk.replace(Manifest.fileName, in: path, with: Manifest().encoded())
        }
    }

    /// Takes up what other processes have written. Costs one `stat` when nothing changed; lookups do it
    /// themselves.
    public func refresh() throws(IndexError) {
        _ = try snapshot()
    }

    /// The newest state.
    func snapshot() throws(IndexError) -> Snapshot {
        let manifest = "\(path)/\(Manifest.fileName)"
        guard let now = try Disk.identity(of: manifest) else {
            throw IndexError(.missing, "\(path): the index is gone; make one with `moire index add`")
        }
        let known = current.withLock { $0 }
        if known.identity == now { return known }
        let fresh = try Snapshot.load(folder: path, reusing: known)
        return current.withLock { held in
            // A slower thread must not put back an older state.
            if fresh.manifest.generation >= held.manifest.generation || held.identity == known.identity { held = fresh }
            return held
        }
    }

    // MARK: Reading

    /// The live reference of this id.
    public func reference(_ id: String) throws(IndexError) -> Reference? {
        let snapshot = try snapshot()
        return snapshot.find(id: id).map { snapshot.segments[$0.segment].segment.reference($0.record) }
    }

    /// The fingerprint that was added under this id, as the index keeps it: without what only a query needs, and with frames
    /// that hardly differ from the one before as that one (`FrameThinning`).
    public func fingerprint(of id: String) throws(IndexError) -> MediaFingerprint? {
        let snapshot = try snapshot()
        guard let place = snapshot.find(id: id) else { return nil }
        var fingerprint = try snapshot.segments[place.segment].segment.fingerprint(place.record)
        fingerprint.video.frames = FrameThinning.filled(fingerprint.video.frames)
        return fingerprint
    }

    /// All live references in the order of their arrival.
    public func references() throws(IndexError) -> [Reference] {
        try snapshot().segments.flatMap { live in
            live.dead.indices.filter { !live.dead[$0] }.map { live.segment.reference($0) }
        }.sorted { ($0.sequence, $0.id) < ($1.sequence, $1.id) }
    }

    /// How many live references each bank holds.
    public func banks() throws(IndexError) -> [String: Int] {
        try snapshot().segments.reduce(into: [:]) { counts, live in
            for index in live.dead.indices where !live.dead[index] {
                counts[live.segment.reference(index).bank, default: 0] += 1
            }
        }
    }

    /// Changes since the index was made; the same number is the same content.
    public func generation() throws(IndexError) -> UInt64 { try snapshot().manifest.generation }

    /// When the index was last changed: Unix time, seconds.
    public func changedAt() throws(IndexError) -> Int64 { Int64(try snapshot().identity.modifiedSeconds) }

    public func statistics() throws(IndexError) -> IndexStatistics {
        var sum = IndexStatistics()
        let snapshot = try snapshot()
        sum.generation = snapshot.manifest.generation
        sum.segments = snapshot.segments.count
        for live in snapshot.segments {
            sum.bytes += Int(live.segment.entry.bytes)
            sum.references += live.count.references
            sum.codes += live.count.codes
            sum.peaks += live.count.peaks
            sum.removed += live.dead.count - live.count.references
        }
        return sum
    }

    /// Local features, and the bytes that they and what finds them take.
    package func places() throws(IndexError) -> (features: Int, bytes: Int) {
        try snapshot().segments.reduce(into: (0, 0)) { sum, live in
            sum.0 += live.segment.places?.features ?? 0
            sum.1 += live.segment.layout.placeBytes
        }
    }

    /// Reads every byte of the index and compares it with its checksum.
    public func verify() throws(IndexError) {
        for live in try Snapshot.load(folder: path, reusing: nil).segments { try live.segment.verifyAll() }
    }
}

/// How much is in an index.
public struct IndexStatistics: Sendable, Codable, Equatable {
    public var references = 0
    public var codes = 0
    /// Peaks of sound.
    public var peaks = 0
    /// Of all segments.
    public var bytes = 0
    public var segments = 0
    /// Removed references whose room is not yet reclaimed.
    public var removed = 0
    /// Changes since the index was made.
    public var generation: UInt64 = 0

    public init() {}
}
