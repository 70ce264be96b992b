internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Report

/// Both spectrograms one above the other on one axis of time, with the peaks that agree linked (as `SoundPanel` draws
/// it).
struct SoundDrawing {
    let sound: ExplainSound
    let report: PairReport
    /// Addresses; nil where the file cannot be heard.
    let queryPicture: String?
    let referencePicture: String?

    // Heights, pixels.
    private static let pictureHeight = 150
    private static let gap = 46
    private static let ticksHeight = 18

    /// Links that are drawn; a page with more is heavy and shows no more.
    private static let linksMax = 90

    private var pairs: [SoundPair] { report.nearest?.soundPairs ?? [] }

    var svg: HTML {
        let queryTop = Self.ticksHeight
        let referenceTop = queryTop + Self.pictureHeight + Self.gap
        let height = referenceTop + Self.pictureHeight + Self.ticksHeight
        let count = pairs.count >= SoundPair.reportMax ? "\(pairs.count) or more" : "\(pairs.count)"
        let label = "Two spectrograms, the later video above. \(count) peaks of sound agree."
        return """
            <svg class="sound" width="100%" height="\(height)" role="img" aria-label="\(label)">\
            \(ticks(sound.query, textAt: 11, from: 14))\(picture(queryPicture, queryTop))\
            \(picture(referencePicture, referenceTop))\
            \(ticks(sound.reference, textAt: height - 3, from: referenceTop + Self.pictureHeight))\
            <svg width="100%" height="\(height)" viewBox="0 0 1000 \(height)" preserveAspectRatio="none" class="soundlinks">\
            \(links(queryTop, referenceTop))</svg>\(frequencies(queryTop))\(frequencies(referenceTop))</svg>
            """
    }

    private func picture(_ address: String?, _ top: Int) -> HTML {
        guard let address else {
            return """
                <rect class="track" y="\(top)" width="100%" height="\(Self.pictureHeight)"/>\
                <text class="tlname" x="12" y="\(top + Self.pictureHeight / 2)">its sound is not at hand</text>
                """
        }
        return """
            <rect class="track" y="\(top)" width="100%" height="\(Self.pictureHeight)"/>\
            <image href="\(address)" y="\(top)" width="100%" height="\(Self.pictureHeight)" preserveAspectRatio="none"/>
            """
    }

    private func links(_ queryTop: Int, _ referenceTop: Int) -> HTML {
        func x(_ seconds: Double, _ shown: TimeSpan) -> Double? {
            guard shown.seconds > 0, seconds >= shown.start, seconds <= shown.end else { return nil }
            return (seconds - shown.start) / shown.seconds * 1000
        }
        func y(_ hz: Double, _ top: Int) -> Double {
            let place = SpectrogramScale.place(ofHz: hz, rows: Self.pictureHeight)
            return Double(top) + min(max(place, 0), Double(Self.pictureHeight))
        }
        let marks = pairs.compactMap { pair -> (String, String)? in
            guard let a = x(pair.query, sound.query), let b = x(pair.reference, sound.reference) else { return nil }
            return (
                "\(Numbers.fixed(a, 1)) \(Numbers.fixed(y(pair.queryHz, queryTop), 1))",
                "\(Numbers.fixed(b, 1)) \(Numbers.fixed(y(pair.referenceHz, referenceTop), 1))"
            )
        }
        guard !marks.isEmpty else { return "" }
        let step = max(1, (marks.count + Self.linksMax - 1) / Self.linksMax)
        let shown = stride(from: 0, to: marks.count, by: step).map { marks[$0] }
        let lines = shown.map { "M\($0.0)L\($0.1)" }.joined()
        let dots = shown.map { "M\($0.0)h0M\($0.1)h0" }.joined()
        return """
            <path class="soundlink" d="\(lines)"/><path class="sounddot under" d="\(dots)"/>\
            <path class="sounddot" d="\(dots)"/>
            """
    }

    private func frequencies(_ top: Int) -> HTML {
        var html: HTML = ""
        for (hz, label) in SoundPanel.frequencies where ["250", "1k", "4k"].contains(label) {
            let y = top + Int(SpectrogramScale.place(ofHz: hz, rows: Self.pictureHeight))
            html += "<text class=\"onpicture\" x=\"5\" y=\"\(y + 4)\">\(label) Hz</text>"
        }
        return html
    }

    private func ticks(_ shown: TimeSpan, textAt y: Int, from top: Int) -> HTML {
        guard shown.seconds > 0 else { return "" }
        let axis = Axis(start: shown.start, end: shown.end, firstPixel: 0, pixels: 1000)
        let digits = axis.digits(apart: 140)
        var html: HTML = ""
        for tick in axis.ticks(apart: 140) {
            let share = (tick - shown.start) / shown.seconds
            let place = "\(Numbers.fixed(share * 100, 2))%"
            html += """
                <line class="tick" x1="\(place)" x2="\(place)" y1="\(top)" y2="\(top + 4)"/>\
                <text class="tltime\(share > 0.94 ? " end" : share < 0.02 ? "" : " mid")" x="\(place)" y="\(y)">\(Numbers.fixed(tick, digits)) s</text>
                """
        }
        return html
    }
}
