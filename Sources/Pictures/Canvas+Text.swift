extension Canvas {
    /// Dots from one letter to the next, at scale 1.
    private static let advance = GlyphTable.width + 1

    /// Pixels that a line of text takes.
    public static func size(of text: String, scale: Int = 1) -> (width: Int, height: Int) {
        let count = text.unicodeScalars.count
        return (count == 0 ? 0 : (count * advance - 1) * scale, GlyphTable.height * scale)
    }

    /// One line in the built-in letters, its upper left corner at (x, y); each dot is `scale` pixels a side.
    public mutating func text(_ text: String, x: Int, y: Int, color: Color = .white, scale: Int = 1) {
        for (index, character) in text.unicodeScalars.enumerated() {
            let left = x + index * Self.advance * scale
            for (row, dots) in GlyphTable.rows(of: character).enumerated() {
                for column in 0..<GlyphTable.width where dots >> (GlyphTable.width - 1 - column) & 1 == 1 {
                    fill(Rect(x: left + column * scale, y: y + row * scale, width: scale, height: scale), with: color)
                }
            }
        }
    }
}
