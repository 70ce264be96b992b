import Fingerprints

/// A query over time as PDQ would see it, looked at where a reference's picture lies in it: 256 frequencies for each step of
/// its field.
struct FrequencySeries {
    /// Share of the reference's picture that the query must show.
    private static let coverageLeast = 0.85
    /// The highest frequency that so many of the field's cells still tell, half waves a cell.
    private static let finest = 0.6

    /// Which of a hash's bits have a frequency that the query can tell: of a picture in a small window, the low ones.
    let told: [Int]
    private let first: Int
    private let steps: Int
    /// Of what is told, less the median, a row for each step; and the median of what they are away from it.
    private let coefficients: [Float]
    private let spreads: [Float]

    /// - Parameters:
    ///   - from: seconds.
    ///   - to: seconds.
    /// - Returns: nil where too little of the reference is seen.
    init?(_ field: FrequencyField, from: Double, to: Double) {
        let views = field.views, low = FrequencyField.low
        let begun = views.lastIndex { $0.time <= from } ?? 0
        let ended = views.firstIndex { $0.time >= to }.map { max(begun, $0) } ?? views.count - 1
        let windows = (begun...ended).map(field.window)
        guard windows.allSatisfy({ $0.coverage >= Self.coverageLeast }) else { return nil }
        let across = Self.finest * (windows.map(\.across).min() ?? 0)
        let down = Self.finest * (windows.map(\.down).min() ?? 0)
        told = (0..<FrequencyField.width).filter { Double($0 % low + 1) <= across && Double($0 / low + 1) <= down }
        guard !told.isEmpty else { return nil }
        let last = field.series.steps - 1
        first = min(last, max(0, Int((from / MovementField.period - 0.5).rounded(.down))))
        let end = min(last, max(first, Int((to / MovementField.period - 0.5).rounded(.up))))
        steps = end - first + 1
        var coefficients: [Float] = [], spreads: [Float] = []
        coefficients.reserveCapacity(steps * told.count)
        var view = begun
        for step in first...end {
            let time = (Double(step) + 0.5) * MovementField.period
            while view < ended, views[view + 1].time <= time { view += 1 }
            let all = field.frequencies(of: step, view, min(view + 1, ended)), median = Self.middle(of: all)
            let row = told.map { all[$0] - median }
            spreads.append(Self.middle(of: row.map { abs($0) }))
            coefficients += row
        }
        self.coefficients = coefficients
        self.spreads = spreads
    }

    /// What the told bits of a hash would be at a time, -1...1, and how sure they are: 1 from a share of the middling
    /// coefficient on.
    func sureness(at time: Double, sure share: Float) -> [Float] {
        let place = min(max(time / MovementField.period - 0.5 - Double(first), 0), Double(steps - 1))
        let step = min(Int(place), steps - 1), next = min(step + 1, steps - 1), part = Float(place - Double(step))
        let spread = share * (spreads[step] + part * (spreads[next] - spreads[step])) + Self.least
        let width = told.count
        return (0..<width).map { number in
            let (a, b) = (coefficients[step * width + number], coefficients[next * width + number])
            return min(1, max(-1, (a + part * (b - a)) / spread))
        }
    }

    /// The number in the middle of the order, by C. Hoare's selection (Communications of the ACM 4, 1961).
    private static func middle(of numbers: [Float]) -> Float {
        var numbers = numbers, from = 0, to = numbers.count - 1
        let middle = numbers.count / 2
        while from < to {
            let pivot = numbers[middle]
            var (low, high) = (from, to)
            while low <= high {
                while numbers[low] < pivot { low += 1 }
                while numbers[high] > pivot { high -= 1 }
                guard low <= high else { break }
                numbers.swapAt(low, high)
                (low, high) = (low + 1, high - 1)
            }
            if high < middle { from = low }
            if middle < low { to = high }
        }
        return numbers[middle]
    }

    /// Keeps a picture without anything in it from being divided by nothing.
    private static let least: Float = 0.001
}
