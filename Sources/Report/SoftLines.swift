import Pictures

/// Lines and dots without steps: a pixel that is half covered is half coloured.
extension Canvas {
    /// Places between pixels: pixel (x, y) is the square from there to (x + 1, y + 1).
    typealias Spot = (x: Double, y: Double)

    /// A straight line with round ends.
    ///
    /// - Parameter share: of the colour over what is there, 0...1.
    /// - Parameter clip: nothing is drawn outside.
    mutating func stroke(
        from start: Spot, to end: Spot, width lineWidth: Double, with color: Color, share: Double = 1,
        inside clip: Rect? = nil
    ) {
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let length = dx * dx + dy * dy, reach = lineWidth / 2 + 1
        func cover(_ x: Int, _ y: Int, _ canvas: inout Canvas) {
            let px = Double(x) + 0.5 - start.x, py = Double(y) + 0.5 - start.y
            let along = length > 0 ? max(0, min(1, (px * dx + py * dy) / length)) : 0
            let (ex, ey) = (px - along * dx, py - along * dy)
            canvas.blend(x, y, color, share * (lineWidth / 2 + 0.5 - (ex * ex + ey * ey).squareRoot()), share)
        }
        let bounds = clip ?? Rect(x: 0, y: 0, width: width, height: height)
        let rows = Self.pixels(start.y, end.y, reach, bounds.y, bounds.height)
        let columns = Self.pixels(start.x, end.x, reach, bounds.x, bounds.width)
        // Across the line's longer direction only what is near it is looked at.
        let beside = reach * 1.5
        if abs(dx) >= abs(dy) {
            for x in columns {
                let share = dx == 0 ? 0 : max(0, min(1, (Double(x) + 0.5 - start.x) / dx))
                let y = start.y + share * dy
                for y in Self.pixels(y, y, beside, bounds.y, bounds.height) { cover(x, y, &self) }
            }
        } else {
            for y in rows {
                let share = max(0, min(1, (Double(y) + 0.5 - start.y) / dy))
                let x = start.x + share * dx
                for x in Self.pixels(x, x, beside, bounds.x, bounds.width) { cover(x, y, &self) }
            }
        }
    }

    /// A broken line, which begins and ends with a dash.
    mutating func dashes(
        from start: Spot, to end: Spot, width lineWidth: Double, with color: Color, inside clip: Rect? = nil
    ) {
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length.isFinite, length > 0 else { return }
        // An odd number of dashes and gaps, of about eight pixels; of a line far beyond any picture, not millions.
        let count = 2 * Int(min(500, max(0, (length / 8 - 1) / 2)).rounded()) + 1
        for part in stride(from: 0, to: count, by: 2) {
            let (a, b) = (Double(part) / Double(count), Double(part + 1) / Double(count))
            stroke(
                from: (start.x + a * dx, start.y + a * dy), to: (start.x + b * dx, start.y + b * dy), width: lineWidth,
                with: color, inside: clip)
        }
    }

    /// A filled circle.
    mutating func dot(at spot: Spot, radius: Double, with color: Color) {
        stroke(from: spot, to: spot, width: 2 * radius, with: color)
    }

    /// Darkens what of a rectangle lies outside of a convex polygon: `share` of black over it.
    mutating func dim(_ rect: Rect, outside polygon: [Spot], share: Double) {
        let sides = Array(zip(polygon, polygon.dropFirst() + polygon.prefix(1)))
        for y in rect.y..<rect.y + rect.height {
            for x in rect.x..<rect.x + rect.width {
                let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
                // Left of each side, or right of each: inside.
                var (left, right) = (0, 0)
                for (a, b) in sides {
                    let turn = (b.x - a.x) * (py - a.y) - (b.y - a.y) * (px - a.x)
                    if turn > 0 { left += 1 } else if turn < 0 { right += 1 }
                }
                if sides.isEmpty || (left > 0 && right > 0) { blend(x, y, .black, share, share) }
            }
        }
    }

    private mutating func blend(_ x: Int, _ y: Int, _ color: Color, _ share: Double, _ most: Double) {
        guard share > 0, x >= 0, y >= 0, x < width, y < height else { return }
        self[x, y] = SpectrumColors.mix(self[x, y], color, min(share, most))
    }

    /// Pixels from `reach` before the lower to `reach` after the higher of two places, within bounds.
    private static func pixels(_ a: Double, _ b: Double, _ reach: Double, _ first: Int, _ count: Int) -> Range<Int> {
        // Places may be anywhere; the bounds keep the conversion defined.
        let (low, high) = (Double(first), Double(first + max(0, count)))
        let from = max(low, min(high, min(a, b) - reach)), to = max(low, min(high, max(a, b) + reach))
        return Int(from)..<max(Int(from), Int(to.rounded(.up)))
    }
}
