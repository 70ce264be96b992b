import FingerprintIndex
import Frames
import Records

/// Which of a video's matches count against it, and why the others do not.
///
/// All stretches of one source are one finding. A source whose stretches already count for another
/// source (the same clip, seen at two accounts) is not a second one.
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

    /// Each match, strongest source first; `notCounted` says why where it costs nothing.
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
        }
        let sources = bySource.map { Source(id: $0.key, copies: $0.value) }.sorted { $0.isStronger(than: $1) }
        var covered = SpanSet()
        for var source in sources {
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

    private struct Source {
        var id: String
        var copies: [CreatorProfile.Copy]

        init(id: String, copies: [CreatorProfile.Copy]) {
            self.id = id
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
