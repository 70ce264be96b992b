internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Records
internal import Report
internal import Scoring
internal import Signals

/// The parts of a case's model that are words and numbers.
extension CaseModelMaker {
    var lead: String {
        let seen = "Seen by \(CaseWords.seenBy(match))"
        let words =
            TransformWords.of(match, .full).map {
                "; the picture is \($0.replacing("the query's", with: "the later video’s"))"
            } ?? ""
        let order: String
        switch review.edge.direction {
        case .unknown: order = "Who was first is not known."
        default: order = "Who was first: \(CaseFile.order(review.edge.direction))."
        }
        let filmed = file.query.video?.features?.recapture.flatMap(RecaptureWords.suspicion)
        return "\(seen)\(words). \(order)" + (filmed.map { " The later video \($0)." } ?? "")
    }

    var figures: [CaseModel.Figure] {
        [
            .init(
                name: "Of the later video", value: Numbers.percent(review.share), bar: CaseWords.bar(review.share)),
            .init(
                name: "Of the earlier video", value: Numbers.percent(match.referenceCoverage),
                bar: CaseWords.bar(match.referenceCoverage)),
            .init(name: "Score", value: Numbers.fixed(match.score, 2), bar: CaseWords.bar(match.score, "on")),
            .init(name: "By chance", value: CaseWords.chance(match.falseMatchRate)),
            .init(
                name: "Costs", value: review.points == 0 ? "nothing" : "\(Numbers.signed(review.points)) points"),
        ]
    }

    var axisNote: String {
        let speed = abs(match.speed - 1) < 0.005 ? "" : ", × \(Numbers.fixed(match.speed, 3)) the speed"
        return "One scale of time; the stretches that agree are joined\(speed)."
    }

    func side(_ side: CaseFile.Side, isQuery: Bool, _ drawing: TimelineDrawing) throws -> CaseModel.Side {
        let observed = side.video?.observed
        let when: String
        if let published = observed?.video.publishedAt {
            let source = observed?.video.publishedPrecision == .fileTime ? "file of" : "published"
            when = "\(source) \(CaseWords.time(published)) UTC"
        } else if let sequence = observed?.sequence {
            when = "accepted as number \(sequence)"
        } else {
            when = "of the bank \(match.bank)"
        }
        return CaseModel.Side(
            name: side.id, role: isQuery ? "B later" : "A earlier", creator: side.creator,
            creatorHref: side.creator.map(address.creator),
            standing: side.profile.map { Pill(text: "\($0.score)", tone: CaseWords.tone($0.milestone, file.rules)) },
            band: side.profile?.band,
            span:
                "\(Numbers.clock(side.span.start))–\(Numbers.clock(side.span.end)) of \(Numbers.clock(side.duration))",
            when: when, timeline: drawing.side(side, isQuery: isQuery).text, measures: measures(side),
            facts: facts(side))
    }

    private func measures(_ side: CaseFile.Side) -> [CaseModel.Figure] {
        guard let features = side.video?.features else { return [] }
        var figures: [CaseModel.Figure] = []
        func add(_ name: String, _ value: String?, _ abstained: String?) {
            if let value {
                figures.append(.init(name: name, value: value))
            } else if let abstained {
                figures.append(.init(name: name, value: "–", note: abstained.replacing("_", with: " ")))
            }
        }
        add("Static", features.static?.share.map(Numbers.percent), features.static?.abstainReason)
        add("Quality", features.quality?.score.map { Numbers.fixed($0, 0) }, features.quality?.abstainReason)
        add("Recapture", features.recapture?.probability.map(Numbers.percent), features.recapture?.abstainReason)
        add(
            "Loudness", features.sound?.integratedLUFS.map { "\(Numbers.fixed($0, 1)) LUFS" },
            features.sound?.abstainReason)
        if let silence = features.sound?.silenceShare { add("Silence", Numbers.percent(silence), nil) }
        add("Like speech", features.sound?.speechShare.map(Numbers.percent), nil)
        add("Like music", features.sound?.musicShare.map(Numbers.percent), nil)
        return figures
    }

    private func facts(_ side: CaseFile.Side) -> [CaseModel.Fact] {
        var facts: [CaseModel.Fact] = []
        if let media = side.video?.observed?.media {
            if let video = media.video {
                facts.append(.init(name: "Picture", value: "\(video.width) × \(video.height), \(video.codec)"))
            }
            facts.append(.init(name: "Container", value: media.container))
        }
        if let digest = side.digest { facts.append(.init(name: "Content", value: digest)) }
        if let producer = side.producer {
            let level = producer.sandbox.map { ", sandbox \($0.rawValue)" } ?? ""
            facts.append(.init(name: "Measured by", value: "\(producer.name) \(producer.build)\(level)"))
            if !producer.libraries.isEmpty {
                facts.append(.init(name: "With", value: producer.libraries.joined(separator: ", ")))
            }
        }
        let features = side.video?.features
        let versions = [
            features?.static?.version, features?.quality?.version, features?.recapture?.version,
            features?.sound?.version,
        ].compactMap(\.self)
        if !versions.isEmpty { facts.append(.init(name: "Signals", value: versions.joined(separator: ", "))) }
        return facts
    }

