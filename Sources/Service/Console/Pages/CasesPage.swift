internal import Frames
internal import FingerprintIndex
internal import Foundation
internal import Hummingbird
internal import Records
internal import Report
internal import Scoring

/// The queue: cases worst first, with what a reviewer needs to choose one.
struct CasesPage: Sendable {
    struct Tab: Sendable {
        var name: String
        var count: String
        var href: String
        var isHere: Bool
    }

    struct Row: Sendable {
        var href: String
        var query: String
        var reference: String
        var verb: String
        var queryCreator: String?
        var queryStanding: Pill?
        var referenceCreator: String
        var queryShot: String?
        var referenceShot: String?
        var span: String
        var link: String
        var share: String
        var shareBar: String
        var score: String
        var scoreBar: String
        var chance: String
        var points: String?
        var state: Pill
        var by: String?
        var changes: String?
        var number: Int
    }

    var states: [Tab]
    var kinds: [Tab]
    var rows: [Row]
    var isEmpty: Bool
    var emptySentence: String
    var creator: String?
    var stateValue: String
    var kindValue: String
    /// "1–50 of 212".
    var range: String
    var previous: String?
    var next: String?
    var withoutCreator: String
    var total: Int

    init(_ page: CasePage, desk: ConsoleDesk, address: ConsoleAddress, rules: ScoringRules) throws {
        let filter = page.filter
        func href(_ change: (inout CaseFilter) -> Void) -> String {
            var other = filter
            other.page = 0
            change(&other)
            return Self.address(other, address)
        }
        states = zip([CaseFilter.State.open, .decided, .all], ["Open", "Decided", "All"]).map { state, name in
            Tab(
                name: name, count: Numbers.grouped(page.countOfState[state] ?? 0), href: href { $0.state = state },
                isHere: filter.state == state)
        }
        kinds = zip([CaseFilter.Kind.copies, .own, .sound, .all], ["Copies", "Own again", "Sound", "Everything"]).map {
            kind, name in
            Tab(
                name: name, count: Numbers.grouped(page.countOfKind[kind] ?? 0), href: href { $0.kind = kind },
                isHere: filter.kind == kind)
        }
        var wanted: [EvidenceFolder.Media: Set<Int>] = [:]
        rows = try page.cases.enumerated().map { index, review in
            try Self.row(review, page.first + index + 1, desk, address, rules, &wanted)
        }
        for (media, moments) in wanted {
            desk.evidence.want(media, moments.sorted(), side: EvidenceFolder.thumbnail)
        }
        isEmpty = rows.isEmpty
        emptySentence =
            filter.state == .open && filter.creator == nil
            ? "Nothing waits for a decision here." : "No case is like that."
        creator = filter.creator
        stateValue = filter.state.rawValue
        kindValue = filter.kind.rawValue
        total = page.total
        range =
            page.total == 0
            ? "" : "\(page.first + 1)–\(page.first + rows.count) of \(Numbers.grouped(page.total))"
        previous = filter.page > 0 ? href { $0.page = filter.page - 1 } : nil
        next = filter.page + 1 < page.pages ? href { $0.page = filter.page + 1 } : nil
        withoutCreator = href { $0.creator = nil }
    }

    static func address(_ filter: CaseFilter, _ address: ConsoleAddress) -> String {
        var parts = ["state=\(filter.state.rawValue)", "kind=\(filter.kind.rawValue)"]
        if let creator = filter.creator {
            parts.append("creator=\(ConsoleAddress.encoded(address.names.outer(creator) ?? creator))")
        }
        if filter.page > 0 { parts.append("page=\(filter.page + 1)") }
        return "\(ConsoleAddress.root)/cases?\(parts.joined(separator: "&"))"
    }

    private static func row(
        _ review: ReviewCase, _ number: Int, _ desk: ConsoleDesk, _ address: ConsoleAddress, _ rules: ScoringRules,
        _ wanted: inout [EvidenceFolder.Media: Set<Int>]
    ) throws -> Row {
        let (edge, match, view) = (review.edge, review.edge.match, review.view)
        // The pair in the middle of what agrees.
        let pair = view.pairs[view.pairs.count / 2]
        func shot(_ moment: PictureMoment) throws -> String? {
            guard let media = try desk.media(of: moment.video) else { return nil }
            wanted[media, default: []].insert(moment.milliseconds)
            return address.frame(
                moment.video, milliseconds: moment.milliseconds, side: EvidenceFolder.thumbnail)
        }
        func length(_ span: TimeSpanLike, _ coverage: Double) -> Double {
            coverage > 0 ? max(span.end, (span.end - span.start) / coverage) : span.end
        }
        let isSound = view.kind == .sound
        return Row(
            href: ConsoleAddress.reviewCase(review.id), query: match.query, reference: match.reference,
            verb: CaseWords.verb(review), queryCreator: edge.queryCreator,
            queryStanding: CaseWords.standing(review.queryStanding, rules),
            referenceCreator: edge.referenceCreator ?? "bank \(match.bank)",
            queryShot: isSound ? nil : try shot(pair.query), referenceShot: isSound ? nil : try shot(pair.reference),
            span: "\(Numbers.clock(view.query.start))–\(Numbers.clock(view.query.end))",
            link: Drawings.link(
                view, queryDuration: length((match.queryStart, match.queryEnd), match.queryCoverage),
                referenceDuration: length((match.referenceStart, match.referenceEnd), match.referenceCoverage)
            ).text,
            share: Numbers.percent(review.share), shareBar: CaseWords.bar(review.share),
            score: Numbers.fixed(match.score, 2), scoreBar: CaseWords.bar(match.score, "on"),
            chance: CaseWords.chance(match.falseMatchRate),
            points: review.points == 0 ? nil : Numbers.signed(review.points), state: CaseWords.state(review),
            by: review.decision.map { "\($0.by), \(CaseWords.time($0.at))" },
            changes: TransformWords.of(match, .short)?.replacing(" %", with: "\u{A0}%"), number: number)
    }

    private typealias TimeSpanLike = (start: Double, end: Double)
}
