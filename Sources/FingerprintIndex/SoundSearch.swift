/// Which references may hold a query's sound: the inverted lists propose, a look at the constellations confirms.
///
/// The query's landmarks vote for places in each segment, first as the sound is, then under every hypothesis of a
/// changed speed or pitch. The best places of each round are looked at: one histogram of delays for each, in which
/// the proposed delay must stand out. What passes is judged in full by `Aligner`. Work is bounded by the query: by the
/// votes that are cast and the places that are looked at, however much there is in the index.
///
/// A long query asks minute by minute, so that each has votes and looks of its own: what is a few seconds of an hour
/// competes with its own minute only.
struct SoundSearch {
    private let pieces: [SoundPrint]
    private let segments: [Snapshot.Live]
    private let parameters: SoundSearchParameters
    private let isWanted: (_ segment: Int, _ record: Int) -> Bool

    struct Place: Hashable {
        var segment: Int
        var record: Int
    }

    private struct Proposal {
        var place: Place
        var hypothesis: SoundHypothesis
        /// Hops: where hop 0 of the piece lies in the reference.
        var offset: Double
        var score: Int
    }

    /// - Parameter isWanted: whether a record may be a candidate.
    init(
        query: SoundPrint, segments: [Snapshot.Live], parameters: SoundSearchParameters = .v1,
        isWanted: @escaping (_ segment: Int, _ record: Int) -> Bool
    ) {
        pieces = query.pieces(
            length: parameters.pieceHops, overlap: parameters.pieceOverlapHops, peaksMax: parameters.piecePeaksMax)
        self.segments = segments
        self.parameters = parameters
        self.isWanted = isWanted
    }

    /// Candidates for the sound as it is.
    func plain(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<Place> {
        let proposals = try proposals([.asItIs], parameters.plain)
        passed(.voting)
        defer { passed(.looking) }
        return try confirmed(proposals)
    }

    /// Candidates for the sound at another speed or pitch, without those already known.
    func changed(besides known: Set<Place>, _ passed: (LookupStage) -> Void = { _ in })
        throws(IndexError) -> Set<Place>
    {
        let all = SoundHypothesis.all.filter { $0 != .asItIs }
        let proposals = try proposals(all, parameters.changed).filter { !known.contains($0.place) }
        passed(.votingChanged)
        defer { passed(.lookingChanged) }
        return try confirmed(proposals)
    }

    /// The best proposals of all segments and hypotheses.
    private func proposals(
        _ query: SoundPrint, _ hypotheses: [SoundHypothesis], _ vote: SoundVoteParameters
    ) throws(IndexError) -> [Proposal] {
        guard !query.isEmpty else { return [] }
        var scratch = SoundVoteScratch()
        var found: [Proposal] = []
        for hypothesis in hypotheses {
            let landmarks = SoundQuery(SoundLandmarks().asked(query, hypothesis), vote)
            let last = Int(hypothesis.tempo * Double(query.hops.last ?? 0)) / 2
            for (number, live) in segments.enumerated() {
                guard let postings = live.segment.postings else { continue }
                var vote = vote
                if postings.count < parameters.fewPostings { vote.votesLeast = 2 }
                for diagonal in try postings.vote(landmarks, vote, scratch: &scratch).diagonals {
                    for record in live.segment.records(hearing: diagonal.offset...diagonal.offset + last)
                    where !live.dead[record] && isWanted(number, record) {
                        let first = Int(live.segment.record(record).firstTick)
                        found.append(
                            Proposal(
                                place: Place(segment: number, record: record), hypothesis: hypothesis,
                                offset: Double(2 * (diagonal.offset - first)), score: diagonal.score))
                    }
                }
            }
        }
        // Sorting is stable: equals stay in the order of hypotheses, segments and places.
        found.sort { $0.score > $1.score }
        return Array(found.prefix(parameters.looksMax))
    }

    private func confirmed(_ proposals: [Proposal], by query: SoundPrint) throws(IndexError) -> Set<Place> {
        var confirmed: Set<Place> = []
        for proposal in proposals where !confirmed.contains(proposal.place) {
            if try isConfirmed(proposal) { confirmed.insert(proposal.place) }
        }
        return confirmed
    }

    /// Looks only at the part of the reference that the query lies on, and as much on both sides as a delay's
    /// surroundings reach: the answer is that of the whole, and the cost that of the query.
    private func isConfirmed(_ proposal: Proposal) throws(IndexError) -> Bool {
        let margin = parameters.reachHops + parameters.aroundHops
        let first = proposal.offset + proposal.hypothesis.tempo * Double(query.hops.first ?? 0) - margin
        let last = proposal.offset + proposal.hypothesis.tempo * Double(query.hops.last ?? 0) + margin
        guard last > 0 else { return false }
        // An even hop, so that delays fall into the same bins as those of the whole.
        let start = UInt32(max(0, first)) & ~1
        let print = try segments[proposal.place.segment].segment.sound(
            proposal.place.record, start...max(start, UInt32(min(last, Double(Prepared.hopsMax)))))
        guard !print.isEmpty else { return false }
        let summit = SoundDelays(query: query, reference: print)
            .decades(proposal.hypothesis, offset: proposal.offset - Double(start), reach: parameters.reachHops)
        return summit.map { $0.decades >= parameters.leastDecades } ?? false
    }
}

/// The tuned numbers of a search by sound. They decide what is found and how long it takes, not what a pair is worth.
struct SoundSearchParameters: Sendable {
    static let v1 = SoundSearchParameters()
    /// How landmarks of the sound as it is vote, and those of each other hypothesis.
    let plain = SoundVoteParameters.v1
    let changed: SoundVoteParameters = {
        var vote = SoundVoteParameters.v1
        vote.diagonalsMax = 16
        vote.votesMax = 1 << 16
        return vote
    }()
    /// An index with no more peaks than this (four hours of sound) is searched without its lists for the sound as it
    /// is, about 1 ms for each quarter of an hour; and there any delay must stand out by this many decades.
    let scannedPeaksMax = 1 << 19
    let scannedDecades = 4.0
    /// A list with fewer postings than this (five hours) proposes places that two landmarks agree on; in longer ones
    /// two agree by accident everywhere.
    let fewPostings = 1 << 21
    /// A query is asked in pieces of a minute, hops; overlapping by six seconds, so that three are whole in one of them.
    let pieceHops = 5168
    let pieceOverlapHops = 517
    /// Peaks of a piece, twenty times as dense as sound is: 24 landmarks of each stay within what one vote takes.
    let piecePeaksMax = SoundVoteParameters.landmarksMax / (4 * SoundLandmarkParameters.v1.askedPairs)
    /// Pieces that ask for other speeds and pitches.
    let changedPieces = 8
    /// Proposals that are looked at in each round of a piece.
    let looksMax = 256
    /// Decades by which a proposed delay must stand out: one stranger in a hundred does, most copies by far more.
    let leastDecades = 3.0
    /// How far from its proposal a delay may stand out, hops.
    let reachHops = 16.0
    /// How far from a delay its surroundings decide whether it stands out, hops: 120 bins for the spread, 30 more for the
    /// mean of each of those, and what smoothing and rounding add.
    let aroundHops = 320.0
}
