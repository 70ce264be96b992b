import CKernels
import Fingerprints

/// Which references may show a query's pictures or parts of them: the lists of local features propose, an arrangement
/// of several confirms.
///
/// Each of the query's codes, as it is and in the mirror, opens the blocks in which its copies most probably lie. A
/// reference of which several features are met in one pair of frames is asked whether they agree on a place, a size and
/// a line of time (`LocalAnchors`); what does is judged in full by `Aligner`. Work is bounded by the query and by
/// how many lists there are, however long they are.
struct LocalSearch {
    typealias Place = SoundSearch.Place

    private let asking: (straight: LocalQuery, mirrored: LocalQuery)
    private let segments: [Snapshot.Live]
    private let parameters: LocalSearchParameters
    private let matching = LocalMatching.v1
    private let isWanted: (_ segment: Int, _ record: Int) -> Bool

    init(
        asking: (straight: LocalQuery, mirrored: LocalQuery), segments: [Snapshot.Live],
        parameters: LocalSearchParameters = .v1, isWanted: @escaping (_ segment: Int, _ record: Int) -> Bool
    ) {
        self.asking = asking
        self.segments = segments
        self.parameters = parameters
        self.isWanted = isWanted
    }

    func found() throws(IndexError) -> Set<Place> {
        let lists = segments.count { $0.segment.places != nil }
        let asked = questions(lists: lists)
        var proposals: [Place: Proposal] = [:]
        for (number, live) in segments.enumerated() {
            guard let section = live.segment.places else { continue }
            for isMirrored in [false, true] {
                let side = isMirrored ? asking.mirrored : asking.straight
                for hit in try hits(section, side, asked) {
                    let record = section.reference(holding: Int(hit.reference))
                    let place = Place(segment: number, record: record)
                    guard !live.dead[record], isWanted(number, record) else { continue }
                    proposals[place, default: Proposal()].add(
                        hit, isMirrored: isMirrored, frame: side.owners[Int(hit.query)])
                }
            }
        }
        let sorted = proposals.map { (place: $0.key, proposal: $0.value) }
            .filter { $0.proposal.weight >= parameters.weightLeast }
            .sorted { a, b in
                a.proposal.weight != b.proposal.weight
                    ? a.proposal.weight > b.proposal.weight
                    : (a.place.segment, a.place.record) < (b.place.segment, b.place.record)
            }
        var found: Set<Place> = []
        for item in sorted.prefix(parameters.looksMax) where try isPromising(item.place, item.proposal) {
            found.insert(item.place)
            if found.count == parameters.candidatesMax { break }
        }
        return found
    }

    /// What was met of one reference.
    private struct Proposal {
        var straight: [moire_local_hit] = []
        var mirrored: [moire_local_hit] = []
        /// The most that one frame of the query met, decades.
        private(set) var weight = 0.0
        private var last: (isMirrored: Bool, frame: Int32, sum: Double) = (false, -1, 0)

        mutating func add(_ hit: moire_local_hit, isMirrored: Bool, frame: Int32) {
            if isMirrored { mirrored.append(hit) } else { straight.append(hit) }
            if last.isMirrored != isMirrored || last.frame != frame { last = (isMirrored, frame, 0) }
            last.sum += LocalMatching.weight(Int32(hit.similarity))
            weight = max(weight, last.sum)
        }
    }

    /// The query's features that ask, ascending: all while there are few lists, then the strongest of each frame.
    private func questions(lists: Int) -> [Int] {
        let print = asking.straight.print
        let most = max(
            parameters.codesLeast, parameters.blocksOfQuery / (2 * Int(moire_local_probes) * max(1, lists)))
        guard print.codes.count > most else { return Array(print.codes.indices) }
        let each = max(4, most / max(1, print.times.count))
        // Frames are evenly thinned where even four of each are too many.
        let step = max(1, print.times.count * each / most)
        return stride(from: 0, to: print.times.count, by: step).flatMap { print.features($0).prefix(each) }
    }

    private func hits(_ section: LocalSection, _ side: LocalQuery, _ asked: [Int]) throws(IndexError)
        -> [moire_local_hit]
    {
        let codes = asked.map { side.print.codes[$0] }
        let all = LocalHits.all(least: matching.hitLeast) { least, hits in
            // At most `hits.count` are written.
            unsafe section.withKernel { list in
                unsafe moire_local_list_hits(&list, codes, codes.count, least, &hits, hits.count)
            }
        }
        guard let all else { throw section.damagedList }
        var hits = LocalHits.thinned(all, most: parameters.hitsOfFeature) { $0.query }
        for index in hits.indices { hits[index].query = UInt32(asked[Int(hits[index].query)]) }
        return hits
    }

    private func isPromising(_ place: Place, _ proposal: Proposal) throws(IndexError) -> Bool {
        guard let section = segments[place.segment].segment.places else { return false }
        let first = try section.features(of: section.frames(of: place.record)).lowerBound
        let print = LocalPrint(
            try section.fingerprint(of: place.record), timelineSeconds: AlignerParameters.v3.timelineSeconds)
        for (side, isMirrored, hits) in [
            (asking.straight, false, proposal.straight), (asking.mirrored, true, proposal.mirrored),
        ] {
            let own = hits.compactMap { hit -> moire_local_hit? in
                let number = print.place(ofFeature: Int(hit.reference) - first)
                return number.map {
                    moire_local_hit(query: hit.query, reference: UInt32($0), similarity: hit.similarity)
                }
            }
            let evidence = LocalEvidence(query: side, isMirrored: isMirrored, reference: print, matching: matching)
            if evidence.isPromising(own) { return true }
        }
        return false
    }
}

/// The tuned numbers of a search by local features. They decide what is found and how long it takes, not what a pair is
/// worth.
struct LocalSearchParameters: Sendable {
    static let v1 = LocalSearchParameters()

    /// Blocks that a query opens in all lists together, about: 50 ns each.
    let blocksOfQuery = 1 << 19
    let codesLeast = 400
    /// Hits of one of the query's features in one list; of more, the closest.
    let hitsOfFeature = 128
    /// What one frame of the query has to meet of a reference, decades.
    let weightLeast = 3.0
    /// References that are asked for an arrangement, and handed on.
    let looksMax = 512
    let candidatesMax = 64
}
