public import FingerprintIndex
internal import Fingerprints

/// Matching by a home's fingerprint index.
public struct IndexMatchEngine: MatchEngine {
    private let index: FingerprintIndex

    public init(index: FingerprintIndex) { self.index = index }

    public var method: String { Aligner.version }

    public func add(_ video: MatchVideo) throws {
        let reference = Reference(
            id: video.id, bank: video.bank, creator: video.creator, publishedAt: video.publishedAt,
            sequence: UInt64(clamping: video.sequence), duration: video.fingerprint.duration)
        do { try index.add([(reference, video.fingerprint)]) } catch {
            if error.code == .refused { throw MatchError.refused(error.description) }
            throw error
        }
    }

    /// Everything that shares anything with the video: the aligner's weakest answers count too.
    ///
    /// That makes candidates symmetric by margin, not by proof. The index's own gate (near frames,
    /// equal landmarks) is the same from either side; after it the aligner answers in one direction,
    /// and here any evidence at all is enough, while a verdict needs six decades of it
    /// (`Aligner.confidentScore`). A pair would have to lose all six by being turned round to be missed.
    public func candidates(of video: MatchVideo) throws -> MatchCandidates {
        let options = LookupOptions(minimumScore: 0, matchesMax: .max, excluding: [video.id])
        let found = try index.lookup(video.fingerprint, id: video.id, options: options)
        return MatchCandidates(ids: Set(found.matches.map(\.reference)), searched: found.referencesSearched)
    }

    public func verdict(query: MatchVideo, reference: MatchVideo) -> [Match] {
        Aligner.compare(
            query: query.fingerprint, reference: reference.fingerprint, queryID: query.id,
            referenceID: reference.id, bank: reference.bank
        ).matches
    }

    public func catalogued(_ id: String) throws -> MatchVideo? {
        guard let reference = try index.reference(id), let fingerprint = try index.fingerprint(of: id) else {
            return nil
        }
        return MatchVideo(
            id: id, creator: reference.creator, publishedAt: reference.publishedAt, sequence: 0,
            bank: reference.bank, fingerprint: fingerprint)
    }
}
