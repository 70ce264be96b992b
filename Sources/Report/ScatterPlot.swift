import FingerprintIndex
import Frames
import Pictures

/// Peaks that agree by their times in both files: query to the right, reference upwards, a second as long
/// on both axes, so that unchanged speed rises by 45 degrees. The fitted line goes through them.
struct ScatterPlot {
    let sound: ExplainSound
    let pairs: [SoundPair]
    let left: Int
    let top: Int
    let side: Int

    private static let grid = Canvas.Color(44, 46, 56)
    private static let ticksApart = 72

    /// Seconds along each side.
    private var seconds: Double { max(sound.query.seconds, sound.reference.seconds) }

    private var across: Axis {
        Axis(start: sound.query.start, end: sound.query.start + seconds, firstPixel: left, pixels: side)
    }

    private var upwards: Axis {
        Axis(
            start: sound.reference.start, end: sound.reference.start + seconds, firstPixel: top + side, pixels: -side)
    }

    func draw(_ canvas: inout Canvas) {
        axes(&canvas)
        // Wide where no peaks lie on it, thin over those that do.
        if sound.isAligned { for shift in -1...1 { line(shiftedBy: shift, &canvas) } }
        let inside = Canvas.Rect(x: left, y: top, width: side, height: side)
        for pair in pairs where across.holds(pair.query) && upwards.holds(pair.reference) {
            let (x, y) = (across.pixel(pair.query), upwards.pixel(pair.reference))
            canvas.fill(.init(x: x - 2, y: y - 2, width: 5, height: 5), with: .white, inside: inside)
        }
        if sound.isAligned {
            line(shiftedBy: 0, &canvas)
        } else {
            let note = "no common line"
            let size = Canvas.size(of: note, scale: 2)
            canvas.text(
                note, x: left + (side - size.width) / 2, y: top + side / 2 - 8, color: ExplainPicture.faint, scale: 2)
        }
        canvas.outline(.init(x: left, y: top, width: side + 1, height: side + 1), with: ExplainPicture.faint)
    }

    private func axes(_ canvas: inout Canvas) {
        let digits = across.digits(apart: Self.ticksApart)
        for seconds in across.ticks(apart: Self.ticksApart) {
            let x = across.pixel(seconds), label = ExplainPicture.fixed(seconds, digits)
            canvas.fill(.init(x: x, y: top, width: 1, height: side), with: Self.grid)
            canvas.text(
                label, x: x - Canvas.size(of: label, scale: 2).width / 2, y: top + side + 8,
                color: ExplainPicture.queryColor, scale: 2)
        }
        for seconds in upwards.ticks(apart: Self.ticksApart) {
            let y = upwards.pixel(seconds), label = ExplainPicture.fixed(seconds, digits)
            canvas.fill(.init(x: left, y: y, width: side, height: 1), with: Self.grid)
            canvas.text(
                label, x: left - 8 - Canvas.size(of: label, scale: 2).width, y: y - 7,
                color: ExplainPicture.referenceColor, scale: 2)
        }
    }

    private func line(shiftedBy shift: Int, _ canvas: inout Canvas) {
        let start = (x: across.pixel(sound.query.start), y: upwards.pixel(sound.reference.start) + shift)
        let end = (x: across.pixel(sound.query.end), y: upwards.pixel(sound.reference.end) + shift)
        canvas.line(from: start, to: end, with: SoundPanel.fit)
    }
}

extension Canvas {
    /// Fills what of the rectangle lies inside another.
    fileprivate mutating func fill(_ rect: Rect, with color: Color, inside: Rect) {
        let x = max(rect.x, inside.x), y = max(rect.y, inside.y)
        fill(
            Rect(
                x: x, y: y, width: min(rect.x + rect.width, inside.x + inside.width) - x,
                height: min(rect.y + rect.height, inside.y + inside.height) - y), with: color)
    }
}
