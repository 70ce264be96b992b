public import FingerprintIndex
public import Frames
internal import Pictures

/// The evidence for or against one pair as a picture: both timelines with the matched spans linked, the
/// spectrograms with the peaks that agree, and frames that lie on the line side by side. The nearest miss is drawn as a
/// match is, but hollow and with broken lines.
public struct ExplainPicture {
    /// A moment on the line that is shown.
    public enum Moment: Sendable, Equatable {
        /// Whole frames are alike.
        case frames(FramePair)
        /// Places in them agree.
        case places(PlacePair)

        /// Seconds.
        public var query: Double {
            switch self {
            case .frames(let pair): pair.query
            case .places(let pair): pair.query
            }
        }

        /// Seconds.
        public var reference: Double {
            switch self {
            case .frames(let pair): pair.reference
            case .places(let pair): pair.reference
            }
        }

        /// Longest side of its frames in the picture, pixels.
        public var frameSide: Int {
            switch self {
            case .frames: ExplainPicture.frameSide
            case .places: PlacePanel.frameSide
            }
        }
    }

    /// A moment with its pictures; nil where the file could not be pictured.
    public struct Pair: Sendable {
        public var moment: Moment
        public var query: RGBImage?
        public var reference: RGBImage?

        public init(_ moment: Moment, query: RGBImage?, reference: RGBImage?) {
            self.moment = moment
            self.query = query
            self.reference = reference
        }
    }

    /// Pairs shown at most; more tell no more.
    public static let pairsMax = 6
    /// Longest side of a whole frame, pixels.
    static let frameSide = 220

    /// Without sound; with it, as wide as its panel.
    static let width = 2 * (frameSide + 3 * margin) + 320
    static let margin = 16
    /// Below the pictures of a row: the times.
    static let captionHeight = 44
    /// From the timelines' top to what comes below them.
    static let timelinesHeight = 114

    static let ink = Canvas.Color(230, 230, 236)
    static let faint = Canvas.Color(120, 122, 136)
    static let ground = Canvas.Color(22, 23, 29)
    static let queryColor = Canvas.Color(245, 158, 66)
    static let referenceColor = Canvas.Color(88, 166, 255)
    /// Told apart by lightness, too, and the words say it first.
    private static let hitColor = Canvas.Color(170, 235, 180)
    static let missColor = Canvas.Color(236, 128, 112)

    /// Moments spread evenly over the line, first and last included; where places agree, those alone, as they show
    /// more than whole frames do. Without a line, the two frames that are most alike.
    public static func chosen(from report: PairReport) -> [Moment] {
        guard let nearest = report.nearest else { return report.closestPair.map { [.frames($0.pair)] } ?? [] }
        let moments =
            nearest.placePairs.isEmpty ? nearest.framePairs.map(Moment.frames) : nearest.placePairs.map(Moment.places)
        guard moments.count > pairsMax else { return moments }
        return (0..<pairsMax).map { moments[$0 * (moments.count - 1) / (pairsMax - 1)] }
    }

    public static func draw(
        query: String, reference: String, queryDuration: Double, referenceDuration: Double,
        report: PairReport, pairs: [Pair], sound: ExplainSound? = nil
    ) -> RGBImage {
        let hasPlaces = pairs.contains { if case .places = $0.moment { true } else { false } }
        let isWide = sound != nil || hasPlaces
        let width = isWide ? SoundPanel.width : Self.width
        let letters = (width - 2 * margin) / letterWidth
        let verdict = wrapped(verdict(report), at: letters)
        let timelinesTop = 66 + 22 * verdict.count
        let soundTop = timelinesTop + timelinesHeight
        let placesTop = soundTop + (sound == nil ? 0 : SoundPanel.height)
        let heading = heading(report, pairs, hasPlaces: hasPlaces)
        let framesTop = placesTop + (heading == nil ? 0 : PlacePanel.headingHeight)
        let heights = pairs.map(height)
        let columns = isWide ? 2 : 1
        // A row is as high as its highest pair.
        let rowHeights = stride(from: 0, to: heights.count, by: columns).map { first in
            captionHeight + (heights[first..<min(first + columns, heights.count)].max() ?? 0)
        }
        let rows = rowHeights.reduce(0, +)
        let framesHeight = pairs.isEmpty && sound != nil ? 0 : max(60, rows)
        var canvas = Canvas(width: width, height: framesTop + framesHeight, filledWith: ground)
        canvas.text("query      \(short(query, letters - 11))", x: margin, y: 14, color: queryColor, scale: 2)
        canvas.text("reference  \(short(reference, letters - 11))", x: margin, y: 36, color: referenceColor, scale: 2)
        for (index, line) in verdict.enumerated() {
            canvas.text(
                line, x: margin, y: 62 + 22 * index, color: report.gate == .matched ? hitColor : missColor, scale: 2)
        }
        timelines(&canvas, report, queryDuration, referenceDuration, top: timelinesTop)
        if let sound {
            SoundPanel(
                sound: sound, report: report, queryDuration: queryDuration, referenceDuration: referenceDuration
            ).draw(top: soundTop, &canvas)
        } else if pairs.isEmpty {
            canvas.text("no frames lie on a common line", x: margin, y: framesTop + 20, color: faint, scale: 2)
        }
        if let heading { canvas.text(heading, x: margin, y: placesTop, color: ink, scale: 2) }
        var top = framesTop
        for (row, height) in rowHeights.enumerated() {
            for index in row * columns..<min((row + 1) * columns, pairs.count) {
                let left = index % columns * (width / columns)
                draw(
                    pairs[index], isHit: report.gate == .matched, left: left, top: top, height: height - captionHeight,
                    &canvas)
            }
            top += height
        }
        return canvas.image
    }

