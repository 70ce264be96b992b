internal import Signals
internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Records
internal import Report
internal import Scoring

/// A creator: the score and what moved it, the videos, what they would be told, and what people decided.
struct CreatorPage: Sendable {
    struct Entry: Sendable {
        var anchor: String
        var points: String
        var tone: String
        var reason: String
        var advice: String?
        var video: String
        var caseHref: String?
        var limited: String?
        var after: Int
        var events: [String]
        /// The event that a won appeal would take out.
        var reverseID: String?
    }

    struct Tile: Sendable {
        var name: String
        var shot: String?
        var length: String?
        var outcome: Pill?
        var still: String?
        var facts: [CaseModel.Fact]
    }

    struct Act: Sendable {
        var what: Pill
        var about: String
        var href: String?
        var by: String
        var why: String
        var at: String
        var undone: String?
        /// The event whose reversal undoes it; nil where it is undone.
        var undoID: String?
    }

    var creator: String
    var score: String?
    var band: Pill?
    var flags: [String]
    var figures: [CaseModel.Figure]
    var chart: String?
    var hasChart: Bool
    var told: [String]
    var changes: [String]
    var hasChanges: Bool
    var entries: [Entry]
    var hasEntries: Bool
    var start: Int
    var notes: [Entry]
    var hasNotes: Bool
    var tiles: [Tile]
    var moreTiles: String?
    var acts: [Act]
    var hasActs: Bool
    var casesHref: String
    var rules: String

    /// Tiles of a page; a wall of more is not looked through.
    private static let tilesMax = 120

    init(_ file: CreatorFile, desk: ConsoleDesk, address: ConsoleAddress) throws {
        let profile = file.profile
        creator = file.creator
        score = profile.map { "\($0.score)" }
        band = profile.map { Pill(text: $0.band, tone: CaseWords.tone($0.milestone, file.rules)) }
        flags = profile?.flags.map(\.reason) ?? []
        figures = Self.figures(profile)
        chart = profile.map { ScoreDrawing(profile: $0, rules: file.rules).svg.text }
        hasChart = profile.map { $0.history.count > 1 } ?? false
        told = CreatorWords(file: file).sentences
        changes = file.advice.map {
            "\($0.advice) (\(Numbers.signed($0.points)), \($0.times == 1 ? "once" : "\($0.times) times"))"
        }
        hasChanges = !changes.isEmpty
        start = file.rules.score.start
        let edges = Set(file.catalogue.matches.map(\.event.eventID))
        var anchor = 0
        func entry(_ one: CreatorProfile.PointEntry) -> Entry {
            if one.points != 0 { anchor += 1 }
            let edge = one.eventIDs.first { edges.contains($0) }
            return Entry(
                anchor: one.points == 0 ? "silent" : "entry-\(anchor)", points: Numbers.signed(one.points),
                tone: one.points < 0 ? "minus" : one.points > 0 ? "plus" : "zero", reason: one.reason,
                advice: one.points > 0 ? nil : one.advice, video: one.video,
                caseHref: edge.map { ConsoleAddress.reviewCase($0) },
                limited: one.limitedBy == nil ? nil : "of \(Numbers.signed(one.nominal)); a cap was reached",
                after: one.scoreAfter, events: one.eventIDs, reverseID: edge ?? one.eventIDs.first)
        }
        entries = profile?.points.map(entry) ?? []
        hasEntries = !entries.isEmpty
        notes = profile?.notes.map(entry) ?? []
        hasNotes = !notes.isEmpty
        tiles = try file.videos.prefix(Self.tilesMax).map { try Self.tile($0, desk, address) }
        moreTiles =
            file.videos.count > Self.tilesMax
            ? "and \(Numbers.grouped(file.videos.count - Self.tilesMax)) more" : nil
        acts = file.acts.map(Self.act)
        hasActs = !acts.isEmpty
        var filter = CaseFilter(state: .all, kind: .all)
        filter.creator = file.creator
        casesHref = CasesPage.address(filter, address)
        rules = file.rules.version
    }

    private static func figures(_ profile: CreatorProfile?) -> [CaseModel.Figure] {
        guard let profile else { return [] }
        return [
            .init(name: "Videos", value: Numbers.grouped(profile.videos)),
            .init(name: "Copies that count", value: Numbers.grouped(profile.countedCopies.count)),
            .init(name: "Static", value: profile.staticShare.map(Numbers.percent) ?? "–"),
            .init(name: "Quality", value: profile.qualityMean.map { Numbers.fixed($0, 1) } ?? "–"),
            .init(name: "Recaptured", value: Numbers.grouped(profile.recaptures)),
        ]
    }

