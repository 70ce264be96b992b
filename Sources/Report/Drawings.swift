import Frames
package import Scoring
package import Signals

/// The small inline drawings. Colours come from the style sheet, so that both themes have them.
package enum Drawings {
    /// Two gratings a few degrees apart: what the program is named after.
    package static let mark: HTML = {
        var lines: HTML = ""
        for index in 0..<8 {
            let y = "\(3 + index * 4)"
            lines += "<path d=\"M1 \(y)H31\"/>"
        }
        return """
            <svg viewBox="0 0 32 32" aria-hidden="true" stroke="currentColor" stroke-width="1.6" fill="none">\
            <g opacity=".9">\(lines)</g><g opacity=".55" transform="rotate(14 16 16)">\(lines)</g></svg>
            """
    }()

    /// A score between the bounds, with the milestones as ticks.
    package static func score(_ profile: CreatorProfile, _ rules: ScoringRules) -> HTML {
        let width = 120.0
        let span = Double(max(1, rules.score.highest - rules.score.lowest))
        func x(_ score: Int) -> String { Numbers.fixed(Double(score - rules.score.lowest) / span * width, 1) }
        var ticks: HTML = ""
        for milestone in rules.milestones where milestone.at > rules.score.lowest {
            ticks += "<path class=\"moment\" d=\"M\(x(milestone.at)) 0V8\"/>"
        }
        let label = "\(profile.score) of \(rules.score.highest)"
        return """
            <svg width="120" height="8" viewBox="0 0 120 8" role="img" aria-label="\(label)">\
            <rect class="track" width="120" height="8" rx="4"/>\
            <rect class="\(tone(profile, rules, "low", "mid", "on"))" width="\(x(profile.score))" height="8" rx="4"/>\(ticks)</svg>
            """
    }

    /// `low` from the second milestone down, `mid` from the first, `fine` above all.
    package static func tone(
        _ profile: CreatorProfile, _ rules: ScoringRules, _ low: String, _ mid: String, _ fine: String
    )
        -> String
    {
        guard let milestone = profile.milestone else { return fine }
        return milestone == rules.milestones.first?.at ? mid : low
    }

    /// The score after each entry, as steps from left to right.
    package static func history(_ history: [Int]) -> HTML {
        guard let first = history.first, history.count > 1 else { return "<span class=\"zero\">–</span>" }
        // At most as many steps as the drawing has half pixels; the last one always.
        let stride = max(1, history.count / 160)
        let shown = history.indices.filter { $0 % stride == 0 || $0 == history.count - 1 }.map { history[$0] }
        let (low, high) = (shown.min() ?? first, shown.max() ?? first)
        func y(_ score: Int) -> String {
            Numbers.fixed(high == low ? 12 : 21 - Double(score - low) / Double(high - low) * 18, 1)
        }
        let step = 88 / Double(shown.count - 1)
        var path = "M1 \(y(shown[0]))"
        for (index, score) in shown.enumerated().dropFirst() {
            path += "H\(Numbers.fixed(1 + Double(index) * step, 1))V\(y(score))"
        }
        return """
            <svg width="90" height="24" viewBox="0 0 90 24" role="img" \
            aria-label="from \(first) to \(history.last ?? first) in \(history.count - 1) steps">\
            <path class="base" d="M1 \(y(first))H89"/><path class="path" d="\(path)"/></svg>
            """
    }

    /// Where a video stands still.
    package static func still(_ spans: [StaticSignal.Span], of duration: Double) -> HTML {
        guard duration > 0 else { return "" }
        var bars: HTML = ""
        for span in spans {
            let (x, width) = bar(TimeSpan(start: span.start, end: span.end), of: duration)
            bars += """
                <rect class="still" x="\(x)" width="\(width)" height="8"><title>\(span.kind.rawValue) \
                \(Numbers.clock(span.start))–\(Numbers.clock(span.end))</title></rect>
                """
        }
        let label =
            spans.isEmpty
            ? "no static stretches"
            : "static: "
                + spans.prefix(12).map {
                    "\($0.kind.rawValue) \(Numbers.clock($0.start)) to \(Numbers.clock($0.end))"
                }.joined(separator: ", ")
        return """
            <svg class="line" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" aria-label="\(label)">\
            <rect class="track" width="1000" height="8" rx="3"/>\(bars)</svg>
            """
    }

    /// Two timelines, each over its whole length, with the matching stretches joined.
    package static func link(_ match: Catalogue.MatchView, queryDuration: Double, referenceDuration: Double) -> HTML {
        let (qx, qw) = bar(match.query, of: queryDuration)
        let (rx, rw) = bar(match.reference, of: referenceDuration)
        let (q2, r2) = (end(match.query, of: queryDuration), end(match.reference, of: referenceDuration))
        var moments: HTML = ""
        for pair in match.pairs {
            let (a, b) = (
                place(pair.query.seconds, of: queryDuration), place(pair.reference.seconds, of: referenceDuration)
            )
            moments += "<path class=\"moment\" vector-effect=\"non-scaling-stroke\" d=\"M\(a) 0V14M\(b) 50V64\"/>"
        }
        let label = """
            \(Numbers.clock(match.query.start)) to \(Numbers.clock(match.query.end)) shows \
            \(Numbers.clock(match.reference.start)) to \(Numbers.clock(match.reference.end))
            """
        return """
            <svg class="link" viewBox="0 0 1000 64" preserveAspectRatio="none" role="img" aria-label="\(label)">\
            <rect class="track" width="1000" height="14"/><rect class="track" y="50" width="1000" height="14"/>\
            <path class="bridge" d="M\(qx) 14H\(q2)L\(r2) 50H\(rx)Z"/>\
            <rect class="hit" x="\(qx)" width="\(qw)" height="14"/><rect class="hit" x="\(rx)" y="50" width="\(rw)" height="14"/>\
            \(moments)</svg>
            """
    }

    /// Left edge and width on a line of 1000; never too thin to be seen.
    private static func bar(_ span: TimeSpan, of duration: Double) -> (String, String) {
        let (from, to) = (fraction(span.start, of: duration), fraction(span.end, of: duration))
        return (Numbers.fixed(min(from, 997), 1), Numbers.fixed(max(3, to - from), 1))
    }

    private static func end(_ span: TimeSpan, of duration: Double) -> String {
        let from = min(fraction(span.start, of: duration), 997)
        return Numbers.fixed(max(from + 3, fraction(span.end, of: duration)), 1)
    }

    private static func place(_ seconds: Double, of duration: Double) -> String {
        Numbers.fixed(fraction(seconds, of: duration), 1)
    }

    private static func fraction(_ seconds: Double, of duration: Double) -> Double {
        duration > 0 ? min(max(seconds / duration, 0), 1) * 1000 : 0
    }
}
