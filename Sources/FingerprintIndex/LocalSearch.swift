import CKernels
import Fingerprints

/// Which references may show a query's pictures or parts of them: the lists of local features propose, an arrangement
/// of several confirms.
///
/// Each of the query's codes, as it is and in the mirror (or as turned pictures have it), opens the blocks in which its
/// copies most probably lie. A reference of which several features are met in one pair of frames is asked whether they
/// agree on a place, a size and a line of time (`LocalAnchors`); what does is judged in full by `Aligner`. Work is bounded
/// by the query and by how many lists there are, however long they are.
struct LocalSearch {
    typealias Place = SoundSearch.Place

    /// The query's picture in each way that is asked for: the same features in the same order.
    private let sides: [LocalPrint]
    private let owners: [Int32]
    private let segments: [Snapshot.Live]
    private let parameters: LocalSearchParameters
    private let matching = LocalMatching.current
    private let isWanted: (_ segment: Int, _ record: Int) -> Bool

    init(
        sides: [LocalPrint], segments: [Snapshot.Live], parameters: LocalSearchParameters = .v1,
        isWanted: @escaping (_ segment: Int, _ record: Int) -> Bool
    ) {
        self.sides = sides
        owners = sides.first?.owners ?? []
        self.segments = segments
        self.parameters = parameters
        self.isWanted = isWanted
    }

