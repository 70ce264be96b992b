internal import Foundation
internal import Report
internal import Scoring

/// A creator's score from entry to entry, over the milestones.
struct ScoreDrawing {
    let profile: CreatorProfile
    let rules: ScoringRules

    /// Pixels.
    private static let height = 220
    private static let edge = 16
    /// Room for the milestones' names, share of the width.
    private static let right = 0.8

    private var entries: [CreatorProfile.PointEntry] { profile.points.filter { $0.points != 0 } }

    /// Scores at the lower and upper edge: what happened, and the next milestone under it.
    private var range: (low: Double, high: Double) {
        let values = profile.history + [rules.score.start]
        let least = values.min() ?? 0, most = values.max() ?? 0
        let below = rules.milestones.map(\.at).filter { $0 <= least }.max() ?? rules.score.lowest
        let above = rules.milestones.map(\.at).filter { $0 > least }.max() ?? most
        let room = max(6, (max(most, above) - below) / 12)
        return (Double(below - room), Double(max(most, above) + room))
    }

    private func y(_ score: Int) -> Double {
        let (low, high) = range
        let share = (Double(score) - low) / max(1, high - low)
        return Double(Self.edge) + (1 - min(max(share, 0), 1)) * Double(Self.height - 2 * Self.edge)
    }

    private func x(_ index: Int) -> Double { Double(index) / Double(max(1, entries.count)) * Self.right }

    var svg: HTML {
        var lines: HTML = ""
        for milestone in rules.milestones where Double(milestone.at) >= range.low && Double(milestone.at) <= range.high
        {
            let y = Numbers.fixed(y(milestone.at), 1)
            lines += """
                <line class="milestone" x1="0" x2="80%" y1="\(y)" y2="\(y)"/>\
                <text class="tltime milestone-name" x="100%" y="\(Numbers.fixed(self.y(milestone.at) + 4, 1))">\(milestone.at) \(milestone.band)</text>
                """
        }
        let start = Numbers.fixed(y(rules.score.start), 1)
        lines += """
            <line class="start" x1="0" x2="80%" y1="\(start)" y2="\(start)"/>\
            <text class="tltime milestone-name" x="100%" y="\(Numbers.fixed(y(rules.score.start) + 4, 1))">\(rules.score.start) start</text>
            """
        var path = "M0 \(start)"
        var dots: HTML = ""
        for (index, entry) in entries.enumerated() {
            let (x, y) = (x(index + 1), Numbers.fixed(y(entry.scoreAfter), 1))
            path += "H\(Numbers.fixed(x * 1000, 1))V\(y)"
            let tone = entry.points < 0 ? "minus" : "plus"
            dots += """
                <a href="#entry-\(index + 1)"><circle class="step \(tone)" cx="\(Numbers.fixed(x * 100, 2))%" cy="\(y)" r="4.5">\
                <title>\(Numbers.signed(entry.points)): \(entry.reason)</title></circle></a>
                """
        }
        let label = "Score from \(rules.score.start) to \(profile.score) in \(entries.count) steps"
        return """
            <svg class="scorechart" width="100%" height="\(Self.height)" role="group" aria-label="\(label)">\(lines)\
            <svg width="100%" height="\(Self.height)" viewBox="0 0 1000 \(Self.height)" preserveAspectRatio="none">\
            <path class="path" vector-effect="non-scaling-stroke" d="\(path)"/></svg>\(dots)</svg>
            """
    }
}
