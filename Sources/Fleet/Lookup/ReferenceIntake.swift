public import FingerprintIndex
internal import Fingerprints
public import Frames
internal import Synchronization

/// Decodes files on several slots and adds their fingerprints to an index, in input order.
///
/// Each reference is added as soon as it and those before it are decoded, so that a lookup in another
/// process sees it at once. That is an fsync or two a reference, little beside decoding it.
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

    private let index: FingerprintIndex
    private let decoder: DecodeService
    private let slots: Int

    public init(index: FingerprintIndex, decoder: DecodeService, slots: Int) {
        self.index = index
        self.decoder = decoder
        self.slots = slots
    }

    /// - Parameter report: called for every entry, in input order, once it is durable or has failed.
    /// - Throws: what keeps the index or the decoder from working at all; entries reported before are kept.
    public func add(_ entries: [Entry], report: @escaping @Sendable (Line) -> Void) throws -> Summary {
        let desk = Mutex(Desk())
        let index = index
        let decoder = decoder
        try OrderedWork.run(entries, slots: slots) { entry in
            if let error = desk.withLock({ $0.error }) { throw error }
            return try decoder.fingerprint(of: entry.path)
        } deliver: { entry, file in
            desk.withLock { $0.take(entry, file, index, report) }
        }
        return try desk.withLock { desk in
            if let error = desk.error { throw error }
            return desk.summary
        }
    }

    private struct Desk: Sendable {
        var summary = Summary()
        /// The index cannot be written; nothing more is tried.
        var error: IndexError?

        mutating func take(_ entry: Entry, _ file: FileFingerprint, _ index: FingerprintIndex, _ report: (Line) -> Void)
        {
            guard error == nil else { return }
            var line = Line(path: entry.path, id: entry.reference.id, added: false, outcome: file.outcome)
            if let fingerprint = file.fingerprint {
                var reference = entry.reference
                reference.duration = fingerprint.duration
                do {
                    try index.add([(reference, fingerprint)])
                    line.added = true
                } catch {
                    // What is wrong with this reference (an id too long) is its own trouble; the rest is everybody's.
                    guard error.code == .refused else { return self.error = error }
                    line.outcome = Outcome(.refused, reason: "reference_refused", sentence: "\(error)")
                }
            }
            summary.added += line.added ? 1 : 0
            summary.failed += line.added ? 0 : 1
            report(line)
        }
    }
}
