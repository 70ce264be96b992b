/// Gated loudness, and its curve, over the mean squares of consecutive 100 ms steps (already K-weighted and summed
/// over channels with their weights).
struct Loudness {
    private var steps: [Double] = []
    /// Steps since sound was last missing.
    private var unbroken = 0
    /// Mean squares of blocks, at their middles on the file's timeline.
    private var momentary: TimeCurve<HighestPool>

    init(_ p: SoundParameters) { momentary = TimeCurve(countMax: p.curveValuesMax) }

    /// - Parameter end: seconds on the file's timeline at which the step ends.
    mutating func add(step: Double, end: Double, _ p: SoundParameters) {
        steps.append(step)
        unbroken += 1
        guard unbroken >= p.stepsPerBlock else { return }
        let block = steps.suffix(p.stepsPerBlock).reduce(0, +) / Double(p.stepsPerBlock)
        momentary.add(block, at: end - Double(p.stepsPerBlock) / Double(2 * p.stepsPerSecond))
    }

    /// What follows does not follow on from what was: no block reaches over the gap.
    mutating func interrupt() { unbroken = 0 }

    /// The loudest moment of each period: the momentary loudness of Tech 3341, over a block of 0.4 s, where it is
    /// highest. A mean would hide a shout among rests, and jump with where a period's border falls; the highest value is
    /// what a meter that holds its peak shows. Nil without a whole block.
    func curve(_ p: SoundParameters) -> (values: [Double], period: Double)? {
        guard !momentary.pools.isEmpty else { return nil }
        let values = momentary.pools.map { max(p.absoluteGate, Self.lufs($0.highest ?? 0)).rounded(places: 1) }
        return (values, momentary.period)
    }

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

    /// Tech 3342: spread of the short-term loudness between two percentiles, which are values that were measured, as
    /// in the code that Tech 3342 prints.
    func range(_ p: SoundParameters) -> Double? {
        let windows = means(over: p.stepsPerShortTerm).filter { $0 >= Self.power(p.absoluteGate) }
        guard let ungated = mean(windows) else { return nil }
        let threshold = Self.power(Self.lufs(ungated) + p.rangeGate)
        let levels = windows.filter { $0 >= threshold }.map(Self.lufs).sorted()
        func percentile(_ share: Double) -> Double { levels[Int((share * Double(levels.count - 1)).rounded())] }
        return levels.isEmpty ? nil : percentile(p.rangeHigh) - percentile(p.rangeLow)
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
