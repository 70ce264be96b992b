public import Frames

extension Canvas {
    /// Draws the whole picture into the rectangle: area averages where it shrinks, linear steps
    /// between pixel centres where it grows, along each axis for itself.
    public mutating func draw(_ picture: RGBImage, in rect: Rect) {
        guard rect.width > 0, rect.height > 0 else { return }
        let columns = Self.taps(from: picture.width, to: rect.width)
        let rows = Self.taps(from: picture.height, to: rect.height)
        for (v, row) in rows.enumerated() where rect.y + v >= 0 && rect.y + v < height {
            for (u, column) in columns.enumerated() where rect.x + u >= 0 && rect.x + u < width {
                var sum = (0.0, 0.0, 0.0)
                for (j, wy) in row.weights.enumerated() {
                    for (i, wx) in column.weights.enumerated() {
                        let at = ((row.first + j) * picture.width + column.first + i) * 3
                        let weight = wx * wy
                        sum.0 += weight * Double(picture.pixels[at])
                        sum.1 += weight * Double(picture.pixels[at + 1])
                        sum.2 += weight * Double(picture.pixels[at + 2])
                    }
                }
                self[rect.x + u, rect.y + v] = Color(UInt8(sum.0 + 0.5), UInt8(sum.1 + 0.5), UInt8(sum.2 + 0.5))
            }
        }
    }

    /// The largest rectangle of the picture's shape inside `rect`, centred.
    public static func fit(_ picture: RGBImage, in rect: Rect) -> Rect {
        let scale = min(Double(rect.width) / Double(picture.width), Double(rect.height) / Double(picture.height))
        let width = max(1, Int(Double(picture.width) * scale + 0.5))
        let height = max(1, Int(Double(picture.height) * scale + 0.5))
        return Rect(
            x: rect.x + (rect.width - width) / 2, y: rect.y + (rect.height - height) / 2, width: width, height: height)
    }

    /// The source pixels of one target pixel along one axis; the weights add up to one.
    private struct Taps { let first: Int, weights: [Double] }

    private static func taps(from source: Int, to target: Int) -> [Taps] {
        let ratio = Double(source) / Double(target)
        return (0..<target).map { index in
            if ratio <= 1 {
                let centre = (Double(index) + 0.5) * ratio - 0.5
                let first = min(max(0, Int(centre.rounded(.down))), max(0, source - 2))
                let share = min(max(0, centre - Double(first)), 1)
                return source == 1 ? Taps(first: 0, weights: [1]) : Taps(first: first, weights: [1 - share, share])
            }
            let start = Double(index) * ratio, end = start + ratio
            let first = Int(start), last = min(source - 1, Int(end.rounded(.up)) - 1)
            return Taps(
                first: first,
                weights: (first...last).map { pixel in
                    max(0, min(end, Double(pixel + 1)) - max(start, Double(pixel))) / ratio
                })
        }
    }
}
