import Glibc

/// Logarithms of chances, base ten: the currency in which the aligner adds up evidence.
func log10Of(_ value: Double) -> Double { log10(value) }
func sine(_ angle: Double) -> Double { sin(angle) }
func log2Of(_ value: Double) -> Double { log2(value) }
func logOf(_ value: Double) -> Double { log(value) }

/// -log₁₀ of the chance that a Poisson variable of mean `mean` reaches `count` or more; between whole counts, its
/// smooth continuation.
///
/// Summed from the tail's first term, which dominates when it matters; for a count at or below the mean
/// the chance is near one and the answer near zero.
func poissonSurprise(_ count: Double, mean: Double) -> Double {
    guard count > 0, count > mean else { return 0 }
    let mean = max(mean, 1e-9)
    let term = count * log(mean) - mean - logFactorial(count)
    var ratio = 1.0, sum = 1.0
    for k in 1...60 {
        ratio *= mean / (count + Double(k))
        sum += ratio
        if ratio < 1e-12 { break }
    }
    return max(0, -(term + log(sum)) / log(10))
}

/// ln Γ(x + 1) by Stirling's series, exact to 1e-10 for x ≥ 0.
private func logFactorial(_ x: Double) -> Double {
    var x = x, product = 0.0
    while x < 12 {
        x += 1
        product += log(x)
    }
    let square = x * x
    return x * log(x) - x + 0.5 * log(2 * Double.pi * x) + (1 - (1 - 2 / (7 * square)) / (30 * square)) / (12 * x)
        - product
}
