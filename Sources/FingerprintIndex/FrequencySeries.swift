import CKernels
import Fingerprints

/// A query over time as PDQ would see it, looked at where a reference's picture lies in it: 256 frequencies for each step of
/// its field.
struct FrequencySeries {
    /// Where 64x64 points of a reference's picture are seen.
    struct Window {
        /// Seconds.
        let time: Double
        /// Share of them that lie in the query's picture; the others see its border.
        let coverage: Double
        /// The cell above and to the left of each, and how far it lies beyond, shares of a cell.
        fileprivate let points: [(cell: Int, x: Float, y: Float)]

        init(_ view: MovementSeries.View) {
            time = view.time
            let side = MovementField.side, points = FrequencySeries.side
            var seen = 0
            self.points = (0..<points * points).map { point in
                let place = view.place(
                    (Double(point % points) + 0.5) / Double(points), (Double(point / points) + 0.5) / Double(points))
                // A picture seen from an angle has a horizon, where places are no numbers.
                guard place.x.isFinite, place.y.isFinite else { return (0, 0, 0) }
                if place.x > 0, place.y > 0, place.x < 1, place.y < 1 { seen += 1 }
                let x = min(max(place.x * Double(side) - 0.5, 0), Double(side - 1))
                let y = min(max(place.y * Double(side) - 0.5, 0), Double(side - 1))
                let (left, top) = (min(Int(x), side - 2), min(Int(y), side - 2))
                return (top * side + left, Float(x - Double(left)), Float(y - Double(top)))
            }
            coverage = Double(seen) / Double(points * points)
        }
    }

    /// Samples along a side of what PDQ transforms.
    private static let side = 64
    private static let width = 256

    private let first: Int
    private let steps: Int
    /// Less their median, a row for each step; and the median of what they are away from it.
    private let coefficients: [Float]
    private let spreads: [Float]

    /// - Parameters:
    ///   - windows: in order of time, at least one; the last that has begun holds.
    ///   - from: seconds.
    ///   - to: seconds.
    init(_ series: MovementSeries, through windows: [Window], from: Double, to: Double) {
        let last = series.steps - 1
        first = min(last, max(0, Int((from / MovementField.period - 0.5).rounded(.down))))
        let end = min(last, max(first, Int((to / MovementField.period - 0.5).rounded(.up))))
        steps = end - first + 1
        var coefficients: [Float] = [], spreads: [Float] = []
        coefficients.reserveCapacity(steps * Self.width)
        var window = 0
        for step in first...end {
            let time = (Double(step) + 0.5) * MovementField.period
            while window + 1 < windows.count, windows[window + 1].time <= time { window += 1 }
            var row = Self.transformed(Self.sampled(series.levels(of: step), windows[window]))
            let median = row.sorted()[Self.width / 2]
            for place in row.indices { row[place] -= median }
            spreads.append(row.map { abs($0) }.sorted()[Self.width / 2])
            coefficients += row
        }
        self.coefficients = coefficients
        self.spreads = spreads
    }

    /// What the bits of a hash would be at a time, -1...1, and how sure they are: 1 from a share of the middling coefficient
    /// on.
    func sureness(at time: Double, sure share: Float) -> [Float] {
        let place = min(max(time / MovementField.period - 0.5 - Double(first), 0), Double(steps - 1))
        let step = min(Int(place), steps - 1), next = min(step + 1, steps - 1), part = Float(place - Double(step))
        let spread = share * (spreads[step] + part * (spreads[next] - spreads[step])) + Self.least
        return (0..<Self.width).map { number in
            let (a, b) = (coefficients[step * Self.width + number], coefficients[next * Self.width + number])
            return min(1, max(-1, (a + part * (b - a)) / spread))
        }
    }

    /// Keeps a picture without anything in it from being divided by nothing.
    private static let least: Float = 0.001

    private static func sampled(_ levels: ArraySlice<UInt16>, _ window: Window) -> [Float] {
        let side = MovementField.side, field = levels.map { Float($0) }
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
