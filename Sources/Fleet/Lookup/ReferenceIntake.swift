public import FingerprintIndex
internal import Fingerprints
public import Frames
internal import Synchronization

/// Decodes files on several slots and adds their fingerprints to an index, in input order.
///
/// Fingerprints are added in batches of at most `batchReferences`, and a reference waits at most
/// `batchSeconds` for its batch, so that a lookup in another process sees it within a second.
public struct ReferenceIntake {
    public struct Entry: Sendable {
        public var path: String
        public var reference: Reference

        public init(path: String, reference: Reference) {
            self.path = path
            self.reference = reference
        }
    }

    public struct Line: Sendable, Codable {
        public var path: String
        public var id: String
        public var added: Bool
        public var outcome: Outcome
    }

    public struct Summary: Sendable, Equatable {
        public var added = 0
        public var failed = 0
    }

    static let batchReferences = 64
    static let batchSeconds = 0.5

    private let index: FingerprintIndex
    private let decoder: DecodeService
    private let slots: Int

    public init(index: FingerprintIndex, decoder: DecodeService, slots: Int) {
        self.index = index
        self.decoder = decoder
        self.slots = slots
    }

    /// - Parameter report: called for every entry, in input order, once it is durable or has failed.
    /// - Throws: what the index throws; entries reported before are kept.
    public func add(_ entries: [Entry], report: @escaping @Sendable (Line) -> Void) throws -> Summary {
        let batch = Mutex(Batch())
        let index = index
        let decoder = decoder
        try OrderedWork.run(entries, slots: slots) { entry in
            try decoder.fingerprint(of: entry.path)
        } deliver: { entry, file in
            batch.withLock { $0.take(entry, file, index: index, report: report) }
        }
        return try batch.withLock { batch in
            batch.flush(into: index, report: report)
            if let error = batch.error { throw error }
            return batch.summary
        }
    }

    private struct Batch: Sendable {
        var waiting: [(line: Line, reference: Reference, fingerprint: MediaFingerprint)] = []
        var since = ContinuousClock.now
        var summary = Summary()
        var error: IndexError?

        mutating func take(_ entry: Entry, _ file: FileFingerprint, index: FingerprintIndex, report: (Line) -> Void) {
            var line = Line(path: entry.path, id: entry.reference.id, added: false, outcome: file.outcome)
            guard let fingerprint = file.fingerprint else {
                flush(into: index, report: report)
                summary.failed += 1
                return report(line)
            }
            line.added = true
            var reference = entry.reference
            reference.duration = fingerprint.duration
            if waiting.isEmpty { since = .now }
            waiting.append((line, reference, fingerprint))
            let isDue = ContinuousClock.now - since > .seconds(ReferenceIntake.batchSeconds)
            if waiting.count >= ReferenceIntake.batchReferences || isDue { flush(into: index, report: report) }
        }

        mutating func flush(into index: FingerprintIndex, report: (Line) -> Void) {
            guard error == nil, !waiting.isEmpty else { return }
            do {
                try index.add(waiting.map { ($0.reference, $0.fingerprint) })
            } catch {
                self.error = error
                return
            }
            for entry in waiting { report(entry.line) }
            summary.added += waiting.count
            waiting.removeAll()
        }
    }
}
