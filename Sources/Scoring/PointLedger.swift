/// Counts findings in canonical order, within caps and bounds. Whole points only.
struct PointLedger {
    private(set) var score: Int
    private(set) var points: [CreatorProfile.PointEntry] = []
    private(set) var notes: [CreatorProfile.PointEntry] = []
    private(set) var history: [Int]

    private let bounds: ScoringRules.Bounds
    /// Points moved so far, as magnitudes.
    private var spent: [Pot: Int] = [:]

    private enum Pot: Hashable {
        case video(rule: String, video: String)
        case creator(rule: String)
        /// Number of the window; nil for undated videos.
        case window(rule: String, number: Int64?)
    }

    init(rules: ScoringRules) {
        bounds = rules.score
        score = rules.score.start
        history = [rules.score.start]
    }

    mutating func count(_ finding: VideoFindings.Finding, of video: VideoSheet) {
        let rule = finding.rule
        let pots = pots(of: rule, video)
        var allowed = abs(finding.points)
        var limit: String?
        for pot in pots {
            let left = max(0, pot.cap - spent[pot.pot, default: 0])
            if left < allowed { (allowed, limit) = (left, pot.name) }
        }
        let wanted = finding.points < 0 ? -allowed : allowed
        let after = min(max(score + wanted, bounds.lowest), bounds.highest)
        if after != score + wanted { limit = "bounds" }
        // What the bounds refuse was still earned, and uses up its cap.
        for pot in pots { spent[pot.pot, default: 0] += allowed }
        let entry = CreatorProfile.PointEntry(
            points: after - score, nominal: finding.points, limitedBy: limit, rule: rule.id, clause: rule.clause,
            reason: finding.reason, advice: rule.advice, video: video.id, eventIDs: finding.eventIDs,
            spans: finding.spans, scoreAfter: after)
        if finding.points == 0 {
            notes.append(entry)
        } else if entry.points != 0 || finding.points < 0 {
            // Praise over its cap is left out: it took nothing from anybody.
            points.append(entry)
        }
        if after != score { history.append(after) }
        score = after
    }

    private func pots(of rule: ScoringRules.Rule, _ video: VideoSheet) -> [(pot: Pot, cap: Int, name: String)] {
        var pots: [(pot: Pot, cap: Int, name: String)] = []
        if let cap = rule.caps.perVideo { pots.append((.video(rule: rule.id, video: video.id), cap, "per_video")) }
        if let cap = rule.caps.perWindow {
            let length = Int64(cap.days) * PublicationTime.secondsPerDay
            let number = video.publishedAt.map { time in
                // Rounded down before 1970 too.
                time >= 0 ? time / length : -((-time + length - 1) / length)
            }
            pots.append((.window(rule: rule.id, number: number), cap.points, "per_window"))
        }
        if let cap = rule.caps.perCreator { pots.append((.creator(rule: rule.id), cap, "per_creator")) }
        return pots
    }
}
