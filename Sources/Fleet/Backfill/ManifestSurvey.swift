internal import Foundation

/// What a manifest holds, found by going through it twice: first its digest and its number of records, then a sample
/// that the digest alone decides. Memory grows with the sample only.
public struct ManifestSurvey: Sendable {
    public let path: String
    /// Records, good and bad; those that are longer than a record may be count as well.
    public private(set) var records = 0
    public private(set) var bytes: Int64 = 0
    /// SHA-256 of the file, 64 hex digits.
    public private(set) var digest = ""
    private(set) var sample: [ManifestReader.Record] = []

    /// - Parameter sample: records to draw, each with the same chance.
    /// - Parameter progress: called now and then with the share that is done, 0 to 1.
    /// - Throws: `IntakeError` when the manifest cannot be read.
    public init(of path: String, sample: Int, progress: (Double) -> Void = { _ in }) throws {
        self.path = path
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        let total = max(1, (facts?[.size] as? NSNumber)?.doubleValue ?? 1)
        let passes = sample > 0 ? 2.0 : 1.0

        let counted = try ManifestReader(at: path)
        try Self.goThrough(counted) { _ in
            records += 1
            if records % 10_000 == 0 { progress(Double(counted.offset) / total / passes) }
        }
        bytes = counted.offset
        digest = counted.digest
        guard sample > 0 else { return }
        var reservoir = Reservoir<ManifestReader.Record>(
            capacity: sample, seed: UInt64(digest.prefix(16), radix: 16) ?? 0)
        let drawn = try ManifestReader(at: path)
        try Self.goThrough(drawn) { record in
            if let record { reservoir.offer(record) }
            if reservoir.offered % 10_000 == 0 { progress(0.5 + Double(drawn.offset) / total / passes) }
        }
        self.sample = reservoir.items.sorted { $0.number < $1.number }
    }

    private static func goThrough(_ reader: ManifestReader, _ body: (ManifestReader.Record?) -> Void) throws {
        while true {
            let before = reader.offset
            do {
                guard let record = try reader.nextRecord() else { return }
                body(record)
            } catch {
                // A record that is none is the submission's to name; a file that cannot be read on ends this.
                guard reader.offset > before else { throw error }
                body(nil)
            }
        }
    }
}
