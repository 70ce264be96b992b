import Frames
import Pictures
import Records
import Signals

/// The rows of a storyboard over time: stills and shots, filmed and replayed parts, silence, and the curves of motion,
/// quality and loudness.
struct StoryboardTimeline {
    let record: ExtractRecord

    // Pixels.
    static let left = Storyboard.margin + 120
    private static let barHeight = 24
    private static let captionHeight = 20
    private static let curveHeight = 56
    private static let rowGap = 14

    /// Told apart by lightness, too, and each bar is named (after Okabe and Ito, Color Universal Design, 2008).
    static func color(_ kind: StaticSignal.Kind) -> Canvas.Color {
        switch kind {
        case .still: .init(245, 190, 80)
        case .freeze: .init(88, 166, 255)
        case .slideshow: .init(240, 228, 66)
        case .black: .init(96, 98, 112)
        case .solid: .init(150, 152, 166)
        case .loop: .init(226, 120, 180)
        }
    }
    /// Of a recapture, of the picture as of the sound: the rows are named.
    static let filmed = Canvas.Color(236, 128, 112)
    private static let silence = Canvas.Color(120, 122, 136)
    static func color(_ kind: SignalCurve.Kind) -> Canvas.Color {
        switch kind {
        case .motion: .init(120, 210, 170)
        case .quality: .init(186, 160, 236)
        case .loudness: .init(110, 180, 236)
        }
    }

    private typealias Bar = (start: Double, end: Double, name: String, color: Canvas.Color)

    private var rows: [(name: String, bars: [Bar])] {
        var rows: [(String, [Bar])] = []
        if record.static?.share != nil {
            let spans = record.static?.spans ?? []
            let flat = spans.filter { $0.kind != .loop }
            rows.append(("static", flat.map { bar($0) }))
            let loops = spans.filter { $0.kind == .loop }
            if !loops.isEmpty { rows.append(("loop", loops.map { bar($0) })) }
        }
        if let spans = record.recapture?.spans, !spans.isEmpty {
            rows.append(("filmed", spans.map { ($0.start, $0.end, "filmed off a screen", Self.filmed) }))
        }
        if let spans = record.recapture?.sound?.spans, !spans.isEmpty {
            rows.append(("replayed", spans.map { ($0.start, $0.end, "off a loudspeaker", Self.filmed) }))
        }
        if let spans = record.sound?.silence, !spans.isEmpty {
            rows.append(("silence", spans.map { ($0.start, $0.end, "silent", Self.silence) }))
        }
        return rows
    }

    private func bar(_ span: StaticSignal.Span) -> Bar {
        let under = span.under.map { " (\($0.rawValue))" } ?? ""
        let period = span.kind == .loop ? record.static?.loopPeriod : nil
        let every = period.map { " of \(ExplainPicture.fixed($0, 1)) s" } ?? ""
        return (span.start, span.end, span.kind.rawValue + under + every, Self.color(span.kind))
    }

    private var curves: [SignalCurve] {
        [.motion(record.static), .quality(record.quality), .loudness(record.sound)].compactMap(\.self)
    }

    var height: Int {
        guard Storyboard.duration(record) > 0 else { return 0 }
        let bars = rows.count * (Self.barHeight + Self.rowGap)
        let lines = curves.count * (Self.captionHeight + Self.curveHeight + Self.rowGap)
        return Storyboard.heading + bars + lines + 16
    }

    func draw(top: Int, _ canvas: inout Canvas) {
        let end = Storyboard.duration(record)
        guard end > 0 else { return }
        let axis = Axis(
            start: 0, end: end, firstPixel: Self.left, pixels: Storyboard.width - Storyboard.margin - Self.left)
        let digits = axis.digits(apart: 90)
        for tick in axis.ticks(apart: 90) {
            let text = "\(ExplainPicture.fixed(tick, digits)) s"
            let last = Storyboard.width - Canvas.size(of: text, scale: 2).width - 4
            canvas.text(text, x: min(axis.pixel(tick), last), y: top, color: ExplainPicture.faint, scale: 2)
        }
        var y = top + Storyboard.heading - 8
        for row in rows {
            name(row.name, y + 4, &canvas)
            let lane = Canvas.Rect(x: Self.left, y: y, width: axis.pixels, height: Self.barHeight)
            canvas.outline(lane, with: ExplainPicture.faint)
            for bar in row.bars { draw(bar, axis, y, &canvas) }
            y += Self.barHeight + Self.rowGap
        }
        for curve in curves {
            draw(curve, axis, top: y, &canvas)
            y += Self.captionHeight + Self.curveHeight + Self.rowGap
        }
    }

    private func name(_ text: String, _ y: Int, _ canvas: inout Canvas) {
        canvas.text(text, x: Storyboard.margin, y: y, color: ExplainPicture.ink, scale: 2)
    }

    /// Its name stands in it where there is room.
    private func draw(_ bar: Bar, _ axis: Axis, _ y: Int, _ canvas: inout Canvas) {
        let left = axis.pixel(max(0, bar.start)), right = axis.pixel(min(axis.end, bar.end))
        canvas.fill(.init(x: left, y: y + 2, width: max(2, right - left), height: Self.barHeight - 4), with: bar.color)
        if Canvas.size(of: bar.name, scale: 2).width + 8 <= right - left {
            canvas.text(bar.name, x: left + 6, y: y + 5, color: ExplainPicture.ground, scale: 2)
        }
    }

    /// A curve under its lowest and highest value; that of motion with where shots begin.
    private func draw(_ curve: SignalCurve, _ axis: Axis, top: Int, _ canvas: inout Canvas) {
        let ceiling = top + Self.captionHeight, floor = ceiling + Self.curveHeight
        name(curve.name, ceiling + 4, &canvas)
        canvas.text(
            curve.range.replacing("−", with: "-"), x: Self.left, y: top, color: ExplainPicture.faint, scale: 2)
        for bar in curve.bars(until: axis.end) {
            let left = axis.pixel(bar.start), right = axis.pixel(bar.end)
            let height = Int(bar.share * Double(Self.curveHeight))
            canvas.fill(
                .init(x: left, y: floor - height, width: max(1, right - left - 1), height: height),
                with: Self.color(curve.kind))
        }
        if curve.kind == .motion {
            for shot in record.static?.shots ?? [] where shot.start > 0 && axis.holds(shot.start) {
                let x = axis.pixel(shot.start)
                canvas.line(from: (x, ceiling), to: (x, floor), with: ExplainPicture.ink)
            }
        }
        canvas.line(from: (Self.left, floor), to: (Self.left + axis.pixels, floor), with: ExplainPicture.faint)
    }
}
