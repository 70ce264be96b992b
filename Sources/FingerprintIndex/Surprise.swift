import Glibc

/// How much likelier a correlation is between what belongs together than between what does not: of two normal series of so
/// many independent numbers that know nothing of each other.
enum Surprise {
    /// Nats: -n/2 ln(1 - r²), 0 where the correlation is negative.
    static func nats(correlation: Double, freedom: Double) -> Double {
        let r = min(0.999, max(0, correlation))
        return -freedom / 2 * log1p(-r * r)
    }

    /// The correlation that has so many nats, 0...1.
    static func correlation(nats: Double, freedom: Double) -> Double {
        freedom > 0 ? (1 - exp(-2 * nats / freedom)).squareRoot() : 1
    }
}
