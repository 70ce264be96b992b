import Glibc

/// Logarithms of chances, base ten: the currency in which the aligner adds up evidence.
func log10Of(_ value: Double) -> Double { log10(value) }

/// -log₁₀ of the chance that a Poisson count of mean `mean` reaches `count` or more.
///
/// Summed from the tail's first term, which dominates when it matters; for a count at or below the mean
/// the chance is near one and the answer near zero.
func poissonSurprise(_ count: Int, mean: Double) -> Double {
    guard count > 0 else { return 0 }
    guard mean > 1e-9 else { return Double(count) * 9 }
    var term = -mean  // natural logarithm of the term
    for k in 1...count { term += log(mean / Double(k)) }
    var ratio = 1.0, sum = 1.0
    for k in 1...60 {
        ratio *= mean / Double(count + k)
        sum += ratio
        if ratio < 1e-12 { break }
    }
    return max(0, -(term + log(sum)) / log(10))
}
