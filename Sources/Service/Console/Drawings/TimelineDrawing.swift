internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Records
internal import Report
internal import Signals

/// Both videos of a case on one axis of time: what was measured in each, pictures, and the stretches that agree,
/// joined in the middle.
///
/// Drawn in shares of the width, so that it fits a telephone as it fits a desk without its letters shrinking.
struct TimelineDrawing {
    let file: CaseFile
    /// Addresses of the pictures of a side: seconds and where they are.
    let pictures: (CaseFile.Side) -> [(seconds: Double, address: String)]

    // Heights, pixels.
    private static let axisHeight = 20
    private static let curveHeight = 36
    private static let barHeight = 7
    private static let filmHeight = 54
    private static let trackHeight = 12
    private static let gap = 5
    private static let bridgeHeight = 44

    /// Pictures along the whole axis.
    static let picturesAlong = 12

    /// Seconds of the axis: the longer of the two.
    var seconds: Double { max(file.query.duration, file.reference.duration, 0.1) }

    /// Middles of equal parts of a side, at which it is pictured.
    static func moments(of side: CaseFile.Side, axis: Double) -> [Double] {
        guard let video = side.video, video.observed?.media.map({ $0.video != nil }) ?? false else { return [] }
        let count = max(2, Int((Double(picturesAlong) * side.duration / axis).rounded()))
        return (0..<count).map { (Double($0) + 0.5) / Double(count) * side.duration }
    }

    // MARK: Rows

    private struct Row {
        var name: String
        var height: Int
        /// Drawn at this upper edge.
        var draw: (Int) -> HTML
    }

    private func rows(_ side: CaseFile.Side, isQuery: Bool) -> [Row] {
        var rows: [Row] = []
        let features = side.video?.features
        for curve in curves(side) {
            rows.append(Row(name: curve.name, height: Self.curveHeight) { y in self.draw(curve, side, y) })
        }
        if let spans = features?.static?.spans, !spans.isEmpty {
            rows.append(
                Row(name: "stills", height: Self.barHeight) { y in
                    self.bars(
                        spans.map { (TimeSpan(start: $0.start, end: $0.end), $0.kind.rawValue) }, "still", side, y)
                })
        }
        if let worst = features?.quality?.worst {
            rows.append(
                Row(name: "worst picture", height: Self.barHeight) { y in
                    self.bars([(worst, "worst quality")], "worst", side, y)
                })
        }
        if let spans = features?.recapture?.spans, !spans.isEmpty, (features?.recapture?.probability ?? 0) >= 0.5 {
            rows.append(
                Row(name: "filmed off a screen", height: Self.barHeight) { y in
                    self.bars(spans.map { ($0, "filmed off a screen") }, "filmed", side, y)
                })
        }
        if let spans = features?.sound?.silence, !spans.isEmpty {
            rows.append(
                Row(name: "silence", height: Self.barHeight) { y in
                    self.bars(spans.map { ($0, "silent") }, "silence", side, y)
                })
        }
        rows.append(Row(name: "", height: Self.filmHeight) { y in self.film(side, y) })
        let match = file.review.edge.match
        func span(_ evidence: Match.Evidence) -> TimeSpan {
            isQuery
                ? TimeSpan(start: evidence.queryStart, end: evidence.queryEnd)
                : TimeSpan(start: evidence.referenceStart, end: evidence.referenceEnd)
        }
        var tracks: [(String, TimeSpan, String)] = []
        if let sound = match.audio { tracks.append(("sound", span(sound), "heard")) }
        if match.modality != .audio {
            tracks.append(("picture", match.video.map(span) ?? side.span, "hit"))
        }
        if tracks.isEmpty { tracks = [("content", side.span, "hit")] }
        for (name, span, style) in tracks {
            rows.append(Row(name: name, height: Self.trackHeight) { y in self.track(span, name, style, side, y) })
        }
        return isQuery ? rows : rows.reversed()
    }

