internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension Double {
    /// To `places` decimals, so that records stay short and equal on every machine: the last bits of
    /// a long sum are nobody's information. Never minus zero.
    func rounded(places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale + 0
    }

    /// Seconds, to a millisecond.
    var milliseconds: Double { rounded(places: 3) }

    func clamped(_ low: Double, _ high: Double) -> Double { Swift.min(Swift.max(self, low), high) }

    static func decibels(ofPower power: Double) -> Double { 10 * log10(power) }

    static func power(ofDecibels level: Double) -> Double { pow(10, level / 10) }

    static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

/// The `count` longest spans, in time order: what keeps a record of a hostile file small.
func longest(_ spans: [TimeSpan], _ count: Int) -> [TimeSpan] {
    guard spans.count > count else { return spans }
    let order = spans.indices.sorted {
        spans[$0].seconds != spans[$1].seconds ? spans[$0].seconds > spans[$1].seconds : $0 < $1
    }
    return order.prefix(count).sorted().map { spans[$0] }
}

/// Value below which the share `q` (0...1) of `values` lies, by linear interpolation between order statistics.
func quantile(_ values: [Double], _ q: Double) -> Double? {
    quantile(ofSorted: values.sorted(), q)
}

/// The same of values in rising order, for who wants several.
func quantile(ofSorted sorted: [Double], _ q: Double) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let at = q.clamped(0, 1) * Double(sorted.count - 1)
    let below = Int(at)
    let above = Swift.min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (at - Double(below))
}
