import CKernels
import Fingerprints
import Glibc

/// A query's picture step by step as PDQ would see it, looked at where a reference's picture lies in it. Several lines of
/// time ask for the same steps: each is transformed once.
///
/// For the length of one comparison, on one thread.
final class FrequencyField {
    /// Samples along a side of what PDQ transforms, and frequencies that it keeps.
    static let side = 64
    static let low = 16
    static let width = low * low

    let series: MovementSeries
    /// In order of time, at least one. Between two of them the one passes over into the other.
    let views: [MovementSeries.View]
    private var windows: [Window?]
    private var rows: [Key: [Float]] = [:]

    private struct Key: Hashable {
        var step: Int
        var view: Int
        var next: Int
    }

    init(_ series: MovementSeries, through views: [MovementSeries.View]) {
        self.series = series
        self.views = views
        windows = views.map { _ in nil }
    }

    func window(_ view: Int) -> Window {
        if let known = windows[view] { return known }
        let made = Window(views[view])
        windows[view] = made
        return made
    }

    /// 256 frequencies of a step.
    ///
    /// - Parameter next: the view into which `view` passes over, or `view` itself.
    func frequencies(of step: Int, _ view: Int, _ next: Int) -> [Float] {
        let key = Key(step: step, view: view, next: next)
        if let known = rows[key] { return known }
        let levels = series.levels(of: step)
        var samples = window(view).samples(of: levels)
        let time = (Double(step) + 0.5) * MovementField.period
        if next != view, views[view].time < time {
            let share = Float((time - views[view].time) / (views[next].time - views[view].time))
            for (place, other) in window(next).samples(of: levels).enumerated() {
                samples[place] += share * (other - samples[place])
            }
        }
        let made = Self.transformed(samples)
        rows[key] = made
        return made
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

    /// Where 64x64 points of a reference's picture are seen.
    struct Window {
        /// Share of them that lie in the query's picture; the others see its border.
        let coverage: Double
        /// Of the field's cells, about, along the middle of the reference's picture.
        let across: Double
        let down: Double
        private let points: [moire_movement_point]

        /// Places along a side that the view is asked for; those between lie on lines between them.
        private static let asked = 17

        init(_ view: MovementSeries.View) {
            let side = MovementField.side, points = FrequencyField.side, asked = Self.asked, parts = Double(asked - 1)
            let grid = (0..<asked * asked).map { view.place(Double($0 % asked) / parts, Double($0 / asked) / parts) }
            // Of each column and row, the corner of the grid before it and how far it lies beyond.
            let steps = (0..<points).map { point -> (corner: Int, share: Double) in
                let at = (Double(point) + 0.5) / Double(points) * parts
                return (Int(at), at - at.rounded(.down))
            }
            var seen = 0
            var places: [moire_movement_point] = []
            places.reserveCapacity(points * points)
            for row in steps {
                for column in steps {
                    let corner = row.corner * asked + column.corner
                    func between(_ a: Int, _ b: Int) -> (x: Double, y: Double) {
                        (
                            grid[a].x + column.share * (grid[b].x - grid[a].x),
                            grid[a].y + column.share * (grid[b].y - grid[a].y)
                        )
                    }
                    let (above, below) = (between(corner, corner + 1), between(corner + asked, corner + asked + 1))
                    let place = (
                        x: above.x + row.share * (below.x - above.x), y: above.y + row.share * (below.y - above.y)
                    )
                    // A picture without height has places that are no numbers.
                    guard place.x.isFinite, place.y.isFinite else {
                        places.append(moire_movement_point(cell: 0, x: 0, y: 0))
                        continue
                    }
                    if place.x > 0, place.y > 0, place.x < 1, place.y < 1 { seen += 1 }
                    let x = min(max(place.x * Double(side) - 0.5, 0), Double(side - 1))
                    let y = min(max(place.y * Double(side) - 0.5, 0), Double(side - 1))
                    let (left, top) = (min(Int(x), side - 2), min(Int(y), side - 2))
                    places.append(
                        moire_movement_point(
                            cell: UInt32(top * side + left), x: Float(x - Double(left)), y: Float(y - Double(top))))
                }
            }
            self.points = places
            coverage = Double(seen) / Double(points * points)
            func cells(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> Double {
                let length = hypot(to.x - from.x, to.y - from.y)
                return length.isFinite ? length * Double(side) : 0
            }
            across = 2 * cells(view.place(0.25, 0.5), view.place(0.75, 0.5))
            down = 2 * cells(view.place(0.5, 0.25), view.place(0.5, 0.75))
        }

        func samples(of field: ArraySlice<UInt16>) -> [Float] {
            precondition(field.count == MovementField.cells)
            return unsafe [Float](unsafeUninitializedCapacity: points.count) { buffer, filled in
                unsafe field.withUnsafeBufferPointer { field in
                    // A field has side × side cells, no point lies in the last row or column, and each has its sample.
                    guard let field = field.baseAddress, let out = buffer.baseAddress else { return }
                    unsafe moire_movement_sample(field, points, points.count, out)
                    filled = points.count
                }
            }
        }
    }
}
