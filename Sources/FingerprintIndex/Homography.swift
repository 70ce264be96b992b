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
    }

    /// How far places of copies lie from where they should, units of the longest side.
    static let noise = 0.004

    /// What a step must gain for another to follow, nats.
    private static let gainLeast = 0.001

    /// What the pairs say against the map, nats: places of which few lie far off (Cauchy's distribution).
    func cost(_ pairs: [Pair]) -> Double {
        // One logarithm of a product for many of factors, long before it is too large.
        var sum = 0.0, product = 1.0
        for pair in pairs {
            let to = self(pair.from.x, pair.from.y)
            let dx = (to.x - pair.to.x) / Self.noise, dy = (to.y - pair.to.y) / Self.noise
            product *= 1 + dx * dx + dy * dy
            if product > 1e100 {
                sum += logOf(product)
                product = 1
            }
        }
        return sum + logOf(product)
    }

    /// The map of least cost near this one, by Gauss and Newton with weights that far pairs lose (iteratively reweighted
    /// least squares, P. Holland and R. Welsch, Communications in Statistics A6, 1977).
    ///
    /// - Parameter isAffine: whether parallels stay so.
    func fitted(to pairs: [Pair], isAffine: Bool) -> Homography {
        var best = self, bestCost = cost(pairs)
        for _ in 0..<8 {
            var equations = Equations(unknowns: isAffine ? 6 : 8)
            for pair in pairs {
                let (x, y) = (pair.from.x - middle.x, pair.from.y - middle.y), w = max(1e-3, best.depth(x, y))
                let to = best(pair.from.x, pair.from.y)
                let dx = pair.to.x - to.x, dy = pair.to.y - to.y
                let far = (dx * dx + dy * dy) / (Self.noise * Self.noise), weight = 1 / (1 + far)
                let (u, v) = (x / w, y / w)
                equations.add([u, v, 1 / w, 0, 0, 0, -to.x * u, -to.x * v], dx, weight: weight)
                equations.add([0, 0, 0, u, v, 1 / w, -to.y * u, -to.y * v], dy, weight: weight)
            }
            guard let step = equations.solution else { break }
            var next = best
            for i in step.indices { next.values[i] += step[i] }
            let cost = next.cost(pairs), gain = bestCost - cost
            guard gain > 0 else { break }
            (best, bestCost) = (next, cost)
            if gain < Self.gainLeast { break }
        }
        return best
    }
}

/// The normal equations of a least-squares fit of up to eight unknowns.
private struct Equations {
    private let unknowns: Int
    private var rows = [SIMD8<Double>](repeating: .zero, count: 8)
    private var rightSides = SIMD8<Double>.zero

    init(unknowns: Int) { self.unknowns = unknowns }

    /// - Parameters:
    ///   - slope: by how much what was measured grows with each unknown.
    ///   - miss: by how much it is too small.
    mutating func add(_ slope: SIMD8<Double>, _ miss: Double, weight: Double) {
        for row in 0..<unknowns { rows[row] += weight * slope[row] * slope }
        rightSides += weight * miss * slope
    }

    /// By elimination with pivots. Nil where they do not tell.
    var solution: [Double]? {
        var (rows, right) = (rows, rightSides)
        for column in 0..<unknowns {
            guard
                let pivot = (column..<unknowns).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                abs(rows[pivot][column]) > 1e-10
            else { return nil }
            rows.swapAt(column, pivot)
            (right[column], right[pivot]) = (right[pivot], right[column])
            for row in 0..<unknowns where row != column {
                let share = rows[row][column] / rows[column][column]
                rows[row] -= share * rows[column]
                right[row] -= share * right[column]
            }
        }
        return (0..<unknowns).map { right[$0] / rows[$0][$0] }
    }
}
