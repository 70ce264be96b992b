import CKernels
import Fingerprints
import Glibc

/// A query over time as PDQ would see it, looked at where a reference's picture lies in it: 256 frequencies for each step of
/// its field.
struct FrequencySeries {
    /// Where 64x64 points of a reference's picture are seen.
    private struct Window {
        /// Share of them that lie in the query's picture; the others see its border.
        let coverage: Double
        /// Of the field's cells, about, along the middle of the reference's picture.
        let across: Double
        let down: Double
        /// The cell above and to the left of each, and how far it lies beyond, shares of a cell.
        let points: [(cell: Int, x: Float, y: Float)]

        init(_ view: MovementSeries.View) {
            let side = MovementField.side, points = FrequencySeries.side
            var seen = 0
            self.points = (0..<points * points).map { point in
                let place = view.place(
                    (Double(point % points) + 0.5) / Double(points), (Double(point / points) + 0.5) / Double(points))
                // A picture without height has places that are no numbers.
                guard place.x.isFinite, place.y.isFinite else { return (0, 0, 0) }
                if place.x > 0, place.y > 0, place.x < 1, place.y < 1 { seen += 1 }
                let x = min(max(place.x * Double(side) - 0.5, 0), Double(side - 1))
                let y = min(max(place.y * Double(side) - 0.5, 0), Double(side - 1))
                let (left, top) = (min(Int(x), side - 2), min(Int(y), side - 2))
                return (top * side + left, Float(x - Double(left)), Float(y - Double(top)))
            }
            coverage = Double(seen) / Double(points * points)
            func cells(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> Double {
                let length = hypot(to.x - from.x, to.y - from.y)
                return length.isFinite ? length * Double(side) : 0
            }
            across = 2 * cells(view.place(0.25, 0.5), view.place(0.75, 0.5))
            down = 2 * cells(view.place(0.5, 0.25), view.place(0.5, 0.75))
        }
    }

    /// Samples along a side of what PDQ transforms.
    private static let side = 64
    /// Frequencies along a side, and in all.
    private static let low = 16
    private static let width = low * low
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
    ///   - views: in order of time, at least one. Between two of them the one passes over into the other.
    ///   - from: seconds.
    ///   - to: seconds.
    /// - Returns: nil where too little of the reference is seen.
    init?(_ series: MovementSeries, through views: [MovementSeries.View], from: Double, to: Double) {
        let begun = views.lastIndex { $0.time <= from } ?? 0
        let views = views[begun...(views.firstIndex { $0.time >= to }.map { max(begun, $0) } ?? views.count - 1)]
        let windows = views.map(Window.init)
        guard windows.allSatisfy({ $0.coverage >= Self.coverageLeast }) else { return nil }
        let across = Self.finest * (windows.map(\.across).min() ?? 0)
        let down = Self.finest * (windows.map(\.down).min() ?? 0)
        told = (0..<Self.width).filter { Double($0 % Self.low + 1) <= across && Double($0 / Self.low + 1) <= down }
        guard !told.isEmpty else { return nil }
        let times = views.map(\.time), last = series.steps - 1
        first = min(last, max(0, Int((from / MovementField.period - 0.5).rounded(.down))))
        let end = min(last, max(first, Int((to / MovementField.period - 0.5).rounded(.up))))
        steps = end - first + 1
        var coefficients: [Float] = [], spreads: [Float] = []
        coefficients.reserveCapacity(steps * told.count)
        var window = 0
        for step in first...end {
            let time = (Double(step) + 0.5) * MovementField.period
            while window + 1 < windows.count, times[window + 1] <= time { window += 1 }
            let levels = series.levels(of: step).map { Float($0) }
            var samples = Self.sampled(levels, windows[window])
            if window + 1 < windows.count, times[window] < time {
                let share = Float((time - times[window]) / (times[window + 1] - times[window]))
                for (place, next) in Self.sampled(levels, windows[window + 1]).enumerated() {
                    samples[place] += share * (next - samples[place])
                }
            }
            let all = Self.transformed(samples), median = Self.middle(of: all)
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

    private static func sampled(_ field: [Float], _ window: Window) -> [Float] {
        let side = MovementField.side
        precondition(field.count == MovementField.cells)
        return window.points.map { cell, x, y in
            let above = field[cell] + x * (field[cell + 1] - field[cell])
            let below = field[cell + side] + x * (field[cell + side + 1] - field[cell + side])
            return above + y * (below - above)
        }
    }

    private static func transformed(_ samples: [Float]) -> [Float] {
        precondition(samples.count == side * side)
        return unsafe [Float](unsafeUninitializedCapacity: width) { buffer, filled in
            unsafe samples.withUnsafeBufferPointer { samples in
                // Both have as many numbers as PDQ takes and gives.
                guard let samples = samples.baseAddress, let out = buffer.baseAddress else { return }
                unsafe moire_pdq_dct(samples, out)
                filled = width
            }
        }
    }
}
