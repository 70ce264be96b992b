public import Fingerprints
import Synchronization

/// A fingerprint that will be compared more than once: what laying it out for comparison costs, about as much as the
/// comparison of a pair of short videos, is paid once for each side of a pair that it takes.
///
/// May be used from several threads. Holds about eight times the memory of the stored form.
public final class ComparableFingerprint: Sendable, Equatable {
    public let fingerprint: MediaFingerprint
    private let query = Mutex<Prepared?>(nil)
    private let reference = Mutex<Prepared?>(nil)

    public init(_ fingerprint: MediaFingerprint) { self.fingerprint = fingerprint }

    public static func == (a: ComparableFingerprint, b: ComparableFingerprint) -> Bool {
        a === b || a.fingerprint == b.fingerprint
    }

    /// The layout for one side; who comes while it is made waits for it.
    func prepared(as role: Prepared.Role) -> Prepared {
        func once(_ known: inout sending Prepared?) -> Prepared {
            if let known { return known }
            let made = Prepared(fingerprint, as: role)
            known = made
            return made
        }
        return switch role {
        case .query: query.withLock { once(&$0) }
        case .reference: reference.withLock { once(&$0) }
        }
    }
}

extension Aligner {
    /// Compares two fingerprints by all that they have. The same matches as `compare` of the fingerprints themselves gives.
    public static func matches(
        query: ComparableFingerprint, reference: ComparableFingerprint, queryID: String, referenceID: String,
        bank: String, minimumScore: Double = confidentScore
    ) -> [Match] {
        compare(
            query: query.prepared(as: .query), reference: reference.prepared(as: .reference),
            names: Names(query: queryID, reference: referenceID, bank: bank), minimumScore: minimumScore
        ).matches
    }
}
