/// Where the reference's picture lies in the query's, and what of it can be seen there.
///
/// Both pictures are the unit square: shares of width and height, from the upper left corner.
package struct PictureOutline {
    package struct Point: Equatable {
        package var x: Double
        package var y: Double
    }

    /// The reference's corners in the query: upper left, then clockwise as the reference shows it. Opposite sides are
    /// parallel unless the picture was seen from an angle.
    let corners: [Point]

    /// Nil unless these are four corners with something between them.
    package init?(_ outline: [[Double]]) {
        guard outline.count == 4, outline.allSatisfy({ $0.count == 2 && $0[0].isFinite && $0[1].isFinite }) else {
            return nil
        }
        corners = outline.map { Point(x: $0[0], y: $0[1]) }
        guard Self.area(corners) > 1e-6, abs(determinant) > 1e-6 else { return nil }
    }

    /// The reference's picture in the query's, cut off at the query's edges.
    package var inQuery: [Point] { Self.clipped(corners) }

    /// What the query shows, in the reference's picture.
    ///
    /// By the map of the unit square onto the four corners (P. Heckbert, Fundamentals of Texture Mapping and Image Warping,
    /// 1989, section 2.2.3), undone at the query's own corners.
    package var inReference: [Point] {
        let (p, q, r, s) = (corners[0], corners[1], corners[2], corners[3])
        let sum = Point(x: p.x - q.x + r.x - s.x, y: p.y - q.y + r.y - s.y)
        let (one, other) = (Point(x: q.x - r.x, y: q.y - r.y), Point(x: s.x - r.x, y: s.y - r.y))
        let across = one.x * other.y - other.x * one.y
        var g = 0.0, h = 0.0
        if abs(across) > 1e-9 {
            g = (sum.x * other.y - other.x * sum.y) / across
            h = (one.x * sum.y - sum.x * one.y) / across
        }
        // A corner at or behind the horizon is no picture's.
        if min(1, 1 + g, 1 + h, 1 + g + h) <= 0.05 { (g, h) = (0, 0) }
        let a = q.x - p.x + g * q.x, b = s.x - p.x + h * s.x, d = q.y - p.y + g * q.y, e = s.y - p.y + h * s.y
        return Self.clipped(
            Self.square.map { place in
                let (a, b) = (a - g * place.x, b - h * place.x), (d, e) = (d - g * place.y, e - h * place.y)
                let (x, y) = (place.x - p.x, place.y - p.y), determinant = a * e - b * d
                guard abs(determinant) > 1e-9 else { return place }
                return Point(x: (x * e - b * y) / determinant, y: (a * y - d * x) / determinant)
            })
    }

    private var determinant: Double { side(1).x * side(3).y - side(1).y * side(3).x }

    private func side(_ corner: Int) -> Point {
        Point(x: corners[corner].x - corners[0].x, y: corners[corner].y - corners[0].y)
    }

    private static let square = [(0, 0), (1, 0), (1, 1), (0, 1)].map { Point(x: $0.0, y: $0.1) }

    /// Of a polygon whose sides do not cross, whichever way round.
    static func area(_ polygon: [Point]) -> Double {
        var sum = 0.0
        for (a, b) in zip(polygon, polygon.dropFirst() + polygon.prefix(1)) { sum += a.x * b.y - b.x * a.y }
        return abs(sum) / 2
    }

    /// What of a convex polygon lies in the unit square (I. E. Sutherland and G. W. Hodgman, Reentrant polygon
    /// clipping, Comm. ACM 17(1), 1974): cut off at each of its four edges in turn.
    static func clipped(_ polygon: [Point]) -> [Point] {
        // How far inside of each edge a place is.
        let depths: [(Point) -> Double] = [{ $0.x }, { 1 - $0.x }, { $0.y }, { 1 - $0.y }]
        return depths.reduce(polygon) { rest, depth in
            var kept: [Point] = []
            for (a, b) in zip(rest, rest.dropFirst() + rest.prefix(1)) {
                let (from, to) = (depth(a), depth(b))
                if from >= 0 { kept.append(a) }
                if (from >= 0) != (to >= 0) {
                    let share = from / (from - to)
                    kept.append(Point(x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y)))
                }
            }
            return kept
        }
    }
}