    // MARK: Points

    var entries: [CaseModel.Entry] {
        file.entries.map { one in
            let entry = one.entry
            let spans = entry.spans.prefix(3).map { "\(Numbers.clock($0.start))–\(Numbers.clock($0.end))" }
            return CaseModel.Entry(
                creator: one.creator, creatorHref: address.creator(one.creator), points: Numbers.signed(entry.points),
                tone: entry.points < 0 ? "minus" : entry.points > 0 ? "plus" : "zero", reason: entry.reason,
                advice: entry.advice, clause: entry.clause, rule: entry.rule,
                limited: entry.limitedBy == nil ? nil : "of \(Numbers.signed(entry.nominal)); a cap was reached",
                after: entry.scoreAfter, spans: spans.joined(separator: ", "), events: entry.eventIDs)
        }
    }

    var noEntries: String {
        if review.edge.queryCreator == nil { return "No creator is known for the later video, so nothing is counted." }
        if review.view.kind == .sound { return "The same sound under another picture never costs points." }
        guard let why = review.view.notCounted else { return "It costs nothing just now." }
        return "It costs nothing: \(NotCounted.sentence(why, isDecided: review.decision != nil))."
    }

    var method: [CaseModel.Fact] {
        var facts: [CaseModel.Fact] = [
            .init(name: "Method", value: match.method), .init(name: "Bank", value: match.bank),
            .init(name: "Scoring rules", value: file.rules.version),
            .init(name: "Match’s event", value: review.id),
            .init(name: "Found by", value: "\(review.view.event.producer.name) \(review.view.event.producer.build)"),
            .init(name: "Recorded", value: "\(CaseWords.time(review.view.event.observedAt)) UTC"),
        ]
        if let video = match.video {
            facts.append(
                .init(name: "Pictures agreeing", value: "\(video.moments), score \(Numbers.fixed(video.score, 2))"))
        }
        if let audio = match.audio {
            facts.append(
                .init(name: "Instants of sound", value: "\(audio.moments), score \(Numbers.fixed(audio.score, 2))"))
        }
        facts.append(
            .init(
                name: "Line of time",
                value: "× \(Numbers.fixed(match.speed, 3)), offset \(Numbers.fixed(match.offset, 2)) s"))
        return facts
    }

    // MARK: Deciding

    var verdicts: [CaseModel.Verdict] {
        let later = review.edge.queryCreator ?? "the later video"
        let earlier = review.edge.referenceCreator ?? "the earlier video"
        let (confirmed, turned): (String, String) =
            switch review.view.kind {
            case .copy:
                ("A copy. It counts against \(later).", "\(earlier) copied \(later). It counts against \(earlier).")
            case .ownAgain:
                ("Posted again. It counts as a repeat.", "The earlier one is the repeat.")
            case .sound: ("The same sound. It costs nothing, either way.", "B had the sound first. It costs nothing.")
            }
        func verdict(
            _ value: Event.Decision.Verdict, _ name: String, _ effect: String, _ key: String, _ reasons: [String]
        ) -> CaseModel.Verdict {
            .init(
                value: value.rawValue, name: name, effect: effect, key: key, keyShown: key.uppercased(),
                isInForce: review.decision?.verdict == value,
                reasons: reasons.map { .init(verdict: value.rawValue, text: $0) })
        }
        return [
            verdict(
                .confirmed, "Confirm", confirmed, "c",
                ["The same recording", "Edited to hide its source", "Filmed off a screen"]),
            verdict(
                .dismissed, "Dismiss", "No copy. It costs nothing.", "d",
                ["Not the same content", "Only a template or titles agree", "Too little to matter"]),
            verdict(
                .licensed, "Licensed", "Shown with leave. It costs nothing.", "l",
                ["Licence was shown", "The brand’s own material", "Agreement between the two"]),
            verdict(
                .ownFootage, "Own footage", "\(later) made it.", "o",
                ["Original file was shown", "Second account of one person"]),
            verdict(
                .otherFirst, "First publisher is B", turned, "b",
                ["Was published elsewhere before", "Times given are wrong", "Original file was shown"]),
        ]
    }

    var history: [CaseModel.Ruling] {
        file.history.reversed().map { one in
            .init(
                id: one.decision.eventID, verdict: CaseWords.verdict(one.decision.verdict), by: one.decision.by,
                why: one.decision.why, at: CaseWords.time(one.decision.at) + " UTC",
                isInForce: one.decision.eventID == review.decision?.eventID,
                undone: one.undone.map { "undone by \($0.by): \($0.why)" })
        }
    }
}
