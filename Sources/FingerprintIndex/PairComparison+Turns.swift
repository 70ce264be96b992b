/// Pictures that were turned by right angles, or made negatives.
extension PairComparison {
    /// The same pair with the reference's picture turned.
    private init(_ pair: PairComparison, turned turn: PictureTurn) {
        query = pair.query
        reference = pair.reference.turned(turn)
        video = VideoEvidence(query: query, reference: reference)
        audio = pair.audio
        listsPeaks = pair.listsPeaks
    }

    /// The pair with that turned picture that says most, if any says by itself what a report needs.
    ///
    /// A turned picture is said only where it is sure: what is less sure stays what it is without.
    ///
    /// - Parameter sounds: whose lines of time are looked at, too.
    func turned(_ sounds: [AudioEvidence.Path]) -> PairComparison? {
        var best: PairComparison?, most = 0.0
        for turn in PictureTurn.searched {
            var comparison = PairComparison(self, turned: turn)
            comparison.isProbing = true
            let found = comparison.findings(sounds, withPlaces: comparison.mayAgreeInPlaces)
            let decades = found.candidates.map { $0.videoDecades - comparison.video.searchCost($0.line) }.max() ?? 0
            guard decades > most, Calibration.score(decades: decades) >= Aligner.confidentScore else { continue }
            (best, most) = (comparison, decades)
        }
        best?.isProbing = false
        return best
    }

    /// Whether a third of the reference's features, the first of each frame, agree with the query's on a line of time. Of
    /// what has nothing in common with the query that is soon said.
    private var mayAgreeInPlaces: Bool {
        guard let asking = query.asking, !reference.local.isEmpty else { return false }
        let some = reference.local.surest(oneIn: 3, least: 16)
        return [(asking.straight, false), (asking.mirrored, true)].contains { print, isMirrored in
            LocalEvidence(query: print, isMirrored: isMirrored, reference: some, matching: .current)
                .hasLine(least: LocalMatching.current.turnedLineDecades)
        }
    }
}
