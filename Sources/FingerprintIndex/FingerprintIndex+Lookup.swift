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
        let lookup = Lookup(
            query: query, prepared: Prepared(query, as: .query, useVideo: useVideo, useAudio: useAudio),
            useVideo: useVideo, useAudio: useAudio, snapshot: try snapshot(), options: options)
        var result = lookup.counts()
        passed(.counting)
        var found: [SoundSearch.Place: Lookup.Found] = [:]
        func compare(_ places: Set<SoundSearch.Place>) throws(IndexError) {
            for place in places { found[place] = try lookup.compared(place, id: id) }
            passed(.comparing)
        }
        func holds(_ condition: ([Match]) -> Bool) -> Bool { found.values.contains { condition($0.matches) } }
        var known = try lookup.seen(passed)
        known.formUnion(try lookup.sound.plain(passed))
        try compare(known)
        if lookup.useAudio, !holds(Self.explains) {
            let more = try lookup.sound.changed(besides: known, passed)
            try compare(more.subtracting(known))
            known.formUnion(more)
        }
        if lookup.useAudio, !holds(Self.explains) {
            try compare(try lookup.sound.apart(besides: known, passed))
        }
        if lookup.useVideo, !holds(Self.shows) {
            for (place, known) in found { found[place] = lookup.turned(known, of: place, id: id) }
            passed(.comparing)
            for place in try lookup.turned(passed) where found[place]?.matches.isEmpty != false {
                if let turned = try lookup.turned(place, id: id) { found[place] = turned }
            }
            passed(.comparing)
        }
        for place in found.keys.sorted(by: { ($0.segment, $0.record) < ($1.segment, $1.record) }) {
            result.matches += found[place]?.matches ?? []
        }
        Popularity(options: options).weigh(&result.matches)
        let policy = lookup.snapshot.manifest.policy
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
        let lookup = Lookup(
            query: query, prepared: prepared, useVideo: options.modality != .audio,
            useAudio: options.modality != .video,
            snapshot: try snapshot(), options: options)
        var known = try lookup.seen()
        known.formUnion(try lookup.turned())
        known.formUnion(try lookup.sound.plain())
        known.formUnion(try lookup.sound.changed(besides: known))
        known.formUnion(try lookup.sound.apart(besides: known))
        return (Set(known.map { lookup.reference($0).id }), lookup.counts().referencesSearched)
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
