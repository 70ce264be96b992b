internal import FingerprintIndex
internal import Fingerprints
internal import Records
internal import Store

/// Finds the copies among results that arrived together, several at once, before any of them is committed.
///
/// Each pair is judged once, by whichever of the two is committed last, and in the direction that `Precedence` gives. So
/// the edges are the same for every order of arrival, however many come at once; only the record of the search, which
/// says how much was searched, depends on what was there, and no profile may rest on it.
///
/// Against everything that was committed before, each video looks in the index, which does not change meanwhile. The
/// others that came with it are not in the index yet: for them there is an index of these videos alone, thrown away
/// afterwards, in which each looks for those that will be committed before it.
struct CopySearch: Sendable {
    /// A video with a readable fingerprint, that nothing else in this company or in the store shares its id with.
    struct Arrival: Sendable {
        var video: MatchVideo
        var events: JobEvents
    }

    private let store: StoreReader
    private let matching: any MatchEngine
    private let threads: Int
    private let known = Monitor(Known())

    /// Older videos that something of this company was compared with: what is alike comes together. Nothing is committed
    /// while they are kept.
    private struct Known {
        var videos: [String: MatchVideo] = [:]
        var bytes = 0
    }

    /// Of stored fingerprints, bytes. Laid out for comparison they take about eight times as much.
    private static let knownBytesMax = 16 << 20

    init(store: StoreReader, matching: any MatchEngine, threads: Int) {
        self.store = store
        self.matching = matching
        self.threads = threads
    }

    /// The edges between each video and everything before it, and the record of its search.
    ///
    /// - Parameter arrivals: in the order in which they will be committed.
    func events(of arrivals: [Arrival]) throws -> [[Event]] {
        guard arrivals.count > 1 else {
            return try arrivals.map { arrival in
                try Stage.match.time {
                    try events(of: arrival, before: [:], after: [], company: nil, findableBefore: 0)
                }
            }
        }
        let company = try matching.empty()
        let findable = try Self.add(arrivals.map(\.video), to: company)
        let isFindable = arrivals.map { findable.contains($0.video.id) }
        let places = Dictionary(uniqueKeysWithValues: arrivals.enumerated().map { ($1.video.id, $0) })
        let found = Monitor<[[Event]]>([])
        try OrderedWork.run(Array(arrivals.indices), slots: threads) { place in
            try Stage.match.time {
                try events(
                    of: arrivals[place], before: places.filter { $0.value < place }.mapValues { arrivals[$0].video },
                    after: Set(arrivals[(place + 1)...].map(\.video.id)), company: company,
                    findableBefore: isFindable[..<place].count { $0 })
            }
        } deliver: { _, events in
            found.update { $0.append(events) }
        }
        return found.update { $0 }
    }

    /// - Parameter before: those of its company that are committed before it, by their ids.
    /// - Parameter after: those that will look for it when they are.
    private func events(
        of arrival: Arrival, before: [String: MatchVideo], after: Set<String>, company: (any MatchEngine)?,
        findableBefore: Int
    ) throws -> [Event] {
        let video = arrival.video
        let candidates = try matching.candidates(of: video)
        let beside = before.isEmpty ? [] : try company?.candidates(of: video, except: after).ids ?? []
        var edges: [Event] = []
        for id in candidates.ids.union(beside).sorted() where id != video.id {
            guard let other = try before[id] ?? known(id) else { continue }
            let precedence = Precedence(video, other)
            let (query, reference) = precedence.aIsFirst ? (other, video) : (video, other)
            for match in try matching.verdict(query: query, reference: reference) {
                edges.append(
                    try arrival.events.edge(match, query: query, reference: reference, precedence.direction))
            }
        }
        let searched = candidates.searched + findableBefore
        return edges
            + [try arrival.events.searched(searched, found: edges.count, method: matching.method)]
    }

    /// The store's word goes before the index's: it has the facts that the submitter gave.
    private func known(_ id: String) throws -> MatchVideo? {
        if let video = known.update({ $0.videos[id] }) { return video }
        guard let stored = try store.fingerprint(ofVideo: id) else { return try matching.catalogued(id) }
        let video = try MatchVideo(stored)
        return known.update { known in
            if known.bytes + stored.bytes.count <= Self.knownBytesMax, known.videos[id] == nil {
                known.videos[id] = video
                known.bytes += stored.bytes.count
            }
            return known.videos[id] ?? video
        }
    }

    /// Makes videos findable; which of them can be. What an engine refuses is passed over.
    ///
    /// - Parameter refused: called for each such.
    @discardableResult
    static func add(
        _ videos: [MatchVideo], to engine: any MatchEngine, refused: (MatchVideo, MatchError) -> Void = { _, _ in }
    ) throws -> Set<String> {
        do {
            try engine.add(videos)
            return Set(videos.map(\.id))
        } catch is MatchError where videos.count > 1 {
            // One of them: the others shall not suffer for it.
            var added: Set<String> = []
            for video in videos { added.formUnion(try add([video], to: engine, refused: refused)) }
            return added
        } catch let error as MatchError {
            for video in videos { refused(video, error) }
            return []
        }
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
