/// Where a reference's place lies in a query's picture that was seen from an angle: a map that keeps lines straight and
/// lets parallel ones meet. Both sides in units of their longest side.
struct Homography: Sendable, Equatable {
    /// Of the reference, from where places are counted: the map is close to affine there.
    var middle: (x: Double, y: Double)
    /// u = (a x + b y + c) / (1 + g x + h y), v = (d x + e y + f) / (1 + g x + h y): a, b, c, d, e, f, g, h.
    var values: [Double]

    static func == (a: Homography, b: Homography) -> Bool { a.middle == b.middle && a.values == b.values }

    init(_ affine: LocalTransform, middle: (x: Double, y: Double)) {
        self.middle = middle
        let to = affine(Float(middle.x), Float(middle.y))
        values = [
            Double(affine.xx), Double(affine.xy), Double(to.x), Double(affine.yx), Double(affine.yy), Double(to.y), 0,
            0,
        ]
    }

    /// Positive where the place lies before the camera.
    func depth(_ x: Double, _ y: Double) -> Double { 1 + values[6] * x + values[7] * y }

    func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        let (x, y) = (x - middle.x, y - middle.y), w = max(1e-3, depth(x, y))
        return (
            (values[0] * x + values[1] * y + values[2]) / w, (values[3] * x + values[4] * y + values[5]) / w
        )
    }

    /// The reference's place at one of the query's.
    func undone(_ u: Double, _ v: Double) -> (x: Double, y: Double) {
        // (a - g u) x + (b - h u) y = u - c, and the same for v.
        let a = values[0] - values[6] * u, b = values[1] - values[7] * u, p = u - values[2]
        let d = values[3] - values[6] * v, e = values[4] - values[7] * v, q = v - values[5]
        let determinant = a * e - b * d
        guard abs(determinant) > 1e-9 else { return (.infinity, .infinity) }
        return (middle.x + (p * e - b * q) / determinant, middle.y + (a * q - d * p) / determinant)
    }

    // MARK: Fitting

    /// Two places that are one.
    struct Pair {
        var from: (x: Double, y: Double)
        var to: (x: Double, y: Double)
        var weight: Double
    }

    /// How far places of copies lie from where they should, units of the longest side.
    static let noise = 0.004

    /// What the pairs say against the map, nats: places of which few lie far off (Cauchy's distribution).
    func cost(_ pairs: [Pair]) -> Double {
        pairs.reduce(0) { sum, pair in
            let to = self(pair.from.x, pair.from.y)
            let dx = (to.x - pair.to.x) / Self.noise, dy = (to.y - pair.to.y) / Self.noise
            return sum + pair.weight * log1pOf(dx * dx + dy * dy)
        }
    }

    /// The map of least cost near this one, by Gauss and Newton with weights that far pairs lose (iteratively reweighted
    /// least squares, P. Holland and R. Welsch, Communications in Statistics A6, 1977).
    ///
    /// - Parameter isAffine: whether parallels stay so.
    func fitted(to pairs: [Pair], isAffine: Bool) -> Homography {
        var best = self, bestCost = cost(pairs)
        let unknowns = isAffine ? 6 : 8
        for _ in 0..<8 {
            var matrix = [[Double]](repeating: [Double](repeating: 0, count: unknowns + 1), count: unknowns)
            func add(_ slope: [Double], _ miss: Double, _ weight: Double) {
                for i in 0..<unknowns where slope[i] != 0 {
                    for j in 0..<unknowns { matrix[i][j] += weight * slope[i] * slope[j] }
                    matrix[i][unknowns] += weight * slope[i] * miss
                }
            }
            for pair in pairs {
                let (x, y) = (pair.from.x - middle.x, pair.from.y - middle.y), w = max(1e-3, best.depth(x, y))
                let to = best(pair.from.x, pair.from.y)
                let dx = pair.to.x - to.x, dy = pair.to.y - to.y
                let far = (dx * dx + dy * dy) / (Self.noise * Self.noise), weight = pair.weight / (1 + far)
                add([x / w, y / w, 1 / w, 0, 0, 0, -to.x * x / w, -to.x * y / w], dx, weight)
                add([0, 0, 0, x / w, y / w, 1 / w, -to.y * x / w, -to.y * y / w], dy, weight)
            }
            guard let step = Self.solution(of: matrix) else { break }
            var next = best
            for i in 0..<unknowns { next.values[i] += step[i] }
            let cost = next.cost(pairs)
            guard cost < bestCost - 1e-6 else { break }
            (best, bestCost) = (next, cost)
        }
        return best
    }

    /// Of linear equations, each a row with its right side last; by elimination with pivots. Nil where they do not tell.
    private static func solution(of equations: [[Double]]) -> [Double]? {
        var rows = equations
        let count = rows.count
        for column in 0..<count {
            guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                abs(rows[pivot][column]) > 1e-10
            else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let share = rows[row][column] / rows[column][column]
                guard share != 0 else { continue }
                for k in column...count { rows[row][k] -= share * rows[column][k] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}
