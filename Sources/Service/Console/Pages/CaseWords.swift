internal import FingerprintIndex
internal import Foundation
internal import Records
internal import Report
internal import Scoring

/// A word on a coloured ground.
struct Pill: Sendable, Equatable {
    var text: String
    /// `good`, `warn`, `bad`, or empty.
    var tone: String
}

/// What is said about cases, the same on every page.
enum CaseWords {
    static func state(_ review: ReviewCase) -> Pill {
        if review.state == .reversed { return Pill(text: "taken out", tone: "") }
        if let ruling = review.decision { return verdict(ruling.verdict) }
        guard let why = review.view.notCounted else { return Pill(text: "counts", tone: "bad") }
        return Pill(text: NotCounted.sentence(why), tone: "")
    }

    static func verdict(_ verdict: Event.Decision.Verdict) -> Pill {
        switch verdict {
        case .confirmed: Pill(text: "confirmed", tone: "bad")
        case .dismissed: Pill(text: "dismissed", tone: "good")
        case .licensed: Pill(text: "licensed", tone: "good")
        case .ownFootage: Pill(text: "own footage", tone: "good")
        case .otherFirst: Pill(text: "other side first", tone: "warn")
        }
    }

    static func standing(_ standing: ReviewCase.Standing?, _ rules: ScoringRules) -> Pill? {
        standing.map { Pill(text: "\($0.score)", tone: tone($0.milestone, rules)) }
    }

    static func tone(_ milestone: Int?, _ rules: ScoringRules) -> String {
        guard let milestone else { return "good" }
        return milestone == rules.milestones.first?.at ? "warn" : "bad"
    }

    static func verb(_ review: ReviewCase) -> String {
        review.view.kind == .sound ? "sounds like" : "shows"
    }

    static func seenBy(_ match: Match) -> String {
        switch match.modality {
        case .both: "picture and sound"
        case .video: "picture"
        case .audio: "sound"
        }
    }

    static func kind(_ review: ReviewCase) -> String {
        switch review.view.kind {
        case .copy: "copy"
        case .ownAgain: "own video again"
        case .sound: "same sound"
        }
    }

    /// A small chance in words that stay short: `1 in 25,000`, `1 in 4 million`, `1 in a trillion`.
    static func chance(_ rate: Double) -> String {
        guard rate > 0, rate < 1e-6 else { return Numbers.oneIn(rate) }
        let count = min(1 / rate, 1e12)
        for (size, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] where count >= size * 0.9995 {
            let times = count / size
            return times < 1.05 ? "1 in a \(name)" : "1 in \(Numbers.fixed(times, times < 9.5 ? 1 : 0)) \(name)"
        }
        return Numbers.oneIn(rate)
    }

    /// A share of a whole as a short bar.
    static func bar(_ share: Double, _ style: String = "hit") -> String {
        let width = Numbers.fixed(min(max(share, 0), 1) * 100, 1)
        let html: HTML = """
            <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="track" width="100" height="6" rx="3"/><rect class="\(style)" width="\(width)" height="6" rx="3"/></svg>
            """
        return html.text
    }

    /// A time as people read it: the day and the minute, in UTC.
    static func time(_ text: String) -> String {
        guard text.utf8.count >= 16 else { return text }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }
}