    private static func tile(_ video: Catalogue.Video, _ desk: ConsoleDesk, _ address: ConsoleAddress) throws -> Tile {
        var shot: String?
        if let poster = video.poster, let media = try desk.media(of: video.id) {
            desk.evidence.want(media, [poster.milliseconds], side: EvidenceFolder.thumbnail)
            shot = address.frame(video.id, milliseconds: poster.milliseconds, side: EvidenceFolder.thumbnail)
        }
        var facts: [CaseModel.Fact] = []
        if let share = video.features?.static?.share {
            facts.append(.init(name: "Static", value: Numbers.percent(share)))
        }
        if let score = video.features?.quality?.score {
            facts.append(.init(name: "Quality", value: Numbers.fixed(score, 0)))
        }
        if let probability = video.features?.recapture?.probability, probability >= 0.2 {
            facts.append(.init(name: "Recapture", value: Numbers.percent(probability)))
        }
        if video.features == nil, let outcome = video.observed?.outcome {
            facts.append(.init(name: "Reason", value: outcome.reason.replacing("_", with: " ")))
        }
        let outcome: Pill? =
            switch video.observed?.outcome.kind {
            case .complete, nil: nil
            case .partial: Pill(text: "partial", tone: "warn")
            case .some(let kind): Pill(text: kind.rawValue.replacing("_", with: " "), tone: "bad")
            }
        let still = video.features?.static.flatMap { signal in
            video.duration.map { Drawings.still(signal.spans, of: $0).text }
        }
        return Tile(
            name: video.id, shot: shot, length: video.duration.map(Numbers.clock), outcome: outcome, still: still,
            facts: facts)
    }

    private static func act(_ act: CreatorFile.Act) -> Act {
        var href: String?
        let about: String
        switch act.target.body {
        case .matchEdge(let edge):
            href = ConsoleAddress.reviewCase(act.target.eventID)
            about = "\(edge.match.query) and \(edge.match.reference)"
        case .videoObserved(let body): about = "that \(body.video.videoID) was uploaded"
        case .videoFeatures(let body): about = "what was measured of \(body.videoID)"
        case .matchSearched(let body): about = "that \(body.videoID) was searched for"
        case .reversal, .decision: about = act.target.eventID
        }
        let what: Pill =
            switch act.kind {
            case .decision(let verdict): CaseWords.verdict(verdict)
            case .reversal: Pill(text: "taken out", tone: "")
            }
        return Act(
            what: what, about: about, href: href, by: act.by, why: act.why, at: CaseWords.time(act.at) + " UTC",
            undone: act.undone.map { "undone by \($0.by): \($0.why)" }, undoID: act.undone == nil ? act.eventID : nil)
    }
}

/// What the creator would be told: what stands against them, in sentences that they can check.
struct CreatorWords {
    let file: CreatorFile

    var sentences: [String] {
        guard let profile = file.profile else { return ["There is nothing on record about you just now."] }
        var lines: [String] = []
        let moved = profile.score - file.rules.score.start
        let change =
            moved == 0
            ? "That is where everybody starts."
            : "Everybody starts at \(file.rules.score.start); what follows \(moved < 0 ? "took \(-moved) points" : "added \(moved) points")."
        lines.append("Your score is \(profile.score) of \(file.rules.score.highest): \(profile.band). \(change)")
        for entry in profile.points where entry.points < 0 {
            lines.append("“\(entry.video)”: \(entry.reason) This cost \(-entry.points) points.")
        }
        let praised = profile.points.filter { $0.points > 0 }
        if !praised.isEmpty {
            let sum = praised.reduce(0) { $0 + $1.points }
            let names = praised.count == 1 ? "“\(praised[0].video)” is" : "\(praised.count) of your videos are"
            lines.append("\(names) original and of good quality: \(sum) points.")
        }
        for flag in profile.flags { lines.append(flag.reason) }
        if let next = file.pointsToNextMilestone, moved < 0 {
            lines.append("At \(next.points) points less, you reach “\(next.band)”; a person looks at it then.")
        }
        lines.append(
            "If something here is wrong, say so: a person looks at the evidence, and what is taken back counts as if it had never been."
        )
        return lines
    }
}

/// Everybody, worst first.
struct CreatorsPage: Sendable {
    struct Row: Sendable {
        var creator: String
        var href: String
        var score: Int
        var bar: String
        var band: Pill
        var history: String
        var videos: String
        var isStatic: String
        var quality: String
        var copies: String
        var recaptures: String
        var decisions: String
    }

    var rows: [Row]
    var isEmpty: Bool
    var start: Int
    var lowest: Int
    var highest: Int

    init(_ profiles: [CreatorProfile], rules: ScoringRules, address: ConsoleAddress) {
        rows = profiles.map { profile in
            Row(
                creator: profile.creator, href: address.creator(profile.creator), score: profile.score,
                bar: Drawings.score(profile, rules).text,
                band: Pill(text: profile.band, tone: CaseWords.tone(profile.milestone, rules)),
                history: Drawings.history(profile.history).text, videos: Numbers.grouped(profile.videos),
                isStatic: profile.staticShare.map(Numbers.percent) ?? "–",
                quality: profile.qualityMean.map { Numbers.fixed($0, 1) } ?? "–",
                copies: Numbers.grouped(profile.countedCopies.count), recaptures: Numbers.grouped(profile.recaptures),
                decisions: Numbers.grouped((profile.copies + profile.repeats).count { $0.decision != nil }))
        }
        isEmpty = rows.isEmpty
        (start, lowest, highest) = (rules.score.start, rules.score.lowest, rules.score.highest)
    }
}
