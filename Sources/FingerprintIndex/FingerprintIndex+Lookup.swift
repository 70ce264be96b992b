import CKernels
public import Fingerprints

extension FingerprintIndex {
    /// Everything in the index that shares content with a fingerprint, best first.
    ///
    /// The index finds candidates: references with a few frames within a wide radius, for which every pair of frames
    /// is looked at in a small index and `FrameSearch` asks in a large one, and references with the query's sound, by
    /// `SoundSearch`. `Aligner` alone decides on each of them.
    /// Changed speeds and pitches are searched only when the sound as it is did not explain most of the query, and both
    /// changed apart from each other only when neither did.
    ///
    /// - Parameter id: what matches call the query.
    /// - Complexity: among few frame codes 2 ns for each pair of one and a query's, among millions about 0.1 ms for each
    ///   of the query's pictures and 2 ms for all; a few milliseconds for the sound, or a few tens where it is not found
    ///   as it is; a few milliseconds for each candidate.
    public func lookup(_ query: MediaFingerprint, id: String, options: LookupOptions = LookupOptions())
        throws(IndexError) -> LookupResult
    {
        try lookup(query, id: id, options: options) { _ in }
    }

    /// - Parameter passed: called at the end of each piece of work, for measuring.
    package func lookup(
        _ query: MediaFingerprint, id: String, options: LookupOptions, passed: (LookupStage) -> Void
    ) throws(IndexError) -> LookupResult {
        let useVideo = options.modality != .audio, useAudio = options.modality != .video
        let search = Search(
            query: query, prepared: Prepared(query, as: .query, useVideo: useVideo, useAudio: useAudio),
            useVideo: useVideo, useAudio: useAudio, snapshot: try snapshot(), options: options)
        var result = search.counts()
        passed(.counting)
        var found: [SoundSearch.Place: [Match]] = [:]
        func compare(_ places: Set<SoundSearch.Place>, triesTurns: Bool = false) throws(IndexError) {
            for place in places { found[place] = try search.matches(place, id: id, triesTurns: triesTurns) }
            passed(.comparing)
        }
        func holds(_ condition: ([Match]) -> Bool) -> Bool { found.values.contains(where: condition) }
        var known = try search.seen(passed)
        known.formUnion(try search.sound.plain(passed))
        try compare(known)
        if search.useAudio, !holds(Self.explains) {
            let more = try search.sound.changed(besides: known, passed)
            try compare(more.subtracting(known))
            known.formUnion(more)
        }
        if search.useAudio, !holds(Self.explains) {
            try compare(try search.sound.apart(besides: known, passed))
        }
        if search.useVideo, !holds(Self.shows) {
            var turned = Set(found.filter { !$0.value.isEmpty }.keys)
            for place in try search.turned(passed) where try search.isTurned(place) { turned.insert(place) }
            try compare(turned, triesTurns: true)
        }
        for place in found.keys.sorted(by: { ($0.segment, $0.record) < ($1.segment, $1.record) }) {
            result.matches += found[place] ?? []
        }
        Popularity(options: options).weigh(&result.matches)
        let policy = search.snapshot.manifest.policy
        result.matches.removeAll {
            $0.score < max(options.minimumScore, policy.settings(of: $0.bank).minimumScore ?? 0)
        }
        result.matches.sort { a, b in
            a.score != b.score ? a.score > b.score : (a.reference, a.queryStart) < (b.reference, b.queryStart)
        }
        if result.matches.count > options.matchesMax {
            result.matches.removeLast(result.matches.count - max(0, options.matchesMax))
        }
        return result
    }

    /// The ids of all references worth comparing with a fingerprint, and how many were searched. Unlike `lookup`,
    /// nothing is left out because something else was found.
    public func candidates(of query: MediaFingerprint, options: LookupOptions = LookupOptions())
        throws(IndexError) -> (ids: Set<String>, searched: Int)
    {
        let useVideo = options.modality != .audio, useAudio = options.modality != .video
        return try candidates(
            of: query, Prepared(query, as: .query, useVideo: useVideo, useAudio: useAudio), options)
    }

    /// The same by all that the fingerprint has.
    public func candidates(of query: ComparableFingerprint, excluding: Set<String> = [])
        throws(IndexError) -> (ids: Set<String>, searched: Int)
    {
        try candidates(of: query.fingerprint, query.prepared(as: .query), LookupOptions(excluding: excluding))
    }

