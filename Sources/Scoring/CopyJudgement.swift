import FingerprintIndex
import Frames
import Records

/// Which of a video's matches count against it, and why the others do not.
///
/// All stretches of one source are one finding. A source whose stretches already count for another
/// source (the same clip, seen at two accounts) is not a second one: of the sources of one stretch, the rule says
/// whether the earliest or the strongest is the one that counts.
struct CopyJudgement {
    /// One source whose picture the video shows.
    struct Finding {
        var source: String
        /// For the reason's sentence.
        var sourceName: String
        /// 0...1, share of the video.
        var share: Double
        var spans: [TimeSpan]
        var eventIDs: [String]
    }

    /// Each match, strongest source first, an earlier one that counts in its place before it; `notCounted` says why
    /// where it costs nothing.
    private(set) var copies: [CreatorProfile.Copy] = []
    private(set) var findings: [Finding] = []

    /// - Parameter edges: those of one video and one relation, in event order, none of them sound only.
    /// - Parameter rule: nil when no rule reads such matches; then nothing counts.
    /// - Parameter rulings: what reviewers decided; it goes before what the rules say of scores.
    /// - Parameter naming: whether the reason names the source's creator; one's own name would be odd.
    /// - Parameter excuse: what else speaks against blaming a match, if anything.
    init(
        edges: [(event: Event, body: Event.MatchEdge)], rule: ScoringRules.Rule?, rulings: Rulings = [:],
        naming: Bool = true,
        excuse: (CreatorProfile.Copy) -> String? = { _ in nil }
    ) {
        var bySource: [String: [CreatorProfile.Copy]] = [:]
        var firstSeen: [String: Event.MatchEdge.FirstSeen] = [:]
        for (event, edge) in edges {
            var copy = CreatorProfile.Copy(edge, eventID: event.eventID)
            let ruling = rulings[event.eventID]
            copy.decision = ruling
            if let objection = ruling?.objection(to: edge) {
                copy.notCounted = objection
            } else {
                copy.notCounted =
                    rule.map { Self.objection(to: edge, under: $0, isDecided: ruling != nil) } ?? "no_rule"
                // Who decided that it counts knew of the creator's other videos.
                if copy.notCounted == nil, ruling == nil { copy.notCounted = excuse(copy) }
            }
            bySource[copy.source, default: []].append(copy)
            if let seen = edge.referenceFirstSeen, firstSeen[copy.source]?.isBefore(seen) != true {
                firstSeen[copy.source] = seen
            }
        }
        var sources = bySource.map { Source(id: $0.key, copies: $0.value, firstSeen: firstSeen[$0.key]) }
            .sorted { $0.isStronger(than: $1) }
        var covered = SpanSet()
        while !sources.isEmpty {
            // Of the many sources of a stretch that counts already, none is asked for the first of them again.
            let mayCount = rule.map { Self.objection(to: sources[0], covered, under: $0) == nil } ?? false
            let credited = mayCount && rule?.credits == .earliest ? Self.originOfFirst(among: sources) : 0
            var source = sources.remove(at: credited)
            if let rule, !source.counting.isEmpty, let objection = Self.objection(to: source, covered, under: rule) {
                source.reject(objection)
            }
            if !source.counting.isEmpty {
                covered = covered.union(source.stretch)
                findings.append(
                    Finding(
                        source: source.id, sourceName: naming ? source.name : "“\(source.id)”", share: source.share,
                        spans: source.stretch.spans,
                        eventIDs: source.counting.flatMap { [$0.eventID] + ($0.decision.map { [$0.eventID] } ?? []) }
                            .sorted()))
            }
            copies += source.copies
        }
    }

    /// What keeps a single match from counting.
    ///
    /// - Parameter isDecided: whether a reviewer said that it counts; then neither scores nor order leave it in doubt.
    private static func objection(to edge: Event.MatchEdge, under rule: ScoringRules.Rule, isDecided: Bool) -> String? {
        if edge.relation == .licensed { return "licensed" }
        if rule.requires.ignoredBanks?.contains(edge.match.bank) == true { return "ignored_bank" }
        if isDecided { return nil }
        // Without an order nobody knows who copied whom.
        if edge.direction == .unknown { return "order_unknown" }
        if let least = rule.requires.minimumScore, !(edge.match.score >= least) { return "low_score" }
        if let most = rule.requires.maximumFalseMatchRate, !(edge.match.falseMatchRate <= most) {
            return "false_match_rate"
        }
        return nil
    }

    /// What keeps a whole source from counting.
    private static func objection(to source: Source, _ covered: SpanSet, under rule: ScoringRules.Rule) -> String? {
        if let least = rule.requires.minimumSeconds, source.stretch.seconds < least { return "too_short" }
        if !rule.steps.contains(where: { $0.holds(for: source.share) }) { return "small_share" }
        if source.stretch.secondsShared(with: covered) * 2 > source.stretch.seconds { return "same_stretch" }
        return nil
    }

