/// At most so many a second: a bucket that fills steadily and holds a quarter of a second's worth, or one.
///
/// In any stretch of T seconds, at most `rate * T + capacity` are let through. The bucket begins empty.
struct RateCap: Sendable {
    let rate: Double
    private var held = 0.0
    private var filledAt: Double

    /// - Parameter rate: things a second, above 0.
    init(rate: Double, at seconds: Double) {
        self.rate = rate
        filledAt = seconds
    }

    var capacity: Double { max(1, rate / 4) }

    /// How many of `wanted` may go now; they count as gone.
    mutating func take(_ wanted: Int, at seconds: Double) -> Int {
        held = min(capacity, held + max(0, seconds - filledAt) * rate)
        filledAt = max(filledAt, seconds)
        let taken = min(wanted, Int(held))
        held -= Double(taken)
        return taken
    }

    /// What was taken and not used after all.
    mutating func giveBack(_ count: Int) { held = min(capacity, held + Double(count)) }
}

/// How many jobs ended lately.
struct EndRate {
    private var endings: [(at: Double, count: Int)] = []
    private var lastAt: Double = 0
    static let windowSeconds = 60.0

    mutating func note(_ count: Int, at seconds: Double) {
        if count > 0 {
            endings.append((seconds, count))
            lastAt = seconds
        }
        endings.removeAll { seconds - $0.at > Self.windowSeconds }
    }

    /// Over the last minute, or since the start where that is less.
    func perSecond(at seconds: Double) -> Double {
        Double(endings.reduce(0) { $0 + $1.count }) / max(1, min(Self.windowSeconds, seconds))
    }

    func quietSeconds(at seconds: Double) -> Double { seconds - lastAt }
}
