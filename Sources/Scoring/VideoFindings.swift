import FingerprintIndex
import Frames
import Records
import Signals

/// What the rules have to say about one video, before caps.
struct VideoFindings {
    struct Finding {
        var rule: ScoringRules.Rule
        var points: Int
        var reason: String
        var eventIDs: [String]
        var spans: [TimeSpan]
    }

    /// In the order of the rules, then of the sources.
    private(set) var all: [Finding] = []
    let copies: [CreatorProfile.Copy]
    let repeats: [CreatorProfile.Copy]
    let sounds: [CreatorProfile.Copy]

    private let video: VideoSheet
    private let creator: String

    /// - Parameter sourcesOfOwn: for each of the creator's videos, the videos whose picture it shows.
    /// - Parameter rulings: what reviewers decided.
    init(
        video: VideoSheet, creator: String, rules: ScoringRules, sourcesOfOwn: [String: Set<String>] = [:],
        rulings: Rulings = [:]
    ) {
        self.video = video
        self.creator = creator
        let pictures = video.edges.filter { $0.body.match.modality != .audio }
        let isOwn = { (edge: Event.MatchEdge) in
            edge.relation == .sameCreator || edge.referenceCreator == creator
        }
        let own = pictures.filter { isOwn($0.body) }
        let earlier = own.filter { rulings[$0.event.eventID]?.deniesTaking($0.body) != true }.map(\.body.match)
        let copied = CopyJudgement(
            edges: pictures.filter { !isOwn($0.body) }, rule: rules.rules.first { $0.reads == .copiedShare },
            rulings: rulings, excuse: { Self.isOwnFootage($0, earlier, sourcesOfOwn) ? "own_footage" : nil })
        let repeated = CopyJudgement(
            edges: own, rule: rules.rules.first { $0.reads == .repeatedShare }, rulings: rulings, naming: false)
        copies = copied.copies
        repeats = repeated.copies
        sounds = video.edges.filter { $0.body.match.modality == .audio }.map { event, edge in
            var copy = CreatorProfile.Copy(edge, eventID: event.eventID)
            copy.decision = rulings[event.eventID]
            copy.notCounted = copy.decision?.objection(to: edge) ?? "sound_only"
            return copy
        }
        for rule in rules.rules { all += findings(of: rule, copied: copied, repeated: repeated) }
    }

    /// The stretch was in an earlier video of the creator's own, and that video had not taken it from the
    /// same source: so the source took it from the creator, or nobody knows better. Posting one's own
    /// picture again after somebody copied it is no copying.
    private static func isOwnFootage(
        _ copy: CreatorProfile.Copy, _ repeats: [Match], _ sourcesOfOwn: [String: Set<String>]
    ) -> Bool {
        let stretch = SpanSet([copy.query])
        return repeats.contains { own in
            let again = SpanSet([TimeSpan(start: own.queryStart, end: own.queryEnd)])
            return stretch.secondsShared(with: again) >= ownShare * stretch.seconds
                && sourcesOfOwn[own.reference]?.contains(copy.source) != true
        }
    }

    /// Of the stretch. The ends of two alignments of one stretch differ by fractions of a second.
    private static let ownShare = 0.8

    private func findings(of rule: ScoringRules.Rule, copied: CopyJudgement, repeated: CopyJudgement) -> [Finding] {
        switch rule.reads {
        case .copiedShare: copied.findings.compactMap { finding(of: rule, $0) }
        case .repeatedShare: repeated.findings.compactMap { finding(of: rule, $0) }
        case .staticShare, .qualityScore, .recaptureProbability, .silenceShare: measured(rule).map { [$0] } ?? []
        case .unmeasured: unmeasured(rule).map { [$0] } ?? []
        case .originalQuality: original(rule).map { [$0] } ?? []
        }
    }

    private func finding(of rule: ScoringRules.Rule, _ source: CopyJudgement.Finding) -> Finding? {
        step(
            rule, source.share, ReasonSentence(value: source.share, spans: source.spans, source: source.sourceName),
            source.eventIDs, source.spans)
    }

    private func measured(_ rule: ScoringRules.Rule) -> Finding? {
        guard let (event, body) = video.features, body.duration >= rule.requires.minimumDuration ?? 0 else {
            return nil
        }
        let value: Double?
        let spans: [TimeSpan]
        switch rule.reads {
        case .staticShare:
            value = body.static?.share
            spans = body.static?.spans.map { TimeSpan(start: $0.start, end: $0.end) } ?? []
        case .qualityScore:
            value = body.quality?.score
            spans = body.quality?.worst.map { [$0] } ?? []
        case .recaptureProbability:
            value = body.recapture?.probability
            spans = body.recapture?.spans ?? []
        case .silenceShare:
            value = body.sound?.silenceShare
            spans = body.sound?.silence ?? []
        case .copiedShare, .repeatedShare, .unmeasured, .originalQuality:
            return nil
        }
        guard let value else { return nil }
        return step(rule, value, ReasonSentence(value: value, spans: spans), [event.eventID], spans)
    }

    private func unmeasured(_ rule: ScoringRules.Rule) -> Finding? {
        guard let (event, body) = video.observed, !body.outcome.hasResult else { return nil }
        return step(rule, 1, ReasonSentence(value: 1, outcome: body.outcome.sentence), [event.eventID], [])
    }

    /// Praise needs proof as blame does: measured to the end, searched for, and found at nobody's.
    private func original(_ rule: ScoringRules.Rule) -> Finding? {
        let requires = rule.requires
        guard let (seen, observed) = video.observed, observed.outcome.kind == .complete,
            let (event, body) = video.features, body.duration >= requires.minimumDuration ?? 0,
            let search = video.search?.event, let quality = body.quality?.score
        else { return nil }
        if let most = requires.maximumStaticShare {
            guard let share = body.static?.share, share <= most else { return nil }
        }
        // A recapture detector that abstains accuses nobody.
        if let most = requires.maximumRecaptureProbability, let probability = body.recapture?.probability,
            probability > most
        {
            return nil
        }
        if let most = requires.maximumMatchedShare {
            let shown = (copies + repeats).filter {
                requires.ignoredBanks?.contains($0.bank) != true && !$0.isDenied
            }
            guard shown.allSatisfy({ $0.share <= most }) else { return nil }
        }
        return step(
            rule, quality, ReasonSentence(value: quality),
            [seen.eventID, event.eventID, search.eventID].sorted(), [])
    }

    /// The last step that holds; nil when none does.
    private func step(
        _ rule: ScoringRules.Rule, _ value: Double, _ sentence: ReasonSentence, _ eventIDs: [String],
        _ spans: [TimeSpan]
    ) -> Finding? {
        guard let step = rule.steps.last(where: { $0.holds(for: value) }) else { return nil }
        return Finding(
            rule: rule, points: step.points, reason: sentence.filled(into: rule.sentence),
            eventIDs: eventIDs, spans: spans)
    }
}

extension CreatorProfile.Copy {
    /// Whether a reviewer said that the source did not have this picture first. What is licensed is not among it: that
    /// is the source's, all the same.
    fileprivate var isDenied: Bool {
        switch decision?.verdict {
        case .dismissed, .ownFootage: true
        case .otherFirst: direction != .decided
        case .confirmed, .licensed, nil: false
        }
    }
}
