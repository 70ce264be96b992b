import Frames
import Pictures
import Records
import Signals

/// The rows of a storyboard over time: stills and shots, filmed parts, silence, and the curve of motion.
struct StoryboardTimeline {
    let record: ExtractRecord

    // Pixels.
    static let left = Storyboard.margin + 120
    private static let barHeight = 24
    private static let curveHeight = 64
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
    private static let filmed = Canvas.Color(236, 128, 112)
    private static let silence = Canvas.Color(120, 122, 136)
    private static let motion = Canvas.Color(120, 210, 170)

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

    private var hasMotion: Bool { record.static?.motion?.isEmpty == false }

    var height: Int {
        guard Storyboard.duration(record) > 0 else { return 0 }
        let bars = rows.count * (Self.barHeight + Self.rowGap)
        return Storyboard.heading + bars + (hasMotion ? Self.curveHeight + Self.rowGap : 0) + 16
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
        if hasMotion { motion(axis, top: y, &canvas) }
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

    /// Mean change from picture to picture, and where shots begin.
    private func motion(_ axis: Axis, top: Int, _ canvas: inout Canvas) {
        guard let values = record.static?.motion, let period = record.static?.motionPeriod, period > 0 else { return }
        name("motion", top + 4, &canvas)
        // Full height is the strongest second, but no less than what a talking head makes.
        let full = max(values.max() ?? 0, 6)
        let bottom = top + Self.curveHeight
        for (index, value) in values.enumerated() where value.isFinite {
            let left = axis.pixel(Double(index) * period)
            let right = axis.pixel(min(axis.end, Double(index + 1) * period))
            let height = Int(value.clampedShare(of: full) * Double(Self.curveHeight))
            canvas.fill(
                .init(x: left, y: bottom - height, width: max(1, right - left - 1), height: height), with: Self.motion)
        }
        for shot in record.static?.shots ?? [] where shot.start > 0 && axis.holds(shot.start) {
            let x = axis.pixel(shot.start)
            canvas.line(from: (x, top), to: (x, bottom), with: ExplainPicture.ink)
        }
        canvas.line(from: (Self.left, bottom), to: (Self.left + axis.pixels, bottom), with: ExplainPicture.faint)
    }
}

extension Double {
    fileprivate func clampedShare(of full: Double) -> Double { Swift.max(0, Swift.min(1, self / full)) }
}
