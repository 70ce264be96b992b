internal import FingerprintIndex
internal import Fingerprints
internal import Records
internal import Store

extension Coordinator {
    /// The edges between a video and everything committed before it, and the record of the search.
    ///
    /// Each pair is judged once, by whichever of the two comes in last, and in the direction that
    /// `Precedence` gives. So the edges are the same for every order of arrival; only the record of
    /// the search, which says how much was searched, is not, and no profile may rest on it.
    func matches(of video: MatchVideo, _ events: JobEvents) throws -> [Event] {
        let candidates = try matching.candidates(of: video)
        var edges: [Event] = []
        for id in candidates.ids.sorted() where id != video.id {
            guard let other = try known(id) else { continue }
            let precedence = Precedence(video, other)
            let (query, reference) = precedence.aIsFirst ? (other, video) : (video, other)
            for match in try matching.verdict(query: query, reference: reference) {
                edges.append(try events.edge(match, query: query, reference: reference, precedence.direction))
            }
        }
        return edges + [try events.searched(candidates.searched, found: edges.count, method: matching.method)]
    }

    /// The store's word goes before the index's: it has the facts that the submitter gave.
    private func known(_ id: String) throws -> MatchVideo? {
        guard let stored = try store.reader.fingerprint(ofVideo: id) else { return try matching.catalogued(id) }
        return try MatchVideo(stored)
    }
}

extension MatchVideo {
    init(_ job: LedgerJob, _ fingerprint: MediaFingerprint) {
        self.init(
            id: job.spec.video.videoID, creator: job.spec.video.creator, publishedAt: job.spec.video.publishedAt,
            sequence: job.sequence, fingerprint: fingerprint)
    }

    init(_ stored: StoredFingerprint) throws(FingerprintError) {
        self.init(
            id: stored.videoID, creator: stored.creator, publishedAt: stored.publishedAt, sequence: stored.sequence,
            fingerprint: try MediaFingerprint(decoding: Array(stored.bytes)))
    }
}
