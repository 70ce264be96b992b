public import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Records

/// Matching by a home's fingerprint index.
public struct IndexMatchEngine: MatchEngine {
    private let index: FingerprintIndex
    /// Of an index that goes with this engine.
    private let folder: TemporaryFolder?

    public init(index: FingerprintIndex) {
        self.index = index
        folder = nil
    }

    /// An empty index, gone with the last engine that uses it.
    private init(in folder: TemporaryFolder) throws {
        index = try FingerprintIndex(at: folder.path, create: true)
        self.folder = folder
    }

    public func empty() throws -> any MatchEngine { try IndexMatchEngine(in: TemporaryFolder()) }

    private final class TemporaryFolder: Sendable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("moire-company-\(UUID().uuidString)")
            .path

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    public var method: String { Aligner.version }

    public func add(_ videos: [MatchVideo]) throws {
        let entries = videos.map { video in
            (
                Reference(
                    id: video.id, bank: video.bank, creator: video.creator, publishedAt: video.publishedAt,
                    sequence: UInt64(clamping: video.sequence), duration: video.fingerprint.duration),
                video.fingerprint
            )
        }
        do { try index.add(entries) } catch {
            if error.code == .refused { throw MatchError.refused(error.description) }
            throw error
        }
    }

    /// Everything worth comparing with the video, by the index's wide gates and its policy.
    ///
    /// That makes candidates symmetric by margin, not by proof: near frames are the same from either side, while
    /// the search by sound asks from one. It lets pass whatever stands out by three decades, and a verdict
    /// by sound alone needs four beyond the price of the search (`Aligner.confidentScore`), about nine in all.
    public func candidates(of video: MatchVideo, except: Set<String>) throws -> MatchCandidates {
        let found = try index.candidates(of: video.comparable, excluding: except.union([video.id]))
        return MatchCandidates(ids: try found.ids.filter { try isOpen(to: video, $0) }, searched: found.searched)
    }

    /// What one tenant submitted is compared with its own, and with catalogues that are everybody's.
    private func isOpen(to video: MatchVideo, _ id: String) throws -> Bool {
        if TenantScope.areComparable(video.id, id) { return true }
        return try TenantScope.tenant(of: id) == nil && index.reference(id)?.bank != TenantScope.uploads
    }

    /// Under the minimum of either one's bank there is no match.
    public func verdict(query: MatchVideo, reference: MatchVideo) throws -> [Match] {
        let policy = try index.policy()
        let minimum = [query, reference].compactMap { policy.settings(of: $0.bank).minimumScore }.max() ?? 0
        return Aligner.matches(
            query: query.comparable, reference: reference.comparable, queryID: query.id, referenceID: reference.id,
            bank: reference.bank
        ).filter { $0.score >= minimum }
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
