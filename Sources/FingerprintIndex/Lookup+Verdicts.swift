/// The verdicts on what a lookup found.
extension Lookup {
    /// What was found of a reference.
    struct Found {
        var matches: [Match]
        /// Of which the matches are, where a turned picture may say more than they do.
        var pair: (comparison: PairComparison, upright: PairComparison.Upright)?
    }

    /// The verdict with the picture as it is or in the mirror.
    func compared(_ place: SoundSearch.Place, id: String) throws(IndexError) -> Found {
        let pair = try pair(place), upright = pair.upright()
        let matches = report(pair, upright, of: place, id: id) { nil }
        let isAll = matches.isEmpty || !useVideo || upright.found.showsPicture
        return Found(matches: matches, pair: isAll ? nil : (pair, upright))
    }

    /// The verdict on what matched already, whose sound may lead to a turned picture.
    func turned(_ known: Found, of place: SoundSearch.Place, id: String) -> Found {
        guard let (pair, upright) = known.pair else { return known }
        return Found(matches: report(pair, upright, of: place, id: id) { pair.turned(upright.sounds) })
    }

    /// The verdict on a reference of which a turned picture is surely in the query; nil where it is not.
    func turned(_ place: SoundSearch.Place, id: String) throws(IndexError) -> Found? {
        let pair = try pair(place)
        guard let turned = pair.turned([]) else { return nil }
        let upright = pair.upright()
        return Found(
            matches: report(pair, upright, of: place, id: id) {
                upright.sounds.isEmpty ? turned : pair.turned(upright.sounds)
            })
    }

    private func pair(_ place: SoundSearch.Place) throws(IndexError) -> PairComparison {
        let reference = try snapshot.segments[place.segment].segment.fingerprint(place.record)
        return PairComparison(
            query: prepared,
            reference: Prepared(reference, as: .reference, useVideo: useVideo, useAudio: useAudio))
    }

    private func report(
        _ pair: PairComparison, _ upright: PairComparison.Upright, of place: SoundSearch.Place, id: String,
        turned: () -> PairComparison?
    ) -> [Match] {
        let reference = reference(place)
        // Popularity must see every match that is safe to show; `lookup` leaves out what was not asked for.
        return pair.report(
            upright, turned: turned, names: Aligner.Names(query: id, reference: reference.id, bank: reference.bank),
            minimumScore: min(options.minimumScore, Aligner.confidentScore)
        ).matches
    }
}
