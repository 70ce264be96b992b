public import FingerprintIndex
public import Fingerprints
internal import Records

/// Finds who shares content with whom, for the coordinator.
///
/// The coordinator needs answers that do not depend on the order in which videos come in. So an
/// engine finds *candidates*, and separately gives the *verdict* on a pair in a given direction:
///
/// - `candidates` must be symmetric: where the verdict on a pair in either direction could be a match,
///   each of the two finds the other. Too many candidates cost time, missing ones cost truth.
/// - `verdict` depends on the two fingerprints alone.
public protocol MatchEngine: Sendable {
    /// Name and version of candidates and verdict together.
    var method: String { get }

    /// Makes videos findable; durable when it returns. Adding the same again changes nothing.
    ///
    /// - Throws: `MatchError.refused` when one of the fingerprints can never be added, other errors when it
    ///   may work another time; none is added then.
    ///
    /// May be called while nothing else is; all other questions may come from several threads at once.
    func add(_ videos: [MatchVideo]) throws

    /// An engine of the same kind that knows nothing yet, for videos that are to be compared with one another. Nobody
    /// needs what is added to it to last.
    func empty() throws -> any MatchEngine

    /// - Parameter except: ids that are passed over as if they had not been added.
    func candidates(of video: MatchVideo, except: Set<String>) throws -> MatchCandidates

    /// Stretches of the query that show what the reference shows, best first.
    func verdict(query: MatchVideo, reference: MatchVideo) throws -> [Match]

    /// A candidate that the home's store does not know: from a catalogue that somebody else filled.
    func catalogued(_ id: String) throws -> MatchVideo?
}

extension MatchEngine {
    public func candidates(of video: MatchVideo) throws -> MatchCandidates { try candidates(of: video, except: []) }
}

/// A video as matching sees it.
public struct MatchVideo: Sendable, Equatable {
    public var id: String
    public var creator: String?
    public var publishedAt: String?
    /// Order of acceptance; 0 for what was never submitted.
    public var sequence: Int64
    public var bank: String
    /// Laid out for comparison when it is first needed, and shared by copies of this value.
    public let comparable: ComparableFingerprint

    public var fingerprint: MediaFingerprint { comparable.fingerprint }

    public init(
        id: String, creator: String?, publishedAt: String?, sequence: Int64, bank: String? = nil,
        fingerprint: MediaFingerprint
    ) {
        self.id = id
        self.creator = creator
        self.publishedAt = publishedAt
        self.sequence = sequence
        self.bank = bank ?? TenantScope.uploads(besides: id)
        comparable = ComparableFingerprint(fingerprint)
    }
}

public struct MatchCandidates: Sendable, Equatable {
    public var ids: Set<String>
    /// How many references the search saw.
    public var searched: Int

    public init(ids: Set<String>, searched: Int) {
        self.ids = ids
        self.searched = searched
    }
}

public enum MatchError: Error, Sendable, Equatable {
    case refused(String)
}
