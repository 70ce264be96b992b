import CKernels
public import Fingerprints

extension FingerprintIndex {
    /// Everything in the index that shares content with a fingerprint, best first.
    ///
    /// The index finds candidates: references with a few frames within a wide radius, or a few landmarks in
    /// common; every pair of frames is looked at and every equal landmark counted, so none is missed. `Aligner`
    /// alone decides on each of them.
    ///
    /// - Parameter id: what matches call the query.
    /// - Complexity: 1.5 ns a pair of frame codes, twice for mirrored ones; a binary search for each of the
    ///   query's hashes in each segment; about a millisecond for each candidate.
    public func lookup(_ query: MediaFingerprint, id: String, options: LookupOptions = LookupOptions())
        throws(IndexError)
        -> LookupResult
    {
        let snapshot = try snapshot()
        var result = LookupResult(
            matches: [], referencesSearched: 0, codesSearched: 0, peaksSearched: 0,
            generation: snapshot.manifest.generation)
        let useVideo = options.modality != .audio, useAudio = options.modality != .video
        let prepared = Prepared(query, useVideo: useVideo, useAudio: useAudio)
        let filtered = options.banks != nil || !options.excluding.isEmpty
        for live in snapshot.segments {
            for index in live.dead.indices where !live.dead[index] {
                let record = live.segment.record(index)
                if filtered {
                    let reference = live.segment.reference(index)
                    if let banks = options.banks, !banks.contains(reference.bank) { continue }
                    if options.excluding.contains(reference.id) { continue }
                }
                result.referencesSearched += 1
                if useVideo { result.codesSearched += record.codes.count }
                if useAudio { result.peaksSearched += record.peaks }
                let heard = useAudio && !prepared.sound.isEmpty && record.peaks > 0
                guard heard || nearFrames(prepared, live.segment, record) else { continue }
                let reference = live.segment.reference(index)
                let report = Aligner.compare(
                    query: prepared,
                    reference: Prepared(try live.segment.fingerprint(index), useVideo: useVideo, useAudio: useAudio),
                    names: Aligner.Names(query: id, reference: reference.id, bank: reference.bank),
                    minimumScore: options.minimumScore)
                result.matches.append(contentsOf: report.matches)
            }
        }
        result.matches.sort { a, b in
            a.score != b.score ? a.score > b.score : (a.reference, a.queryStart) < (b.reference, b.queryStart)
        }
        if result.matches.count > options.matchesMax {
            result.matches.removeLast(result.matches.count - max(0, options.matchesMax))
        }
        return result
    }

    /// Whether enough frames lie within the wide radius. Frames too flat for the aligner count here, so
    /// this never says no where the aligner says yes.
    private func nearFrames(_ query: Prepared, _ segment: Segment, _ record: Segment.Record) -> Bool {
        guard !query.codes.isEmpty, !record.codes.isEmpty else { return false }
        var near = 0
        for codes in [query.codes, query.mirrored] {
            // The record's range was checked when the segment was opened.
            near += unsafe codes.withHashWords { words, count in
                unsafe segment.withHashes(of: record) { hashes in
                    unsafe moire_index_pairs(
                        words, count, hashes, record.codes.count,
                        AlignerParameters.v2.gateRadius, nil, 0)
                }
            }
            if near >= AlignerParameters.v2.gatePairs { return true }
        }
        return false
    }
}
