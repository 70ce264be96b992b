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

    func found(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<Place> {
        let lists = segments.count { $0.segment.places != nil }
        let features = segments.reduce(0) { $0 + ($1.segment.places?.features ?? 0) }
        let limits = parameters.limits(features: features)
        var asked = chosen(
            most: max(
                parameters.codesLeast, parameters.blocksOfQuery / (2 * Int(moire_local_probes) * max(1, lists))))
        var questions = LocalQuestions(asking, asked, hitsOfFeature: parameters.hitsOfFeature)
        let postings = segments.reduce(0) { sum, live in
            sum + (live.segment.places.map { questions.postings(in: $0) } ?? 0)
        }
        if postings > parameters.postingsOfQuery {
            asked = chosen(
                most: max(
                    parameters.codesLeast,
                    Int(Double(asked.count) * Double(parameters.postingsOfQuery) / Double(postings))))
            questions = LocalQuestions(asking, asked, hitsOfFeature: parameters.hitsOfFeature)
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
        var isMirrored: Bool
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
        let owners = asking.straight.owners, mirror = UInt32(owners.count)
        func owner(_ hit: moire_local_hit) -> Int32 {
            hit.query < mirror ? owners[Int(hit.query)] : -1 - owners[Int(hit.query - mirror)]
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
                    section.time(frame) <= AlignerParameters.v4.timelineSeconds,
                    !(try section.repeatsItsPredecessor(frame, of: record))
                else { continue }
                groups.append(
                    Group(
                        query: Int(own < 0 ? -1 - own : own), isMirrored: own < 0, frame: frame, record: record,
                        hits: sorted[from..<to].map { hit in
                            moire_local_hit(
                                query: hit.query < mirror ? hit.query : hit.query - mirror, reference: hit.reference,
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
            var anchors: (straight: [LocalAnchor], mirrored: [LocalAnchor]) = ([], [])
            while start < groups.count, groups[start].record == record {
                let group = groups[start], side = group.isMirrored ? asking.mirrored : asking.straight
                start += 1
                let meetings = LocalAnchors.closest(group.hits, matching).map { hit in
                    LocalMeeting(
                        side.print, Int(hit.query), reference: section.place(Int(hit.reference)),
                        similarity: hit.similarity)
                }
                guard let (transform, decades) = LocalAnchors.arrangement(meetings, matching) else { continue }
                let anchor = LocalAnchor(
                    query: group.query, reference: group.frame, transform: transform, decades: decades)
                if group.isMirrored { anchors.mirrored.append(anchor) } else { anchors.straight.append(anchor) }
            }
            for (side, isMirrored) in [(anchors.straight, false), (anchors.mirrored, true)] where !side.isEmpty {
                var sorted = side
                LocalAnchors.sort(&sorted, matching)
                let times = asking.straight.print.times
                let votes = sorted.prefix(LocalLines.votesMax).map { anchor in
                    LocalLines.Vote(
                        query: anchor.query, queryTime: times[anchor.query],
                        referenceTime: section.time(anchor.reference), decades: anchor.decades)
                }
                if let line = LocalLines.best(votes, least: least, isMirrored: isMirrored) {
                    found[record] = max(found[record] ?? 0, line.votes)
                }
            }
        }
        return found
    }

    /// The query's features that ask, ascending: all where there are no more than `most`, else the strongest of each frame.
    private func chosen(most: Int) -> [Int] {
        let print = asking.straight.print
        guard print.codes.count > most else { return Array(print.codes.indices) }
        let each = max(4, most / max(1, print.times.count))
        // Frames are evenly thinned where even four of each are too many.
        let step = max(1, print.times.count * each / most)
        return stride(from: 0, to: print.times.count, by: step).flatMap { print.features($0).prefix(each) }
    }
}
