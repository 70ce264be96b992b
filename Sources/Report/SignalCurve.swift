package import Signals

/// A signal over time as it is drawn: what it is called, where its values lie, and how high each stands.
package struct SignalCurve {
    package enum Kind: String { case motion, quality, loudness }

    package let kind: Kind
    package let unit: String
    /// One for each `period` from the file's zero; nil where nothing was judged.
    package let values: [Double?]
    /// Seconds.
    package let period: Double
    /// Values drawn as nothing and as full height.
    package let scale: ClosedRange<Double>

    package var name: String { kind.rawValue }

    /// Full height is the strongest second, but no less than what a talking head makes.
    package static func motion(_ signal: StaticSignal?) -> SignalCurve? {
        SignalCurve(.motion, "levels", signal?.motion, signal?.motionPeriod) { 0...max($0, 6) }
    }

    package static func quality(_ signal: QualitySignal?) -> SignalCurve? {
        SignalCurve(.quality, "of 100", signal?.curve, signal?.curvePeriod) { _ in 0...100 }
    }

    /// The scale is that of a meter: "EBU +18", -36 to +18 LU about -23 LUFS (EBU Tech 3341, section 2.7).
    package static func loudness(_ signal: SoundSignal?) -> SignalCurve? {
        SignalCurve(.loudness, "LUFS", signal?.loudness, signal?.loudnessPeriod) { _ in -59...(-5) }
    }

    /// Nil where there is nothing to draw.
    private init?(
        _ kind: Kind, _ unit: String, _ values: [Double?]?, _ period: Double?, scale: (Double) -> ClosedRange<Double>
    ) {
        guard let values, let period, period > 0,
            let highest = values.compactMap({ $0 }).filter(\.isFinite).max()
        else { return nil }
        self.kind = kind
        self.unit = unit
        self.values = values.map { $0.flatMap { $0.isFinite ? $0 : nil } }
        self.period = period
        self.scale = scale(highest)
    }

    /// Each value's time, seconds, and the share of the full height at which it stands, 0...1.
    package func bars(until end: Double) -> [(start: Double, end: Double, share: Double)] {
        values.enumerated().compactMap { index, value in
            let start = Double(index) * period
            guard let value, start < end else { return nil }
            let share = (value - scale.lowerBound) / (scale.upperBound - scale.lowerBound)
            return (start, min(end, start + period), max(0, min(1, share)))
        }
    }

    /// Lowest and highest value: "0.0 to 9.1 levels"; the floor of loudness is called silence.
    package var range: String {
        let present = values.compactMap { $0 }
        guard let low = present.min(), let high = present.max() else { return "" }
        let digits = kind == .quality ? 0 : 1
        func text(_ value: Double) -> String {
            kind == .loudness && value <= -70 ? "silence" : Numbers.fixed(value, digits)
        }
        let (first, last) = (text(low), text(high))
        if first == last { return last == "silence" ? last : "\(last) \(unit)" }
        return "\(first) to \(last)\(last == "silence" ? "" : " \(unit)")"
    }
}
