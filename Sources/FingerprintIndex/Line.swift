/// A hypothesis: the reference's time is `speed` times the query's plus `offset`, seconds.
struct Line: Equatable, Sendable {
    var speed: Double
    var offset: Double
    var mirrored: Bool

    @inline(__always) func reference(at query: Double) -> Double { speed * query + offset }
    @inline(__always) func query(at reference: Double) -> Double { (reference - offset) / speed }
}

/// A straight line through weighted points, by least squares.
struct LineFit {
    private var n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0

    mutating func add(_ px: Double, _ py: Double, weight: Double) {
        n += weight
        x += weight * px
        y += weight * py
        xx += weight * px * px
        xy += weight * px * py
    }

    var weight: Double { n }

    /// Standard deviation of the abscissae.
    var spread: Double { n > 0 ? max(0, xx / n - x * x / n / n).squareRoot() : 0 }

    /// Slope and intercept; nil when the points do not span a line.
    var solution: (slope: Double, intercept: Double)? {
        let determinant = n * xx - x * x
        guard n > 0, determinant > 1e-9 * n * n else { return nil }
        let slope = (n * xy - x * y) / determinant
        return (slope, (y - slope * x) / n)
    }

    /// The intercept for a given slope.
    func intercept(slope: Double) -> Double? { n > 0 ? (y - slope * x) / n : nil }
}
