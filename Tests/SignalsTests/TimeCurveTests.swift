@testable import Signals
import Testing

@Suite("Curves over time")
struct TimeCurveTests {
    /// Four values at most.
    private func curve<Pool: CurvePool>(of: Pool.Type, _ values: [(seconds: Double, value: Double)]) -> TimeCurve<Pool>
    {
        var curve = TimeCurve<Pool>(countMax: 4)
        for (seconds, value) in values { curve.add(value, at: seconds) }
        return curve
    }

    @Test("Values are pooled by the second, and a second without any has none")
    func seconds() {
        let values = [(0.1, 2.0), (0.9, 4), (2.5, 7)]
        #expect(curve(of: MeanPool.self, values).pools.map(\.mean) == [3, nil, 7])
        #expect(curve(of: HighestPool.self, values).pools.map(\.highest) == [4, nil, 7])
    }

    @Test("A fifth second makes every value one of two seconds, by all that fell into them")
    func coarser() {
        let values = [(0.0, 1.0), (0.2, 1), (1, 4), (4, 9)]
        let mean = curve(of: MeanPool.self, values)
        #expect(mean.period == 2 && mean.pools.map(\.mean) == [2, nil, 9])
        #expect(curve(of: HighestPool.self, values).pools.map(\.highest) == [4, nil, 9])
    }

    @Test("The order in which values come does not matter")
    func order() {
        let values = (0..<40).map { (Double($0) / 2, Double($0 * 7 % 11)) }
        let forwards = curve(of: HighestPool.self, values), backwards = curve(of: HighestPool.self, values.reversed())
        #expect(forwards.period == 8 && backwards.period == 8)
        #expect(forwards.pools.map(\.highest) == backwards.pools.map(\.highest))
    }

    @Test("Times that no file has do no harm", arguments: [-1e300, 1e300, .infinity, -.infinity, .nan])
    func hostile(seconds: Double) {
        #expect(curve(of: MeanPool.self, [(seconds, 1), (0, 1)]).pools.count <= 4)
    }
}