    func found(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<Place> {
        let lists = segments.count { $0.segment.places != nil }
        let features = segments.reduce(0) { $0 + ($1.segment.places?.features ?? 0) }
        let limits = parameters.limits(features: features)
        let visits = sides.count * Int(moire_local_probes) * max(1, lists)
        var asked = chosen(most: max(parameters.codesLeast, parameters.blocksOfQuery / max(1, visits)))
        var questions = LocalQuestions(sides, asked, hitsOfFeature: parameters.hitsOfFeature)
        let postings = segments.reduce(0) { sum, live in
            sum + (live.segment.places.map { questions.postings(in: $0) } ?? 0)
        }
        if postings > parameters.postingsOfQuery {
            asked = chosen(
                most: max(
                    parameters.codesLeast,
                    Int(Double(asked.count) * Double(parameters.postingsOfQuery) / Double(postings))))
            questions = LocalQuestions(sides, asked, hitsOfFeature: parameters.hitsOfFeature)
        }
        var found: [(place: Place, votes: Double)] = []
        for (number, live) in segments.enumerated() {
            guard let section = live.segment.places else { continue }
            let count = try questions.ask(section, least: limits.similarity)
            passed(.meeting)
            let groups = try groups(section, questions.hits.prefix(count), live, number)
            found += arranged(groups, section, least: limits.votes).map {
                (Place(segment: number, record: $0.key), $0.value)
            }
            passed(.arranging)
        }
        found.sort { a, b in
            a.votes != b.votes
                ? a.votes > b.votes : (a.place.segment, a.place.record) < (b.place.segment, b.place.record)
        }
        return Set(found.prefix(parameters.candidatesMax).map(\.place))
    }

    /// Hits between one frame of the query and one of a reference.
    private struct Group {
        var query: Int
        var side: Int
        var frame: Int
        var record: Int
        var hits: [moire_local_hit]
    }

    /// Pairs of frames with hits enough for an arrangement.
    ///
    /// - Parameter hits: in the order of the list's features, and so of its frames; of each feature, in the query's order.
    private func groups(
        _ section: LocalSection, _ hits: ArraySlice<moire_local_hit>, _ live: Snapshot.Live, _ number: Int
    ) throws(IndexError) -> [Group] {
        var groups: [Group] = []
        let each = owners.count
        func owner(_ hit: moire_local_hit) -> (side: Int, frame: Int32) {
            let (side, feature) = Int(hit.query).quotientAndRemainder(dividingBy: each)
            return (side, owners[feature])
        }
        var start = hits.startIndex, frame = 0
        while start < hits.endIndex {
            // Most hits are alone: what is farther away than a frame has features lies in another.
            guard start + 1 < hits.endIndex,
                Int(hits[start + 1].reference - hits[start].reference) < FingerprintLimits.localFeatures
            else {
                start += 1
                continue
            }
            frame = section.frame(holding: Int(hits[start].reference), from: frame)
            let end = section.firstFeature(frame + 1)
            var next = start + 1
            while next < hits.endIndex, Int(hits[next].reference) < end { next += 1 }
            defer { start = next }
            guard next - start >= 2 else { continue }
            // By side, and by the query's frame, which ascends with the feature.
            let sorted = hits[start..<next].sorted { ($0.query, $0.reference) < ($1.query, $1.reference) }
            var from = 0
            while from < sorted.count {
                let own = owner(sorted[from])
                var to = from, weight = 0.0
                while to < sorted.count, owner(sorted[to]) == own {
                    weight += LocalMatching.weight(Int32(sorted[to].similarity))
                    to += 1
                }
                defer { from = to }
                guard to - from >= 2, weight >= matching.anchorDecades - 1e-9 else { continue }
                let record = section.reference(holdingFrame: frame)
                guard !live.dead[record], isWanted(number, record),
                    section.time(frame) <= AlignerParameters.current.timelineSeconds,
                    !(try section.repeatsItsPredecessor(frame, of: record))
                else { continue }
                groups.append(
                    Group(
                        query: Int(own.frame), side: own.side, frame: frame, record: record,
                        hits: sorted[from..<to].map { hit in
                            moire_local_hit(
                                query: hit.query - UInt32(own.side * each), reference: hit.reference,
                                similarity: hit.similarity)
                        }))
            }
        }
        return groups
    }

    /// The references whose pairs of frames agree on an arrangement and a line of time, with what speaks for the line.
    ///
    /// - Parameter groups: in the order of their references.
    private func arranged(_ groups: [Group], _ section: LocalSection, least: Double) -> [Int: Double] {
        var found: [Int: Double] = [:]
        var start = 0
        while start < groups.count {
            let record = groups[start].record
            var anchors: [[LocalAnchor]] = Array(repeating: [], count: sides.count)
            while start < groups.count, groups[start].record == record {
                let group = groups[start]
                start += 1
                let meetings = LocalAnchors.closest(group.hits, matching).map { hit in
                    LocalMeeting(
                        sides[group.side], Int(hit.query), reference: section.place(Int(hit.reference)),
                        similarity: hit.similarity)
                }
                guard let (transform, decades) = LocalAnchors.arrangement(meetings, matching) else { continue }
                anchors[group.side].append(
                    LocalAnchor(
                        query: group.query, reference: group.frame, transform: transform, decades: decades))
            }
            for (side, anchors) in anchors.enumerated() where !anchors.isEmpty {
                var sorted = anchors
                LocalAnchors.sort(&sorted, matching)
                let times = sides[side].times
                let votes = sorted.prefix(LocalLines.votesMax).map { anchor in
                    LocalLines.Vote(
                        query: anchor.query, queryTime: times[anchor.query],
                        referenceTime: section.time(anchor.reference), decades: anchor.decades)
                }
                if let line = LocalLines.best(votes, least: least, isMirrored: false) {
                    found[record] = max(found[record] ?? 0, line.votes)
                }
            }
        }
        return found
    }

    /// The query's features that ask, ascending: all where there are no more than `most`, else the strongest of each frame.
    private func chosen(most: Int) -> [Int] {
        guard let print = sides.first else { return [] }
        guard print.codes.count > most else { return Array(print.codes.indices) }
        let each = max(4, most / max(1, print.times.count))
        // Frames are evenly thinned where even four of each are too many.
        let step = max(1, print.times.count * each / most)
        return stride(from: 0, to: print.times.count, by: step).flatMap { print.features($0).prefix(each) }
    }
}
