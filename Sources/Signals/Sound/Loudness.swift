/// Gated loudness over the mean squares of consecutive 100 ms steps (already K-weighted and summed
/// over channels with their weights).
struct Loudness {
    var steps: [Double] = []

    /// BS.1770-4 equation 2.
    static func lufs(_ power: Double) -> Double { -0.691 + .decibels(ofPower: power) }

    static func power(_ lufs: Double) -> Double { Double.power(ofDecibels: lufs + 0.691) }

    /// BS.1770-4 equations 4 to 7; nil when nothing passes the gates.
    func integrated(_ p: SoundParameters) -> Double? {
        let blocks = means(over: p.stepsPerBlock).filter { $0 > Self.power(p.absoluteGate) }
        guard let ungated = mean(blocks) else { return nil }
        let threshold = Self.power(Self.lufs(ungated) + p.relativeGate)
        return mean(blocks.filter { $0 > threshold }).map(Self.lufs)
    }

    /// Tech 3342: spread of the short-term loudness between two percentiles.
    func range(_ p: SoundParameters) -> Double? {
        let windows = means(over: p.stepsPerShortTerm).filter { $0 >= Self.power(p.absoluteGate) }
        guard let ungated = mean(windows) else { return nil }
        let threshold = Self.power(Self.lufs(ungated) + p.rangeGate)
        let levels = windows.filter { $0 >= threshold }.map(Self.lufs)
        guard let low = quantile(levels, p.rangeLow), let high = quantile(levels, p.rangeHigh) else { return nil }
        return high - low
    }

    private func means(over count: Int) -> [Double] {
        guard steps.count >= count else { return [] }
        return (0...(steps.count - count)).map { first in
            var sum = 0.0
            for step in first..<(first + count) { sum += steps[step] }
            return sum / Double(count)
        }
    }

    private func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
