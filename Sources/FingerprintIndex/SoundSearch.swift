/// Which references may hold a query's sound: the inverted lists propose, a look at the constellations confirms.
///
/// The query's landmarks vote for places in each segment, first as the sound is, then under every hypothesis of a
/// changed speed or pitch. The best places of each round are looked at: one histogram of delays for each, in which
/// the proposed delay must stand out. What passes is judged in full by `Aligner`. Work is bounded by the query: by the
/// votes that are cast and the places that are looked at, however much there is in the index.
struct SoundSearch {
    /// The query, in pieces of a minute where it is longer.
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
        /// Hops: where hop 0 of the query lies in the reference.
        var offset: Double
        var score: Int
    }

    /// - Parameters:
    ///   - parameters: nil for those that suit the index's size.
    ///   - isWanted: whether a record may be a candidate.
    init(
        query: SoundPrint, segments: [Snapshot.Live], parameters: SoundSearchParameters? = nil,
        isWanted: @escaping (_ segment: Int, _ record: Int) -> Bool
    ) {
        let suited =
            parameters ?? .suited(postings: segments.reduce(0) { $0 + ($1.segment.postings?.count ?? 0) })
        pieces = query.pieces(
            length: suited.pieceHops, overlap: suited.pieceOverlapHops, peaksMax: suited.plain.asking.peaksMax)
        self.segments = segments
        self.parameters = suited
        self.isWanted = isWanted
    }

    /// Candidates for the sound as it is. In an index of a few hours every sound is looked at.
    func plain(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<Place> {
        guard pieces.contains(where: { !$0.isEmpty }) else { return [] }
        if segments.reduce(0, { $0 + $1.count.peaks }) <= parameters.scannedPeaksMax {
            defer { passed(.looking) }
            return try scanned()
        }
        var found: Set<Place> = []
        for piece in pieces {
            let proposals = try proposals(piece, [.asItIs], parameters.plain).filter { !found.contains($0.place) }
            passed(.voting)
            found.formUnion(try confirmed(proposals, by: piece))
            passed(.looking)
        }
        return found
    }

    /// Candidates for the sound at another speed or pitch, without those already known. Of a query of hours, a few
    /// minutes spread over it ask: whoever changes the speed changes it throughout.
    func changed(besides known: Set<Place>, _ passed: (LookupStage) -> Void = { _ in })
        throws(IndexError) -> Set<Place>
    {
        try ask(SoundHypothesis.all.filter { $0 != .asItIs }, parameters.changed, besides: known, passed)
    }

    /// Candidates for the sound at another speed and, apart from it, another pitch, likewise.
    func apart(besides known: Set<Place>, _ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<Place> {
        try ask(SoundHypothesis.apart, parameters.apart, besides: known, passed)
    }

    private func ask(
        _ hypotheses: [SoundHypothesis], _ round: SoundSearchParameters.Round, besides known: Set<Place>,
        _ passed: (LookupStage) -> Void
    ) throws(IndexError) -> Set<Place> {
        let asking = min(pieces.count, parameters.changedPieces)
        var found: Set<Place> = []
        for number in 0..<asking {
            let piece = pieces[(2 * number + 1) * pieces.count / (2 * asking)]
            let proposals = try proposals(piece, hypotheses, round)
                .filter { !known.contains($0.place) && !found.contains($0.place) }
            passed(.votingChanged)
            found.formUnion(try confirmed(proposals, by: piece))
            passed(.lookingChanged)
        }
        return found
    }

    /// Every sound in which the query's stands out, as it is.
    private func scanned() throws(IndexError) -> Set<Place> {
        var found: Set<Place> = []
        for (number, live) in segments.enumerated() {
            for record in live.dead.indices where !live.dead[record] && isWanted(number, record) {
                let print = try live.segment.sound(record, 0...Prepared.hopsMax)
                let standsOut = pieces.contains { piece in
                    SoundDelays(query: piece, reference: print).summits(.asItIs)
                        .contains { $0.decades >= parameters.scannedDecades }
                }
                if standsOut { found.insert(Place(segment: number, record: record)) }
            }
        }
        return found
    }

    /// The best proposals of all segments and hypotheses.
    private func proposals(
        _ query: SoundPrint, _ hypotheses: [SoundHypothesis], _ round: SoundSearchParameters.Round
    ) throws(IndexError) -> [Proposal] {
        guard !query.isEmpty else { return [] }
        var scratch = SoundVoteScratch()
        var found: [Proposal] = []
        var rest = hypotheses[...]
        while !rest.isEmpty {
            var asked: [SoundQuery] = []
            var landmarks = 0
            while asked.isEmpty || landmarks < parameters.landmarksTogether, let hypothesis = rest.popFirst() {
                asked.append(SoundQuery(SoundLandmarks().asked(query, hypothesis, round.asking), round.vote))
                landmarks += asked[asked.count - 1].shifts.count
            }
            let asking = hypotheses[..<rest.startIndex].suffix(asked.count)
            let together = SoundQueries(asked)
            for (number, live) in segments.enumerated() {
                guard let postings = live.segment.postings else { continue }
                try postings.fetch(together, round.vote, scratch: &scratch)
                for (hypothesis, landmarks) in zip(asking, together.queries) {
                    let last = Int(hypothesis.tempo * Double(query.hops.last ?? 0)) / 2
                    for diagonal in postings.vote(landmarks, round.vote, scratch: &scratch).diagonals {
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
        }
        // Sorting is stable: equals stay in the order of segments, hypotheses and places.
        found.sort { $0.score > $1.score }
        return Array(found.prefix(round.looksMax))
    }

    private func confirmed(_ proposals: [Proposal], by query: SoundPrint) throws(IndexError) -> Set<Place> {
        var confirmed: Set<Place> = []
        for proposal in proposals where !confirmed.contains(proposal.place) {
            if try isConfirmed(proposal, by: query) { confirmed.insert(proposal.place) }
        }
        return confirmed
    }

    /// Looks only at the part of the reference that the query lies on, and as much on both sides as a delay's
    /// surroundings reach: the answer is that of the whole, and the cost that of the query.
    private func isConfirmed(_ proposal: Proposal, by query: SoundPrint) throws(IndexError) -> Bool {
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
    struct Round: Sendable {
        var asking: SoundAsking
        var vote: SoundVoteParameters
        /// Proposals that are looked at.
        var looksMax: Int
    }
    /// The sound as it is, at another speed or pitch, and at both apart from each other.
    var plain: Round
    var changed: Round
    var apart: Round

    /// Up to half a day of sound: nearly every reference with a plausible delay is looked at, at 0.1 ms each.
    static let small: Self = {
        var changed = SoundVoteParameters.v1
        changed.diagonalsMax = 16
        changed.votesMax = 1 << 16
        // In a list this short two landmarks that agree are worth a look; in longer ones they do everywhere.
        changed.votesLeast = 2
        // A sound that lies between two steps of the plane still meets the nearer one in part; what strangers share on
        // two landmarks of so many hypotheses is not worth a look.
        var apart = changed
        apart.votesLeast = 3
        return Self(
            plain: Round(asking: SoundAsking(pairs: 6, beside: 3, peaksMax: 1 << 15), vote: .v1, looksMax: 256),
            changed: Round(asking: SoundAsking(pairs: 3, beside: 1, peaksMax: 1 << 13), vote: changed, looksMax: 256),
            apart: Round(asking: SoundAsking(pairs: 2, beside: 1, peaksMax: 1 << 13), vote: apart, looksMax: 128),
            leastDecades: 3, landmarksTogether: 1 << 19)
    }()

    /// Beyond: a key costs more the longer the list is, and the keys are what a question costs. A pair and its neighbour
    /// find a sound that was changed once in ten seconds as well as three pairs do; more looks would only find more
    /// strangers, each of which costs a comparison.
    static let large: Self = {
        var plain = SoundVoteParameters.v1
        plain.votesMax = 1 << 16
        var changed = SoundVoteParameters.transformed
        changed.diagonalsMax = 4
        changed.votesMax = 1 << 13
        return Self(
            plain: Round(asking: SoundAsking(pairs: 3, beside: 1, peaksMax: 1 << 15), vote: plain, looksMax: 32),
            changed: Round(asking: SoundAsking(pairs: 1, beside: 0, peaksMax: 1 << 13), vote: changed, looksMax: 32),
            apart: Round(
                asking: SoundAsking(pairs: 1, beside: 0, peaksMax: 1 << 13, everyNth: 2), vote: changed, looksMax: 16),
            leastDecades: 4, landmarksTogether: 1 << 14)
    }()

    /// - Parameter postings: of all segments. The border is twelve hours.
    static func suited(postings: Int) -> Self { postings <= 1 << 22 ? small : large }

    /// An index with no more peaks than this (four hours of sound) is searched without its lists for the sound as it
    /// is, about 1 ms for each quarter of an hour; and there any delay must stand out by this many decades.
    let scannedPeaksMax = 1 << 19
    let scannedDecades = 4.0
    /// A query is asked in pieces of a minute, hops; overlapping by six seconds, so that three are whole in one of them.
    let pieceHops = 5168
    let pieceOverlapHops = 517
    /// Pieces that ask for other speeds and pitches.
    let changedPieces = 8
    /// Decades by which a proposed delay must stand out. Of strangers one in a hundred stands out by three; most copies
    /// stand out by far more.
    var leastDecades: Double
    /// Landmarks of hypotheses whose places are fetched together, so that a block in which many lie is read once. In a
    /// long list few share one, and together they would only take room.
    var landmarksTogether: Int
    /// How far from its proposal a delay may stand out, hops.
    let reachHops = 16.0
    /// How far from a delay its surroundings decide whether it stands out, hops: 120 bins for the spread, 30 more for the
    /// mean of each of those, and what smoothing and rounding add.
    let aroundHops = 320.0
}