    private func candidates(of query: MediaFingerprint, _ prepared: Prepared, _ options: LookupOptions)
        throws(IndexError) -> (ids: Set<String>, searched: Int)
    {
        let search = Search(
            query: query, prepared: prepared, useVideo: options.modality != .audio,
            useAudio: options.modality != .video,
            snapshot: try snapshot(), options: options)
        var known = try search.seen()
        known.formUnion(try search.turned())
        known.formUnion(try search.sound.plain())
        known.formUnion(try search.sound.changed(besides: known))
        known.formUnion(try search.sound.apart(besides: known))
        return (Set(known.map { search.reference($0).id }), search.counts().referencesSearched)
    }

    /// Whether a picture that matches as it is or in the mirror is among them.
    private static func shows(_ matches: [Match]) -> Bool {
        matches.contains { $0.modality != .audio && $0.score >= Aligner.confidentScore }
    }

    /// Whether sound that matches as it is covers most of what the query plays.
    private static func explains(_ matches: [Match]) -> Bool {
        matches.contains { $0.audio != nil && $0.score >= Aligner.confidentScore && $0.queryCoverage >= 0.6 }
    }
}

/// Pieces of work of a lookup.
package enum LookupStage: String, Sendable, CaseIterable {
    /// How much there is to search.
    case counting
    /// References with near frames.
    case seeing
    /// Lists of local features, and looks at the arrangements that they propose.
    case meeting, arranging
    /// The same for turned pictures, whole and by places.
    case turning
    /// Votes for the sound as it is, and looks at what they propose; the same for changed speeds and pitches.
    case voting, looking
    case votingChanged = "changed", lookingChanged = "looking again"
    /// The verdicts on the candidates.
    case comparing
}

/// One query against one state of the index.
private struct Search {
    let query: MediaFingerprint
    let prepared: Prepared
    let useVideo: Bool
    let useAudio: Bool
    let snapshot: Snapshot
    let options: LookupOptions
    let wanted: Wanted
    let sound: SoundSearch

    init(
        query: MediaFingerprint, prepared: Prepared, useVideo: Bool, useAudio: Bool, snapshot: Snapshot,
        options: LookupOptions
    ) {
        self.query = query
        self.prepared = prepared
        self.useVideo = useVideo
        self.useAudio = useAudio
        self.snapshot = snapshot
        self.options = options
        let wanted = Wanted(snapshot, options)
        self.wanted = wanted
        sound = SoundSearch(query: prepared.sound, segments: snapshot.segments) { wanted.holds($0, $1) }
    }

    /// Which live records the options ask for, of those that the index's policy leaves on. What is left out by its id is
    /// looked up once: each record is asked about several times, and reading what it is called costs more than most of
    /// what is done with it.
    struct Wanted {
        private let snapshot: Snapshot
        private let options: LookupOptions
        /// Left out by their ids.
        let excluded: Set<SoundSearch.Place>
        private let closedBanks: Set<String>

        init(_ snapshot: Snapshot, _ options: LookupOptions) {
            self.snapshot = snapshot
            self.options = options
            let policy = snapshot.manifest.policy
            excluded = Set(
                options.excluding.union(policy.referencesOff).compactMap { id in
                    snapshot.find(id: id).map { SoundSearch.Place(segment: $0.segment, record: $0.record) }
                })
            closedBanks = policy.closed
        }

        /// Whether the bank of a record decides.
        var asksForBanks: Bool { options.banks != nil || !closedBanks.isEmpty }

        func holds(_ segment: Int, _ record: Int) -> Bool {
            if !excluded.isEmpty, excluded.contains(SoundSearch.Place(segment: segment, record: record)) {
                return false
            }
            guard asksForBanks else { return true }
            let bank = snapshot.segments[segment].segment.reference(record).bank
            guard !closedBanks.contains(bank) else { return false }
            guard let banks = options.banks else { return true }
            return banks.contains(bank) || options.negativeBanks.contains(bank)
        }
    }

    /// Live records that the options ask for.
    private var places: [SoundSearch.Place] {
        snapshot.segments.enumerated().flatMap { number, live in
            live.dead.indices.filter { !live.dead[$0] && wanted.holds(number, $0) }
                .map { SoundSearch.Place(segment: number, record: $0) }
        }
    }

    /// An answer without matches that says how much is searched.
    func counts() -> LookupResult {
        var result = LookupResult(
            matches: [], referencesSearched: 0, codesSearched: 0, peaksSearched: 0,
            generation: snapshot.manifest.generation)
        func add(_ count: Snapshot.Count, _ sign: Int = 1) {
            result.referencesSearched += sign * count.references
            if useVideo { result.codesSearched += sign * count.codes }
            if useAudio { result.peaksSearched += sign * count.peaks }
        }
        guard !wanted.asksForBanks else {
            for place in places { add(Snapshot.Count(snapshot.segments[place.segment].segment.record(place.record))) }
            return result
        }
        // All that lives, without what is passed over: no walk over the references.
        for live in snapshot.segments { add(live.count) }
        for place in wanted.excluded {
            add(Snapshot.Count(snapshot.segments[place.segment].segment.record(place.record)), -1)
        }
        return result
    }

