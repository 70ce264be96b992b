/// A figure with the range that holds the truth in nine of ten samples.
public struct EstimatedRange: Sendable, Codable, Equatable {
    public var value: Double
    public var low: Double
    public var high: Double

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    func scaled(by factor: Double) -> EstimatedRange {
        EstimatedRange(value: value * factor, low: low * factor, high: high * factor)
    }
}

/// What a sample drawn without putting back says of the whole.
enum SampleStatistics {
    /// The sum over all `count` things of which `values` were measured: the t-interval of 90 % with the correction for
    /// a finite whole (W. G. Cochran, Sampling Techniques, 3rd ed., section 2.8). What was measured itself is the
    /// least. Lengths of videos are skewed, so that of 20 values the upper end is passed more often than it says; of
    /// 100 hardly.
    static func total(_ values: [Double], of count: Int) -> EstimatedRange {
        let sum = values.reduce(0, +)
        guard values.count > 1, values.count < count else { return EstimatedRange(value: sum, low: sum, high: sum) }
        let (n, whole) = (Double(values.count), Double(count))
        let mean = sum / n
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let half = quantile(freedom: values.count - 1) * whole * ((1 - n / whole) * variance / n).squareRoot()
        return EstimatedRange(value: mean * whole, low: max(sum, mean * whole - half), high: mean * whole + half)
    }

    /// The share of things of which `hits` of `sample` were seen: the score interval of 90 % (E. B. Wilson, Journal of
    /// the American Statistical Association 22, 1927).
    static func share(_ hits: Int, of sample: Int, in count: Int) -> EstimatedRange {
        guard sample > 0 else { return EstimatedRange(value: 0, low: 0, high: 1) }
        let (n, p, z) = (Double(sample), Double(hits) / Double(sample), 1.645)
        guard sample < count else { return EstimatedRange(value: p, low: p, high: p) }
        let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return EstimatedRange(value: p, low: hits == 0 ? 0 : middle - half, high: hits == sample ? 1 : middle + half)
    }

    /// Student's t, 95 % to the left of it.
    static func quantile(freedom: Int) -> Double {
        let table = [
            6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753,
            1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
        ]
        if freedom <= table.count { return table[max(1, freedom) - 1] }
        // The first term of its expansion around the normal's 1.645; off by less than 0.002 from here on.
        return 1.645 + 1.524 / Double(freedom)
    }
}

/// So many of a stream of unknown length, each with the same chance (algorithm R; J. S. Vitter, ACM Transactions on
/// Mathematical Software 11(1), 1985). The same seed and stream give the same choice.
struct Reservoir<Item> {
    let capacity: Int
    private(set) var items: [Item] = []
    private(set) var offered = 0
    private var state: UInt64

    init(capacity: Int, seed: UInt64) {
        self.capacity = capacity
        state = seed
    }

    mutating func offer(_ item: @autoclosure () -> Item) {
        offered += 1
        if items.count < capacity {
            items.append(item())
        } else if capacity > 0 {
            // The bias of the remainder is below 2^-30 for any manifest that fits on a disk.
            let place = next() % UInt64(offered)
            if place < UInt64(capacity) { items[Int(place)] = item() }
        }
    }

    /// splitmix64 (Steele et al., 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
