import Fingerprints

/// One whole state of the index, as a reader sees it: never changed, shared by lookups.
final class Snapshot: Sendable {
    /// A segment with the references that are still alive.
    struct Live: Sendable {
        let segment: Segment
        /// One flag per record.
        let dead: [Bool]
        /// Of the living.
        let count: Count
    }

    /// How much there is to search.
    struct Count: Sendable {
        var references: Int
        var codes: Int
        var peaks: Int

        init(_ record: Segment.Record) { (references, codes, peaks) = (1, record.codes.count, record.peaks) }

        /// All of a segment but the dead.
        init(_ segment: Segment, dead: [Bool]) {
            (references, codes, peaks) = (segment.layout.references, segment.layout.codes, segment.peakCount)
            for index in dead.indices where dead[index] {
                let record = segment.record(index)
                references -= 1
                codes -= record.codes.count
                peaks -= record.peaks
            }
        }
    }

    let manifest: Manifest
    let identity: Disk.Identity
    /// Kept open so that the file system cannot give the manifest's inode to its successor: two
    /// identities are equal only when nothing changed.
    private let manifestFile: Descriptor
    let segments: [Live]

    /// nil when a segment vanished between reading the manifest and opening it: a writer merged it, and
    /// the caller reads again.
    init?(folder: String, reusing older: Snapshot?) throws(IndexError) {
        let path = "\(folder)/\(Manifest.fileName)"
        guard let file = try Disk.open(path) else {
            throw IndexError(.missing, "\(folder): holds no index; make one with `moire index add`")
        }
        identity = try Disk.identity(of: file.raw, path: path)
        guard identity.bytes <= Int64(Manifest.bytesMax) else {
            throw .corrupt(path, "is \(identity.bytes) bytes long, expected at most \(Manifest.bytesMax)")
        }
        manifest = try Manifest(decoding: Disk.read(file.raw, bytes: Int(identity.bytes), path: path), path: path)
        manifestFile = file

        var dead: [UInt64: [UInt32]] = [:]
        for tombstone in manifest.tombstones { dead[tombstone.segment, default: []].append(tombstone.record) }
        // No sum runs over: the manifest was checked for its entries' sizes and their number.
        let isSmall = manifest.segments.reduce(0) { $0 + Int($1.bytes) } <= IndexLimits.bytesCheckedAtOpen
        var segments: [Live] = []
        for entry in manifest.segments {
            var segment = older?.segments.first { $0.segment.entry == entry }?.segment
            if segment == nil { segment = try Segment(entry: entry, folder: folder, isSmall: isSmall) }
            guard let segment else { return nil }
            var flags = [Bool](repeating: false, count: segment.layout.references)
            for record in dead.removeValue(forKey: entry.number) ?? [] {
                guard Int(record) < flags.count else {
                    throw .corrupt(path, "has a tombstone for record \(record) of \(flags.count) in \(entry.fileName)")
                }
                flags[Int(record)] = true
            }
            segments.append(Live(segment: segment, dead: flags, count: Count(segment, dead: flags)))
        }
        guard dead.isEmpty else { throw .corrupt(path, "has tombstones for a segment that is not there") }
        self.segments = segments
    }

    static func load(folder: String, reusing older: Snapshot?) throws(IndexError) -> Snapshot {
        for _ in 0..<IndexLimits.openAttempts {
            if let snapshot = try Snapshot(folder: folder, reusing: older) { return snapshot }
        }
        throw .corrupt("\(folder)/\(Manifest.fileName)", "names a segment that is not there")
    }

    /// Where a live reference lies.
    func find(id: String) -> (segment: Int, record: Int)? {
        for (index, live) in segments.enumerated() {
            if let record = live.segment.find(id: id), !live.dead[record] { return (index, record) }
        }
        return nil
    }
}
