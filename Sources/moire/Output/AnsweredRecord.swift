import Aesthetics
import Foundation
import Records

/// A record, with what was asked for beside it: the fingerprint's bytes, what a model says.
struct AnsweredRecord: Encodable, Sendable {
    private let record: ExtractRecord
    private let fingerprint: Data?
    private let aesthetic: AestheticSignal?

    private enum CodingKeys: String, CodingKey { case fingerprint, aesthetic }

    /// - Parameter fingerprint: `MediaFingerprint` in its stored form; empty when the outcome has no result.
    init(_ record: ExtractRecord, fingerprint: Data?, aesthetic: AestheticSignal?) {
        self.record = record
        self.fingerprint = fingerprint.flatMap { $0.isEmpty ? nil : $0 }
        self.aesthetic = aesthetic
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(fingerprint, forKey: .fingerprint)
        try container.encodeIfPresent(aesthetic, forKey: .aesthetic)
    }
}
