/// What one period of a curve takes of the values that fall into it.
protocol CurvePool: Sendable {
    init()
    mutating func add(_ value: Double)
    /// Takes the neighbouring period in.
    mutating func add(_ other: Self)
}

/// Values over time, pooled by the second; by two, four, eight ... seconds where there would be too many.
///
/// A long video gets as many values as a short one. Where a value goes depends on its time alone, so the curve is the
/// same in whatever pieces it was made. Memory: `countMax` pools.
struct TimeCurve<Pool: CurvePool>: Sendable {
    let countMax: Int
    /// One for each period since the curve's zero, up to the last that holds a value.
    private(set) var pools: [Pool] = []
    /// Seconds: a power of two.
    private(set) var period = 1.0

    init(countMax: Int) {
        precondition(countMax >= 2, "a curve of \(countMax) values cannot be halved")
        self.countMax = countMax
    }

    /// - Parameter seconds: since the curve's zero; what lies before it goes into the first period.
    mutating func add(_ value: Double, at seconds: Double) {
        guard seconds.isFinite else { return }
        let place = max(0, seconds)
        while place / period >= Double(countMax) { coarsen() }
        let index = Int(place / period)
        while pools.count <= index { pools.append(Pool()) }
        pools[index].add(value)
    }

    private mutating func coarsen() {
        pools = stride(from: 0, to: pools.count, by: 2).map { at in
            var pool = pools[at]
            if at + 1 < pools.count { pool.add(pools[at + 1]) }
            return pool
        }
        period *= 2
    }
}

/// The mean of a period's values; nil without any.
struct MeanPool: CurvePool {
    private var sum = 0.0
    private var count = 0

    mutating func add(_ value: Double) {
        sum += value
        count += 1
    }

    mutating func add(_ other: MeanPool) {
        sum += other.sum
        count += other.count
    }

    var mean: Double? { count > 0 ? sum / Double(count) : nil }
}

/// The highest of a period's values; nil without any.
struct HighestPool: CurvePool {
    private(set) var highest: Double?

    mutating func add(_ value: Double) { highest = max(highest ?? value, value) }

    mutating func add(_ other: HighestPool) {
        if let value = other.highest { add(value) }
    }
}
