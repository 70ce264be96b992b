import CKernels
import Fingerprints

/// One query against one state of the index.
struct Lookup {
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