    private func curves(_ side: CaseFile.Side) -> [SignalCurve] {
        let features = side.video?.features
        return [.motion(features?.static), .quality(features?.quality), .loudness(features?.sound)].compactMap(\.self)
    }

    // MARK: Putting together

    func side(_ side: CaseFile.Side, isQuery: Bool) -> HTML {
        var y = isQuery ? Self.axisHeight : 0
        var body: HTML = isQuery ? ticks(at: 0) : ""
        for row in rows(side, isQuery: isQuery) {
            body += row.draw(y)
            y += row.height + Self.gap
        }
        let span =
            "\(Numbers.clock(side.span.start)) to \(Numbers.clock(side.span.end)) of \(Numbers.clock(side.duration))"
        let label = "Timeline of \(side.id): the stretch \(span) is also in the other video. \(spoken(side))"
        return """
            <svg class="tl" width="100%" height="\(max(1, y - Self.gap))" role="img" aria-label="\(label)">\(body)</svg>
            """
    }

    /// What the colours mean, of those that are there: a name and its style.
    var legend: [(name: String, style: String)] {
        let all = rows(file.query, isQuery: true) + rows(file.reference, isQuery: false)
        let names = Set(all.map(\.name))
        return [
            ("picture", "hitkey"), ("sound", "heardkey"), ("motion", "motionkey"), ("quality", "qualitykey"),
            ("loudness", "loudnesskey"), ("stills", "stillkey"),
            ("worst picture", "worstkey"), ("filmed off a screen", "filmedkey"), ("silence", "silencekey"),
        ].filter { names.contains($0.0) }.map { (name: $0.0, style: $0.1) }
    }

    /// The stretches joined.
    var bridge: HTML {
        let (q, r) = (file.query.span, file.reference.span)
        func x(_ seconds: Double) -> String { Numbers.fixed(min(max(seconds / self.seconds, 0), 1) * 1000, 1) }
        let isSound = file.review.edge.match.modality == .audio
        let (style, tie) = isSound ? ("soundbridge", "tie soundtie") : ("bridge", "tie")
        var moments: HTML = ""
        for pair in file.review.view.pairs {
            moments += "<path class=\"\(tie)\" d=\"M\(x(pair.query.seconds)) 0L\(x(pair.reference.seconds)) 44\"/>"
        }
        return """
            <svg class="bridges" width="100%" height="\(Self.bridgeHeight)" viewBox="0 0 1000 44" preserveAspectRatio="none" \
            aria-hidden="true"><path class="\(style)" d="M\(x(q.start)) 0H\(x(q.end))L\(x(r.end)) 44H\(x(r.start))Z"/>\(moments)</svg>
            """
    }

    private func spoken(_ side: CaseFile.Side) -> String {
        var parts: [String] = []
        if let share = side.video?.features?.static?.share { parts.append("\(Numbers.percent(share)) still") }
        if let quality = side.video?.features?.quality?.score { parts.append("quality \(Numbers.fixed(quality, 0))") }
        if let loudness = side.video?.features?.sound?.integratedLUFS {
            parts.append("loudness \(Numbers.fixed(loudness, 1)) LUFS")
        }
        parts += curves(side).map { "\($0.name) over time \($0.range)" }
        return parts.joined(separator: ", ")
    }

    // MARK: Drawing

    private func percent(_ seconds: Double) -> String {
        "\(Numbers.fixed(min(max(seconds / self.seconds, 0), 1) * 100, 3))%"
    }

    private func ticks(at y: Int) -> HTML {
        let axis = Axis(start: 0, end: seconds, firstPixel: 0, pixels: 1000)
        let digits = axis.digits(apart: 140)
        var html: HTML = ""
        for tick in axis.ticks(apart: 140) {
            let isLast = tick > seconds * 0.94
            html += """
                <line class="tick" x1="\(percent(tick))" x2="\(percent(tick))" y1="\(y + 14)" y2="\(y + 19)"/>\
                <text class="tltime\(isLast ? " end" : tick == 0 ? "" : " mid")" x="\(percent(tick))" y="\(y + 10)">\(Numbers.fixed(tick, digits)) s</text>
                """
        }
        return html
    }