    func reference(_ place: SoundSearch.Place) -> Reference {
        snapshot.segments[place.segment].segment.reference(place.record)
    }

    /// References with near frames, whole or by places in them.
    func seen(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<SoundSearch.Place> {
        guard useVideo else { return [] }
        var found = try seenWhole()
        passed(.seeing)
        if let asking = prepared.asking {
            found.formUnion(
                try LocalSearch(sides: [asking.straight.print, asking.mirrored.print], segments: snapshot.segments) {
                    wanted.holds($0, $1)
                }.found(passed))
        }
        return found
    }

    /// References that a turned picture of the query leads to. Few frames and the surest features ask, so that all
    /// eight further sides of the picture cost half of what the first two did.
    func turned(_ passed: (LookupStage) -> Void = { _ in }) throws(IndexError) -> Set<SoundSearch.Place> {
        guard useVideo else { return [] }
        var found: Set<SoundSearch.Place> = []
        for turn in PictureTurn.searched where !prepared.codes.isEmpty {
            let asked = query.frames(turned: turn, most: FrameSearchParameters.turnedFrames)
            found.formUnion(
                try FrameSearch(query: asked, segments: snapshot.segments, parameters: .turned) {
                    wanted.holds($0, $1)
                }.found())
        }
        if let asking = prepared.asking {
            let parameters = LocalSearchParameters.turned
            let print = asking.straight.print.surest(oneIn: parameters.askingShare, least: parameters.askingLeast)
            let sides = PictureTurn.searched.flatMap { turn in
                let side = print.turned(turn)
                return [side, side.mirrored]
            }
            found.formUnion(
                try LocalSearch(sides: sides, segments: snapshot.segments, parameters: parameters) {
                    wanted.holds($0, $1)
                }.found())
        }
        passed(.turning)
        return found
    }

    /// In a small index all references with near frames, in a large one those that the query's surest bits lead to.
    private func seenWhole() throws(IndexError) -> Set<SoundSearch.Place> {
        guard !prepared.codes.isEmpty else { return [] }
        guard snapshot.segments.reduce(0, { $0 + $1.count.codes }) <= IndexLimits.scannedCodes else {
            return try FrameSearch(query: query, segments: snapshot.segments) { wanted.holds($0, $1) }.found()
        }
        return Set(
            places.filter { place in
                let segment = snapshot.segments[place.segment].segment
                return nearFrames(segment, segment.record(place.record))
            })
    }

    private func prepared(_ place: SoundSearch.Place) throws(IndexError) -> Prepared {
        Prepared(
            try snapshot.segments[place.segment].segment.fingerprint(place.record), as: .reference, useVideo: useVideo,
            useAudio: useAudio)
    }

    /// Whether a turned picture of a reference is surely in the query.
    func isTurned(_ place: SoundSearch.Place) throws(IndexError) -> Bool {
        PairComparison(query: prepared, reference: try prepared(place)).turned([]) != nil
    }

    func matches(_ place: SoundSearch.Place, id: String, triesTurns: Bool) throws(IndexError) -> [Match] {
        let reference = reference(place)
        // Popularity must see every match that is safe to show; `lookup` leaves out what was not asked for.
        return Aligner.compare(
            query: prepared, reference: try prepared(place),
            names: Aligner.Names(query: id, reference: reference.id, bank: reference.bank),
            minimumScore: min(options.minimumScore, Aligner.confidentScore), triesTurns: triesTurns
        ).matches
    }

    /// Whether enough frames lie within the wide radius. Frames too flat for the aligner count here, so
    /// this never says no where the aligner says yes.
    private func nearFrames(_ segment: Segment, _ record: Segment.Record) -> Bool {
        guard !record.codes.isEmpty else { return false }
        var near = 0
        for codes in [prepared.codes, prepared.mirrored] {
            // The record's range was checked when the segment was opened.
            near += unsafe codes.withHashWords { words, count in
                unsafe segment.withHashes(of: record) { hashes in
                    unsafe moire_index_pairs(
                        words, count, hashes, record.codes.count, AlignerParameters.current.gateRadius, nil, 0)
                }
            }
            if near >= AlignerParameters.current.gatePairs { return true }
        }
        return false
    }
}