    /// Of the first source and the others that show the same stretch, the place of the one that was there first.
    ///
    /// Only matches that count by themselves take part, so an early but doubtful one takes nothing from a sure one.
    /// Where the times do not tell, the stronger stays.
    private static func originOfFirst(among sources: [Source]) -> Int {
        guard let first = sources.first else { return 0 }
        return sources.indices.dropFirst().reduce(0) { origin, rival in
            guard sources[rival].showsStretch(of: first), let seen = sources[rival].firstSeen,
                let earliest = sources[origin].firstSeen
            else { return origin }
            return seen.isBefore(earliest) ? rival : origin
        }
    }

    private struct Source {
        var id: String
        var copies: [CreatorProfile.Copy]
        var firstSeen: Event.MatchEdge.FirstSeen?

        init(id: String, copies: [CreatorProfile.Copy], firstSeen: Event.MatchEdge.FirstSeen?) {
            self.id = id
            self.firstSeen = firstSeen
            self.copies = copies.sorted {
                ($0.query.start, $0.query.end, $0.eventID) < ($1.query.start, $1.query.end, $1.eventID)
            }
        }

        var counting: [CreatorProfile.Copy] { copies.filter { $0.notCounted == nil } }
        var stretch: SpanSet { SpanSet(counting.map(\.query)) }

        /// The matches' shares together, an overlap of theirs only once.
        var share: Double {
            let seconds = counting.reduce(0) { $0 + max(0, $1.query.seconds) }
            let sum = counting.reduce(0) { $0 + $1.share }
            return seconds > 0 ? Rounding.share(min(1, sum * stretch.seconds / seconds)) : 0
        }

        var name: String {
            guard let first = copies.first else { return id }
            if let creator = first.sourceCreator { return "“\(id)” of \(creator)" }
            return "“\(id)”"
        }

        func isStronger(than other: Source) -> Bool {
            let (mine, theirs) = (share, other.share)
            if mine != theirs { return mine > theirs }
            let (score, otherScore) = (copies.map(\.score).max() ?? 0, other.copies.map(\.score).max() ?? 0)
            return score != otherScore ? score > otherScore : id < other.id
        }

        /// Both in the whole: a source of two seconds is not the origin of ten.
        func showsStretch(of other: Source) -> Bool {
            let (mine, theirs) = (stretch, other.stretch)
            return mine.seconds > 0
                && mine.secondsShared(with: theirs) >= Self.sameShare * max(mine.seconds, theirs.seconds)
        }

        /// Of the longer one. A copy of a copy can be like the original for a second less at either end, and most
        /// clips are short.
        private static let sameShare = 2.0 / 3

        mutating func reject(_ why: String) {
            for index in copies.indices where copies[index].notCounted == nil { copies[index].notCounted = why }
        }
    }
}

extension CreatorProfile.Copy {
    /// Times and share are the picture's own where a match has picture and sound: a popular song
    /// under two seconds of common picture is not a copied video.
    init(_ edge: Event.MatchEdge, eventID: String) {
        let match = edge.match
        var query = TimeSpan(start: match.queryStart, end: match.queryEnd)
        var reference = TimeSpan(start: match.referenceStart, end: match.referenceEnd)
        var share = match.queryCoverage
        if match.modality == .both, let picture = match.video {
            let whole = query.seconds
            query = TimeSpan(start: picture.queryStart, end: picture.queryEnd)
            reference = TimeSpan(start: picture.referenceStart, end: picture.referenceEnd)
            if whole > 0 { share *= min(1, max(0, query.seconds) / whole) }
        }
        self.init(
            video: match.query, source: match.reference, sourceCreator: edge.referenceCreator, bank: match.bank,
            query: query, reference: reference, modality: match.modality, relation: edge.relation,
            direction: edge.direction, score: match.score, share: Rounding.share(share), eventID: eventID)
    }
}

enum Rounding {
    /// Four decimals: finer than any detector, short in print.
    static func share(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// One decimal.
    static func score(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

extension Event.MatchEdge.FirstSeen {
    /// By publication time where both have one and they differ; by order of acceptance otherwise. False where neither
    /// tells.
    fileprivate func isBefore(_ other: Self) -> Bool {
        if let mine = publishedAt.flatMap(PublicationTime.seconds(in:)),
            let theirs = other.publishedAt.flatMap(PublicationTime.seconds(in:)), mine != theirs
        {
            return mine < theirs
        }
        // A catalogue's video was never accepted.
        return sequence > 0 && other.sequence > 0 && sequence < other.sequence
    }
}