    /// Pixels from letter to letter at scale 2.
    private static let letterWidth = 12

    private static func verdict(_ report: PairReport) -> String {
        let hit = report.gate == .matched
        var text = (hit ? "HIT. " : "MISS (\(report.gate.rawValue)). ") + report.explanation
        if let line = report.nearest {
            text += " Speed \(fixed(line.speed, 3)), offset \(fixed(line.offset, 2)) s"
            let words = TransformWords.of(
                line.transform ?? report.matches.first?.transform, isMirrored: line.mirrored, .full)
            text += (words.map { ", " + $0 } ?? "") + "."
        }
        return text
    }

    /// Lines of at most `letters`, broken between words.
    private static func wrapped(_ text: String, at letters: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= letters {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// Above the frames; nil where they speak for themselves.
    private static func heading(_ report: PairReport, _ pairs: [Pair], hasPlaces: Bool) -> String? {
        let isHit = report.gate == .matched
        if hasPlaces { return PlacePanel.heading(isHit: isHit) }
        guard !isHit, !pairs.isEmpty else { return nil }
        if report.nearest != nil { return "picture: frames on the nearest line, which is no match" }
        let mirror = report.closestPair?.mirrored == true ? ", one mirrored" : ""
        return "picture: the two frames most alike, on no common line" + mirror
    }

    /// A stretch of both, of a match or of the nearest miss.
    private struct Stretch {
        var query: TimeSpan
        var reference: TimeSpan
        var isHit: Bool
    }

    private static func stretches(_ report: PairReport) -> [Stretch] {
        if report.matches.isEmpty, report.gate != .matched, let nearest = report.nearest {
            return [
                Stretch(
                    query: TimeSpan(start: nearest.queryStart, end: nearest.queryEnd),
                    reference: TimeSpan(start: nearest.referenceStart, end: nearest.referenceEnd), isHit: false)
            ]
        }
        return report.matches.map {
            Stretch(
                query: TimeSpan(start: $0.queryStart, end: $0.queryEnd),
                reference: TimeSpan(start: $0.referenceStart, end: $0.referenceEnd), isHit: true)
        }
    }

    private static func timelines(
        _ canvas: inout Canvas, _ report: PairReport, _ queryDuration: Double, _ referenceDuration: Double, top: Int
    ) {
        let longest = max(queryDuration, referenceDuration, 0.001)
        let scale = Double(canvas.width - 2 * margin) / longest
        func x(_ seconds: Double) -> Int { margin + Int((seconds * scale).rounded()) }
        let (queryTop, referenceTop, height) = (top, top + 66, 22)
        var bars: (query: [(bar: Canvas.Rect, text: String)], reference: [(bar: Canvas.Rect, text: String)]) = ([], [])
        canvas.outline(.init(x: x(0), y: queryTop, width: max(1, x(queryDuration) - x(0)), height: height), with: faint)
        canvas.outline(
            .init(x: x(0), y: referenceTop, width: max(1, x(referenceDuration) - x(0)), height: height), with: faint)
        let stretches = stretches(report)
        for stretch in stretches {
            let query = Canvas.Rect(
                x: x(stretch.query.start), y: queryTop + 2,
                width: max(2, x(stretch.query.end) - x(stretch.query.start)), height: height - 4)
            let reference = Canvas.Rect(
                x: x(stretch.reference.start), y: referenceTop + 2,
                width: max(2, x(stretch.reference.end) - x(stretch.reference.start)), height: height - 4)
            let links = [
                (from: (query.x, queryTop + height), to: (reference.x, referenceTop)),
                (
                    from: (query.x + query.width - 1, queryTop + height),
                    to: (reference.x + reference.width - 1, referenceTop)
                ),
            ]
            if stretch.isHit {
                canvas.fill(query, with: queryColor)
                canvas.fill(reference, with: referenceColor)
                for link in links { canvas.line(from: link.from, to: link.to, with: ink) }
            } else {
                canvas.outline(query, with: queryColor)
                canvas.outline(reference, with: referenceColor)
                for link in links {
                    canvas.dashes(
                        from: (Double(link.from.0) + 0.5, Double(link.from.1)),
                        to: (Double(link.to.0) + 0.5, Double(link.to.1)), width: 1, with: missColor)
                }
            }
            bars.query.append((query, "\(fixed(stretch.query.start, 1))-\(fixed(stretch.query.end, 1)) s"))
            bars.reference.append(
                (reference, "\(fixed(stretch.reference.start, 1))-\(fixed(stretch.reference.end, 1)) s"))
        }
        let isFilled = stretches.allSatisfy(\.isHit)
        label(bars.query, queryColor, inside: isFilled ? ground : queryColor, &canvas)
        label(bars.reference, referenceColor, inside: isFilled ? ground : referenceColor, &canvas)
    }

    /// Writes each bar's seconds into it, or beside it where nothing else is; else not at all.
    private static func label(
        _ bars: [(bar: Canvas.Rect, text: String)], _ color: Canvas.Color, inside inner: Canvas.Color,
        _ canvas: inout Canvas
    ) {
        var taken = bars.map { $0.bar.x..<$0.bar.x + $0.bar.width }
        for (index, (bar, text)) in bars.enumerated() {
            let width = Canvas.size(of: text, scale: 2).width
            let inside = bar.x + 4..<bar.x + 4 + width
            let others = taken.indices.filter { $0 != index }
            if width + 8 <= bar.width, others.allSatisfy({ !taken[$0].overlaps(inside) }) {
                canvas.text(text, x: inside.lowerBound, y: bar.y + 2, color: inner, scale: 2)
                continue
            }
            let right = bar.x + bar.width + 6, left = bar.x - 6 - width
            let places = [right..<right + width, left..<left + width].filter {
                $0.lowerBound >= margin && $0.upperBound <= canvas.width - margin
            }
            guard let place = places.first(where: { place in taken.allSatisfy { !$0.overlaps(place) } }) else {
                continue
            }
            canvas.text(text, x: place.lowerBound, y: bar.y + 2, color: color, scale: 2)
            taken.append(place)
        }
    }

    private static func height(_ pair: Pair) -> Int {
        height(pair.query, pair.reference, side: pair.moment.frameSide)
    }

    /// As high as the higher of the two pictures, each fitted into a square.
    private static func height(_ query: RGBImage?, _ reference: RGBImage?, side: Int) -> Int {
        let square = Canvas.Rect(x: 0, y: 0, width: side, height: side)
        return max(80, [query, reference].map { $0.map { Canvas.fit($0, in: square).height } ?? 0 }.max() ?? 0)
    }

    private static func draw(
        _ pair: Pair, isHit: Bool, left: Int, top: Int, height: Int, _ canvas: inout Canvas
    ) {
        switch pair.moment {
        case .frames(let frames):
            FramePanel(pair: frames, query: pair.query, reference: pair.reference)
                .draw(left: left, top: top, height: height, &canvas)
        case .places(let places):
            PlacePanel(pair: places, query: pair.query, reference: pair.reference, isHit: isHit)
                .draw(left: left, top: top, height: height, &canvas)
        }
    }

    /// Draws a picture into a rectangle, or says that there is none; returns what of the rectangle it fills.
    @discardableResult
    static func place(
        _ picture: RGBImage?, in rect: Canvas.Rect, border: Canvas.Color, _ canvas: inout Canvas
    ) -> Canvas.Rect {
        guard let picture else {
            canvas.outline(rect, with: faint)
            canvas.text("no picture", x: rect.x + 40, y: rect.y + rect.height / 2 - 8, color: faint, scale: 2)
            return rect
        }
        let place = Canvas.fit(picture, in: rect)
        canvas.draw(picture, in: place)
        canvas.outline(place, with: border)
        return place
    }

    private static func short(_ name: String, _ letters: Int) -> String {
        name.count > letters ? "..." + name.suffix(letters - 3) : name
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let fraction = String(whole % Int(scale))
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
