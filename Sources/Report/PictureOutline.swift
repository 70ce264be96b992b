/// Where the reference's picture lies in the query's, and what of it can be seen there.
///
/// Both pictures are the unit square: shares of width and height, from the upper left corner.
package struct PictureOutline {
    package struct Point: Equatable {
        package var x: Double
        package var y: Double
    }

    /// The reference's corners in the query: upper left, then clockwise as the reference shows it. Two sides tell all:
    /// the opposite ones are parallel.
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
    package var inReference: [Point] {
        let (origin, right, down) = (corners[0], side(1), side(3))
        return Self.clipped(
            Self.square.map { place in
                let (dx, dy) = (place.x - origin.x, place.y - origin.y)
                return Point(
                    x: (dx * down.y - dy * down.x) / determinant, y: (dy * right.x - dx * right.y) / determinant)
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
