public import Frames

/// A picture being drawn: plain pixels, no transparency. What lies outside is cut off.
public struct Canvas: Sendable {
    public let width: Int
    public let height: Int
    private var pixels: [UInt8]

    public struct Color: Sendable, Equatable {
        public var red, green, blue: UInt8

        public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }

        public static let black = Color(0, 0, 0)
        public static let white = Color(255, 255, 255)
    }

    public struct Rect: Sendable, Equatable {
        public var x, y, width, height: Int

        public init(x: Int, y: Int, width: Int, height: Int) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }
    }

    public init(width: Int, height: Int, filledWith color: Color = .black) {
        precondition(width > 0 && height > 0, "a canvas of \(width)x\(height)")
        self.width = width
        self.height = height
        pixels = []
        pixels.reserveCapacity(width * height * 3)
        for _ in 0..<width * height { pixels += [color.red, color.green, color.blue] }
    }

    public var image: RGBImage { RGBImage(width: width, height: height, pixels: pixels) }

    public subscript(x: Int, y: Int) -> Color {
        get {
            precondition(x >= 0 && x < width && y >= 0 && y < height, "(\(x), \(y)) in \(width)x\(height)")
            let at = (y * width + x) * 3
            return Color(pixels[at], pixels[at + 1], pixels[at + 2])
        }
        set {
            guard x >= 0, x < width, y >= 0, y < height else { return }
            let at = (y * width + x) * 3
            (pixels[at], pixels[at + 1], pixels[at + 2]) = (newValue.red, newValue.green, newValue.blue)
        }
    }

    public mutating func fill(_ rect: Rect, with color: Color) {
        for y in max(0, rect.y)..<max(0, rect.y, min(height, rect.y + rect.height)) {
            for x in max(0, rect.x)..<max(0, rect.x, min(width, rect.x + rect.width)) { self[x, y] = color }
        }
    }

    /// The rectangle's border, drawn inwards.
    public mutating func outline(_ rect: Rect, with color: Color, thickness: Int = 1) {
        let t = min(thickness, rect.width, rect.height)
        fill(Rect(x: rect.x, y: rect.y, width: rect.width, height: t), with: color)
        fill(Rect(x: rect.x, y: rect.y + rect.height - t, width: rect.width, height: t), with: color)
        fill(Rect(x: rect.x, y: rect.y, width: t, height: rect.height), with: color)
        fill(Rect(x: rect.x + rect.width - t, y: rect.y, width: t, height: rect.height), with: color)
    }

    /// One pixel wide, both ends included (J. E. Bresenham, IBM Systems Journal 4(1), 1965).
    public mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), with color: Color) {
        let dx = abs(end.x - start.x), dy = -abs(end.y - start.y)
        let stepX = start.x < end.x ? 1 : -1, stepY = start.y < end.y ? 1 : -1
        var (x, y) = start
        var error = dx + dy
        while true {
            self[x, y] = color
            if x == end.x && y == end.y { return }
            let twice = 2 * error
            if twice >= dy { (error, x) = (error + dy, x + stepX) }
            if twice <= dx { (error, y) = (error + dx, y + stepY) }
        }
    }
}
