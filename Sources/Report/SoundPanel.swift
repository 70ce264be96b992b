import FingerprintIndex
import Frames
import Pictures

/// The sound's half of an explanation: both spectrograms on one axis of time with the peaks that agree
/// linked, and beside them where these peaks lie in both files, with the fitted line.
package struct SoundPanel {
    let sound: ExplainSound
    let report: PairReport
    let queryDuration: Double
    let referenceDuration: Double

    /// Links that are drawn; peaks are all marked.
    package static let linksMax = 150
    /// From here on marks are smaller, so that what they mark can still be seen.
    static let manyPairs = 500
    package static let frequencies: [(hz: Double, label: String)] = [
        (125, "125"), (250, "250"), (500, "500"), (1_000, "1k"), (2_000, "2k"), (4_000, "4k"),
    ]

    // Pixels.
    static let margin = ExplainPicture.margin
    static let left = margin + 56
    static let side = 296
    static let scatterLeft = left + ExplainSound.columns + 92
    static let width = scatterLeft + side + margin
    static let headingHeight = 30
    static let ticksHeight = 26
    static let gap = 60
    static let height = headingHeight + 2 * ticksHeight + 2 * ExplainSound.rows + gap + 40

    static let link = Canvas.Color(255, 255, 255)
    /// Share of the link's colour between the spectrograms, and over them.
    static let linkShare = 0.55
    static let linkShareInside = 0.22
    static let fit = Canvas.Color(240, 96, 144)

    private var pairs: [SoundPair] { report.nearest?.soundPairs ?? [] }

    func draw(top: Int, _ canvas: inout Canvas) {
        let queryTop = top + Self.headingHeight + Self.ticksHeight
        let referenceTop = queryTop + ExplainSound.rows + Self.gap
        canvas.text(heading, x: Self.left, y: top, color: ExplainPicture.ink, scale: 2)
        spectrogram(
            sound.queryPicture, shown: sound.query, duration: queryDuration, top: queryTop,
            color: ExplainPicture.queryColor, &canvas)
        name("query", sound.queryPicture, y: top, ExplainPicture.queryColor, &canvas)
        spectrogram(
            sound.referencePicture, shown: sound.reference, duration: referenceDuration,
            top: referenceTop, color: ExplainPicture.referenceColor, &canvas)
        name(
            "reference", sound.referencePicture, y: referenceTop + ExplainSound.rows + Self.ticksHeight + 10,
            ExplainPicture.referenceColor,
            &canvas)
        ticks(
            sound.query, labelsAt: queryTop - Self.ticksHeight + 2, from: queryTop - 6, ExplainPicture.queryColor,
            &canvas)
        ticks(
            sound.reference, labelsAt: referenceTop + ExplainSound.rows + 10, from: referenceTop + ExplainSound.rows,
            ExplainPicture.referenceColor, &canvas)
        links(queryTop: queryTop, referenceTop: referenceTop, &canvas)
        let plot = ScatterPlot(sound: sound, pairs: pairs, left: Self.scatterLeft, top: queryTop, side: Self.side)
        plot.draw(&canvas)
        caption(top: queryTop + Self.side + 44, &canvas)
    }

    private var heading: String {
        guard sound.isAligned else { return "sound: no line of time fits; both from their beginning" }
        let count = pairs.count >= SoundPair.reportMax ? "\(pairs.count) or more peaks" : "\(pairs.count) peaks"
        let which = report.matches.count > 1 ? "; the best of \(report.matches.count) stretches" : ""
        return "sound: " + (pairs.count == 1 ? "one peak agrees" : count + " agree") + which
            + (report.gate == .matched ? "" : ", no match")
    }

    // MARK: Spectrograms

    private func spectrogram(
        _ picture: LumaImage?, shown: TimeSpan, duration: Double, top: Int, color: Canvas.Color,
        _ canvas: inout Canvas
    ) {
        let axis = axis(shown)
        let rect = Canvas.Rect(x: Self.left, y: top, width: ExplainSound.columns, height: ExplainSound.rows)
        for (hz, label) in Self.frequencies {
            let y = place(hz, top)
            canvas.fill(.init(x: Self.left - 6, y: y, width: 6, height: 1), with: ExplainPicture.faint)
            let size = Canvas.size(of: label, scale: 2)
            canvas.text(label, x: Self.left - 10 - size.width, y: y - 7, color: ExplainPicture.faint, scale: 2)
        }
        // Only where the file is: silence and nothing at all are not the same.
        let from = max(rect.x, axis.pixel(0)), to = min(rect.x + rect.width, axis.pixel(duration))
        if let picture, picture.width == rect.width, picture.height == rect.height {
            for y in 0..<rect.height {
                for x in from..<max(from, to) {
                    canvas[x, top + y] = SpectrumColors.ramp[Int(picture[x - rect.x, y])]
                }
            }
        }
        canvas.outline(.init(x: rect.x - 1, y: top - 1, width: rect.width + 2, height: rect.height + 2), with: color)
    }

    /// Which of the two a row of ticks belongs to, at the row's right end.
    private func name(_ name: String, _ picture: LumaImage?, y: Int, _ color: Canvas.Color, _ canvas: inout Canvas) {
        let text = picture == nil ? name + " (its sound is not at hand)" : name
        let right = Self.left + ExplainSound.columns
        canvas.text(text, x: right - Canvas.size(of: text, scale: 2).width, y: y, color: color, scale: 2)
    }

    private func axis(_ shown: TimeSpan) -> Axis {
        Axis(start: shown.start, end: shown.end, firstPixel: Self.left, pixels: ExplainSound.columns)
    }

    private func place(_ hz: Double, _ top: Int) -> Int {
        let place = SpectrogramScale.place(ofHz: hz, rows: ExplainSound.rows)
        return top + max(0, min(ExplainSound.rows - 1, Int(place)))
    }

    private func ticks(
        _ shown: TimeSpan, labelsAt y: Int, from tickTop: Int, _ color: Canvas.Color, _ canvas: inout Canvas
    ) {
        let axis = axis(shown)
        let digits = axis.digits(apart: 96)
        for seconds in axis.ticks(apart: 96) {
            let x = axis.pixel(seconds)
            canvas.fill(.init(x: x, y: tickTop, width: 1, height: 6), with: color)
            let label = ExplainPicture.fixed(seconds, digits) + " s"
            let size = Canvas.size(of: label, scale: 2)
            let last = Self.left + ExplainSound.columns - size.width
            canvas.text(label, x: max(Self.left, min(last, x - size.width / 2)), y: y, color: color, scale: 2)
        }
    }

    // MARK: Marks

    /// Where a pair's two marks lie.
    func marks(of pair: SoundPair, queryTop: Int, referenceTop: Int) -> (
        query: (x: Int, y: Int), reference: (x: Int, y: Int)
    ) {
        (
            (axis(sound.query).pixel(pair.query), place(pair.queryHz, queryTop)),
            (axis(sound.reference).pixel(pair.reference), place(pair.referenceHz, referenceTop))
        )
    }

    private func links(queryTop: Int, referenceTop: Int, _ canvas: inout Canvas) {
        let shown = pairs.filter { axis(sound.query).holds($0.query) && axis(sound.reference).holds($0.reference) }
        let between = queryTop + ExplainSound.rows..<referenceTop
        for pair in SoundPair.spread(shown, atMost: Self.linksMax) {
            let (from, to) = marks(of: pair, queryTop: queryTop, referenceTop: referenceTop)
            canvas.steps(from: from, to: to) { x, y, canvas in
                let share = between.contains(y) ? Self.linkShare : Self.linkShareInside
                canvas[x, y] = SpectrumColors.mix(canvas[x, y], Self.link, share)
            }
        }
        let radius = shown.count > Self.manyPairs ? 0 : 2
        for pair in shown {
            let (from, to) = marks(of: pair, queryTop: queryTop, referenceTop: referenceTop)
            for mark in [from, to] { dot(mark, radius: radius, &canvas) }
        }
    }

    /// White in black, so that it is seen on every colour of the ramp; a white pixel where they are many.
    private func dot(_ at: (x: Int, y: Int), radius: Int, _ canvas: inout Canvas) {
        if radius > 0 {
            canvas.fill(
                .init(x: at.x - radius, y: at.y - radius, width: 2 * radius + 1, height: 2 * radius + 1), with: .black)
        }
        let inner = max(0, radius - 1)
        canvas.fill(
            .init(x: at.x - inner, y: at.y - inner, width: 2 * inner + 1, height: 2 * inner + 1), with: .white)
    }

    // MARK: Numbers

    private func caption(top: Int, _ canvas: inout Canvas) {
        guard let nearest = report.nearest else { return }
        let pitch = nearest.pitch == 0 ? "pitch unchanged" : "pitch \(signed(nearest.pitch, 2)) semitones"
        let lines = [
            "offset \(signed(nearest.offset, 2)) s", "speed \(ExplainPicture.fixed(nearest.speed, 3))", pitch,
            "\(nearest.audioMoments) moments of sound", "score \(ExplainPicture.fixed(nearest.score, 3))",
        ]
        for (index, line) in lines.enumerated() {
            canvas.text(line, x: Self.scatterLeft, y: top + 22 * index, color: ExplainPicture.ink, scale: 2)
        }
    }

    private func signed(_ value: Double, _ digits: Int) -> String {
        (value > 0 ? "+" : "") + ExplainPicture.fixed(value, digits)
    }
}

extension Canvas {
    /// The pixels of `line(from:to:with:)`, each given to `body` once, where they lie on the canvas.
    mutating func steps(
        from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ body: (Int, Int, inout Canvas) -> Void
    ) {
        let count = max(abs(end.x - start.x), abs(end.y - start.y), 1)
        for index in 0...count {
            let share = Double(index) / Double(count)
            let x = start.x + Int((Double(end.x - start.x) * share).rounded())
            let y = start.y + Int((Double(end.y - start.y) * share).rounded())
            if x >= 0, x < width, y >= 0, y < height { body(x, y, &self) }
        }
    }
}