    private func film(_ side: CaseFile.Side, _ y: Int) -> HTML {
        let shots = pictures(side)
        guard !shots.isEmpty else {
            return """
                <rect class="track" y="\(y)" width="\(percent(side.duration))" height="\(Self.filmHeight)" rx="4"/>\
                <text class="tlname" x="10" y="\(y + 31)">no pictures at hand</text>
                """
        }
        let cell = side.duration / Double(shots.count)
        var html: HTML =
            "<rect class=\"track\" y=\"\(y)\" width=\"\(percent(side.duration))\" height=\"\(Self.filmHeight)\"/>"
        for (index, shot) in shots.enumerated() {
            html += """
                <image class="ev" href="\(shot.address)" x="\(percent(Double(index) * cell))" y="\(y)" width="\(percent(cell))" \
                height="\(Self.filmHeight)" preserveAspectRatio="xMidYMid slice"><title>\(Numbers.clock(shot.seconds))</title></image>
                """
        }
        return html
    }

    private func track(_ span: TimeSpan, _ name: String, _ style: String, _ side: CaseFile.Side, _ y: Int) -> HTML {
        """
        <rect class="track" y="\(y)" width="\(percent(side.duration))" height="\(Self.trackHeight)" rx="3"/>\
        <rect class="\(style)" x="\(percent(span.start))" y="\(y)" width="\(percent(max(span.seconds, seconds / 300)))" \
        height="\(Self.trackHeight)" rx="2"><title>\(name) \(Numbers.clock(span.start))–\(Numbers.clock(span.end))</title></rect>
        """
    }

    private func bars(_ spans: [(TimeSpan, String)], _ style: String, _ side: CaseFile.Side, _ y: Int) -> HTML {
        var html: HTML =
            "<rect class=\"track\" y=\"\(y)\" width=\"\(percent(side.duration))\" height=\"\(Self.barHeight)\" rx=\"3\"/>"
        for (span, name) in spans {
            html += """
                <rect class="\(style)" x="\(percent(span.start))" y="\(y)" width="\(percent(max(span.seconds, seconds / 400)))" \
                height="\(Self.barHeight)"><title>\(name) \(Numbers.clock(span.start))–\(Numbers.clock(span.end))</title></rect>
                """
        }
        return html
    }

    /// A curve with its lowest and highest value in words; that of motion with where shots begin. Every bar stands on
    /// a foot, so that the lowest value and none at all are told apart.
    private func draw(_ curve: SignalCurve, _ side: CaseFile.Side, _ y: Int) -> HTML {
        func x(_ seconds: Double) -> String { Numbers.fixed(seconds / self.seconds * 1000, 1) }
        var path = ""
        var before = -1.0
        for bar in curve.bars(until: side.duration) {
            if bar.start != before { path += "\(path.isEmpty ? "" : "V100Z")M\(x(bar.start)) 100" }
            path += "V\(Numbers.fixed(96 - bar.share * 92, 1))H\(x(bar.end))"
            before = bar.end
        }
        if !path.isEmpty { path += "V100Z" }
        var cuts: HTML = ""
        if curve.kind == .motion {
            for shot in side.video?.features?.static?.shots ?? [] where shot.start > 0 && shot.start < seconds {
                cuts += "<path class=\"cut\" d=\"M\(x(shot.start)) 0V100\"/>"
            }
        }
        let words = "\(curve.name) \(curve.range)"
        return """
            <rect class="ground" y="\(y)" width="\(percent(side.duration))" height="\(Self.curveHeight)" rx="3"/>\
            <svg y="\(y)" width="100%" height="\(Self.curveHeight)" viewBox="0 0 1000 100" preserveAspectRatio="none">\
            <path class="curve \(curve.name)" d="\(path)"><title>\(words)</title></path>\(cuts)</svg>\
            <text class="tlname haloed" x="5" y="\(y + 11)">\(words)</text>
            """
    }
}
