internal import FingerprintIndex
internal import Records

extension Match {
    /// The same stretches with the ends exchanged: what was found in the reference is asked about, and lies in the
    /// query. How the pictures lie in each other is left out: it was measured for one direction.
    func exchanged(bank: String) -> Match {
        // reference = speed · query + offset, solved for the query.
        let isLine = speed.isFinite && speed > 0
        return Match(
            query: reference, reference: query, bank: bank, score: score, modality: modality,
            queryStart: referenceStart, queryEnd: referenceEnd, referenceStart: queryStart, referenceEnd: queryEnd,
            speed: isLine ? 1 / speed : speed, offset: isLine ? -offset / speed : -offset, mirrored: mirrored,
            queryCoverage: referenceCoverage, referenceCoverage: queryCoverage, falseMatchRate: falseMatchRate,
            video: video?.exchanged, audio: audio?.exchanged, method: method)
    }
}

extension Match.Evidence {
    fileprivate var exchanged: Match.Evidence {
        var other = Match.Evidence(
            score: score, queryStart: referenceStart, queryEnd: referenceEnd, referenceStart: queryStart,
            referenceEnd: queryEnd, moments: moments, strength: strength, pitch: pitch.map { -$0 })
        other.popularity = popularity
        return other
    }
}

extension Event {
    /// A match's event as it speaks against the other side, after a reviewer said that this side was first. It keeps
    /// its id: the fact is the same one. Nil for what is no match.
    var exchanged: Event? {
        guard case .matchEdge(let edge) = body else { return nil }
        var other = self
        other.body = .matchEdge(
            MatchEdge(
                match: edge.match.exchanged(bank: TenantScope.uploads(besides: edge.match.query)),
                queryCreator: edge.referenceCreator,
                referenceCreator: edge.queryCreator, relation: edge.relation, direction: .decided,
                queryFirstSeen: edge.referenceFirstSeen, referenceFirstSeen: edge.queryFirstSeen))
        return other
    }
}
