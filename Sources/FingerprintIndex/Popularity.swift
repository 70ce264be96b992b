import Glibc

/// What it means for a match by sound that others carry the same sound.
///
/// A trending sound is in thousands of uploads; that it is in two of them says that both used it. So the evidence of
/// sound counts one decade less for every ten references that carry the piece, and a piece that a negative bank
/// knows (stock intros, library music, a platform's own sounds) is no evidence at all.
struct Popularity {
    let options: LookupOptions

    /// Of what one reference's sound covers in the query, this share in common is the same piece.
    static let sameShare = 0.5
    /// A piece is a negative bank's when this share of it is covered.
    static let negativeShare = 0.8

    /// Sets every match's popularity, and takes from its score what that costs. Matches of negative banks go unless
    /// those banks were asked for. Only those that are safe to show take anything from others, so that it makes no
    /// difference how weak the matches are that were asked for.
    func weigh(_ matches: inout [Match]) {
        let sure = matches.filter { $0.score >= Aligner.confidentScore }
        let negative = sure.filter { options.negativeBanks.contains($0.bank) }.compactMap(\.audio)
        let heard = sure.compactMap { match in match.audio.map { (match.reference, $0) } }
        matches = matches.compactMap { match in
            if options.negativeBanks.contains(match.bank) {
                return options.banks?.contains(match.bank) == true ? match : nil
            }
            guard let sound = match.audio else { return match }
            if covered(sound, by: negative) >= Self.negativeShare {
                guard let picture = match.video, match.modality == .both else { return nil }
                return seenOnly(match, picture)
            }
            let carriers = Set(heard.filter { common(sound, $0.1) >= Self.sameShare * length(sound) }.map(\.0))
            return discounted(match, sound, carriers: carriers.union([match.reference]).count)
        }
    }

    private func discounted(_ match: Match, _ sound: Match.Evidence, carriers: Int) -> Match {
        var match = match, sound = sound
        let price = log10(Double(carriers))
        sound.popularity = carriers
        // To a score and back costs the last digit: what nobody else carries keeps its own.
        guard carriers > 1 else {
            match.audio = sound
            return match
        }
        sound.score = Calibration.score(decades: Calibration.decades(score: sound.score) - price)
        match.audio = sound
        // Of picture and sound together no less is left than the picture's own.
        let left = Calibration.score(decades: Calibration.decades(score: match.score) - price)
        match.score = match.modality == .both ? max(left, min(match.score, match.video?.score ?? 0)) : left
        match.falseMatchRate = Calibration.falseMatchRate(score: match.score)
        return match
    }

    private func seenOnly(_ match: Match, _ picture: Match.Evidence) -> Match {
        var match = match
        match.audio = nil
        match.modality = .video
        match.score = picture.score
        match.falseMatchRate = Calibration.falseMatchRate(score: match.score)
        return match
    }

    private func length(_ sound: Match.Evidence) -> Double { sound.queryEnd - sound.queryStart }

    private func common(_ a: Match.Evidence, _ b: Match.Evidence) -> Double {
        max(0, min(a.queryEnd, b.queryEnd) - max(a.queryStart, b.queryStart))
    }

    /// 0...1, of a stretch of the query. The negative banks' stretches may overlap; the longest common one counts.
    private func covered(_ sound: Match.Evidence, by others: [Match.Evidence]) -> Double {
        let longest = others.map { common(sound, $0) }.max() ?? 0
        return length(sound) > 0 ? longest / length(sound) : 0
    }
}
