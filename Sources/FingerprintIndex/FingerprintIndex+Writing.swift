public import Fingerprints

extension FingerprintIndex {
    /// Adds references; durable, and visible to every process, when it returns.
    ///
    /// An id that is there with the same facts and fingerprint stays untouched. One with other facts is
    /// replaced and keeps its place in the order of arrival; one with another fingerprint is replaced and
    /// takes a new place. Of an id that comes twice in `entries` the last counts.
    ///
    /// - Complexity: one or more segments and the manifest are written and synchronized, a few
    ///   milliseconds; over many calls each reference is rewritten about log₄(n) times by merging.
    public func add(_ entries: [(Reference, MediaFingerprint)]) throws(IndexError) {
        try add(entries, patience: IndexLimits.writerPatience)
    }

    func add(_ entries: [(Reference, MediaFingerprint)], patience: Double) throws(IndexError) {
        var latest: [String: IndexEntry] = [:], order: [String] = []
        for (reference, fingerprint) in entries {
            let entry = IndexEntry(reference: reference, fingerprint: fingerprint)
            try entry.check()
            if latest.updateValue(entry, forKey: reference.id) == nil { order.append(reference.id) }
        }
        try change(patience: patience) { (snapshot, manifest) throws(IndexError) in
            var fresh: [IndexEntry] = []
            for id in order {
                guard var entry = latest[id] else { continue }
                if let place = snapshot.find(id: id) {
                    let segment = snapshot.segments[place.segment].segment
                    let stored = segment.reference(place.record)
                    let same = try segment.fingerprint(place.record) == entry.fingerprint
                    if same && stored.saysTheSame(as: entry.reference) { continue }
                    if same && entry.reference.sequence == 0 { entry.reference.sequence = stored.sequence }
                    manifest.tombstones.append(
                        Manifest.Tombstone(segment: segment.entry.number, record: UInt32(place.record)))
                }
                if entry.reference.sequence == 0 { entry.reference.sequence = manifest.nextSequence }
                manifest.nextSequence = max(manifest.nextSequence, entry.reference.sequence &+ 1)
                fresh.append(entry)
            }
            return fresh
        }
    }

    /// Removes references; ids that are not there are passed over. Their room is reclaimed by merging.
    public func remove(_ ids: [String]) throws(IndexError) {
        try change(patience: IndexLimits.writerPatience) { (snapshot, manifest) throws(IndexError) in
            for id in Set(ids).sorted() {
                guard let place = snapshot.find(id: id) else { continue }
                manifest.tombstones.append(
                    Manifest.Tombstone(
                        segment: snapshot.segments[place.segment].segment.entry.number, record: UInt32(place.record)))
                manifest.policy.referencesOff.remove(id)
            }
            return []
        }
    }

    /// Writes everything anew in as few segments as there is room for, and reclaims the room of what was removed.
    ///
    /// A lookup asks each segment, so a large index answers several times faster afterwards; nothing else changes.
    /// Readers go on meanwhile; other writers wait, and give up after a few seconds. The folder's disk holds both the old
    /// and the new for a while.
    ///
    /// - Complexity: everything is read a few times and written once: CPU of 6 s for a hundred hours of video with sound,
    ///   and at ten million frame codes 0.6 GB of memory, whatever a file's size; the mapped files' pages can be given back.
    public func compact() throws(IndexError) { try compact(numberBytes: nil) }

    /// - Parameter numberBytes: of a local feature's number in its list; nil for as few as will do.
    func compact(numberBytes: Int?) throws(IndexError) {
        let lock = try WriterLock(folder: path, patience: IndexLimits.writerPatience)
        defer { lock.release() }
        let snapshot = try snapshot()
        let merge = MergePlan(compacting: snapshot)
        guard !merge.segments.isEmpty else { return }
        try write(merge, with: [], over: snapshot, as: snapshot.manifest, numberBytes: numberBytes)
    }

    /// One change of the index under the writer's lock: `decide` marks what goes and returns what comes.
    private func change(
        patience: Double,
        _ decide: (Snapshot, inout Manifest) throws(IndexError) -> [IndexEntry]
    ) throws(IndexError) {
        let lock = try WriterLock(folder: path, patience: patience)
        defer { lock.release() }
        let snapshot = try snapshot()
        var manifest = snapshot.manifest
        let fresh = try decide(snapshot, &manifest)
        guard !fresh.isEmpty || manifest.tombstones != snapshot.manifest.tombstones else { return }

        let merge = MergePlan(adding: fresh, to: snapshot, tombstones: Set(manifest.tombstones))
        try write(merge, with: fresh, over: snapshot, as: manifest)
    }

    /// One change of the policy under the writer's lock.
    func changePolicy(_ decide: (inout BankPolicy, Snapshot) throws(IndexError) -> Void) throws(IndexError) {
        let lock = try WriterLock(folder: path, patience: IndexLimits.writerPatience)
        defer { lock.release() }
        let snapshot = try snapshot()
        var manifest = snapshot.manifest
        try decide(&manifest.policy, snapshot)
        guard manifest.policy != snapshot.manifest.policy else { return }
        guard manifest.policy.encoded().count <= BankPolicy.bytesMax else {
            throw IndexError(.refused, "the settings of banks and references take over \(BankPolicy.bytesMax) bytes")
        }
        manifest.generation += 1
        try Disk.replace(Manifest.fileName, in: path, with: manifest.encoded())
        try refresh()
    }

    /// Writes the segments of a plan, and then the manifest that makes them count.
    private func write(
        _ merge: MergePlan, with fresh: [IndexEntry], over snapshot: Snapshot, as next: Manifest,
        numberBytes: Int? = nil
    ) throws(IndexError) {
        var manifest = next
        let gone = Set(merge.segments.map(\.entry.number))
        try removeLeftovers(keeping: snapshot.manifest)
        try merge.forEachBatch(with: fresh) { (batch) throws(IndexError) in
            let writer = SegmentWriter(batch, numberBytes: numberBytes)
            manifest.segments.append(try writer.write(number: manifest.nextSegment, in: path))
            manifest.nextSegment += 1
        }
        manifest.segments.removeAll { gone.contains($0.number) }
        manifest.tombstones.removeAll { gone.contains($0.segment) }
        manifest.tombstones.sort()
        manifest.generation += 1
        try Disk.replace(Manifest.fileName, in: path, with: manifest.encoded())
        // From here on the change has happened; what is left is housekeeping that the next writer would
        // do otherwise.
        for segment in merge.segments { try Disk.remove("\(path)/\(segment.entry.fileName)") }
        try refresh()
    }

    /// Removes what a writer that did not come to its end left behind.
    private func removeLeftovers(keeping manifest: Manifest) throws(IndexError) {
        let alive = Set(manifest.segments.map(\.fileName))
        for name in try Disk.names(in: path) {
            let segment = name.hasPrefix("segment-") && !alive.contains(name)
            let temporary =
                name.hasSuffix(".tmp") && (name.hasPrefix(".segment-") || name == ".\(Manifest.fileName).tmp")
            if segment || temporary { try Disk.remove("\(path)/\(name)") }
        }
    }
}
