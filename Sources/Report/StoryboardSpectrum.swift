import Pictures
import Signals

/// The spectrum of the fine pattern that a filmed screen leaves, with the wave that speaks for it.
struct StoryboardSpectrum {
    /// Steps over the surroundings, 0...15, by row and column of `RecaptureSignal.SpectrumMap`.
    private let steps: [Int]
    private let wave: (horizontal: Double, vertical: Double)

    // Pixels.
    private static let cell = 8
    static let height = RecaptureSignal.SpectrumMap.rows * cell + 2 * 26 + 12

    /// Nil where no wave was found, and for a map that is none.
    init?(_ evidence: RecaptureSignal.Evidence?) {
        guard let evidence, let horizontal = evidence.moireHorizontal, let vertical = evidence.moireVertical,
            let digits = evidence.moireSpectrum
        else { return nil }
        steps = digits.compactMap(\.hexDigitValue)
        guard steps.count == RecaptureSignal.SpectrumMap.rows * RecaptureSignal.SpectrumMap.columns else { return nil }
        wave = (horizontal, vertical)
    }

    func draw(top: Int, _ canvas: inout Canvas) {
        let rows = RecaptureSignal.SpectrumMap.rows, columns = RecaptureSignal.SpectrumMap.columns
        let left = Storyboard.margin
        // The half that is told, and before it the same turned by half a turn; no frequency twice.
        for row in 0..<rows {
            for column in 0..<columns {
                let color = Self.color(steps[row * columns + column])
                square(left, top, column: columns - 1 + column, row: row, color, &canvas)
                square(left, top, column: columns - 1 - column, row: (rows - row) % rows, color, &canvas)
            }
        }
        for sign in [1.0, -1.0] {
            let x = Double(columns - 1) + sign * wave.horizontal * 32 + 0.5
            let y = Double(rows) / 2 + sign * wave.vertical * 32 + 0.5
            let mark = Canvas.Rect(
                x: left + Int(x * Double(Self.cell)) - 14, y: top + Int(y * Double(Self.cell)) - 14, width: 28,
                height: 28)
            canvas.outline(mark, with: ExplainPicture.ink, thickness: 2)
        }
        let below = top + rows * Self.cell + 8
        canvas.text(
            "the spectrum, lightest 22 dB over its surroundings; level lines and", x: left, y: below,
            color: ExplainPicture.faint, scale: 2)
        canvas.text(
            "still areas in the middle, the pattern and its mirror in squares", x: left, y: below + 26,
            color: ExplainPicture.faint, scale: 2)
    }

    private func square(
        _ left: Int, _ top: Int, column: Int, row: Int, _ color: Canvas.Color, _ canvas: inout Canvas
    ) {
        canvas.fill(
            .init(x: left + column * Self.cell, y: top + row * Self.cell, width: Self.cell, height: Self.cell),
            with: color)
    }

    private static func color(_ step: Int) -> Canvas.Color {
        func mixed(_ from: Int, _ to: Int) -> UInt8 { UInt8(from + (to - from) * step / 15) }
        return .init(mixed(34, 255), mixed(36, 214), mixed(46, 160))
    }
}
