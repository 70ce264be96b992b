import Fingerprints

/// Whether what moves in a stretch of the query moves in the reference, at the same moments and places.
///
/// The query's luma is looked at where the reference's cells lie in it, step by step of the reference's clock, less its
/// own mean over time and place: what `MovementTrace` keeps of the reference. The two are whitened and correlated over all
/// cells.
struct MovementEvidence {
    /// What a line of time makes of it.
    struct Agreement: Equatable, Sendable {
        /// -1 ... 1: correlation of the changes of all cells.
        var correlation: Double
        /// Steps of the trace that were compared, and the independent numbers in them, about.
        var steps: Int
        var freedom: Double
        /// Mean squares of the query's changes and of the reference's, luma levels squared.
        var queryEnergy: Double
        var referenceEnergy: Double
        /// How many times as much the query had before what moves in it alone was made quieter.
        var hidden = 1.0

        static let none = Agreement(correlation: 0, steps: 0, freedom: 0, queryEnergy: 0, referenceEnergy: 0)

        /// How much likelier it is between copies than between two takes, nats.
        var surprise: Double { Surprise.nats(correlation: correlation, freedom: freedom) }

        /// What the best of many lines reaches by chance: five nats.
        var chance: Double { Surprise.correlation(nats: 5, freedom: freedom) }
    }

    /// A number for each cell that the query shows, of the trace's; the rest is zero.
    typealias Cells = SIMD16<Float>

    /// The query's whole picture, and how the reference lies in it.
    let field: FrequencyField
    /// Cells that the query shows, of the trace's.
    let cells: [Int]
    /// Running sums from the span's first step of the field on.
    let sums: [SIMD16<Double>]
    let fieldSteps: Int
    /// The reference's, step by step from `referenceFirst` on.
    let reference: Changes
    let referenceChanges: [Cells]
    let referenceFirst: Int
    /// Mean square of each cell's changes in the reference.
    let loudness: Cells
    let whitening: Whitening
    /// Mean square of a whitened cell where each cell's is one luma level squared, over the reference's own.
    let noiseGain: Double
    /// See `quietQuarter`, of the reference.
    let quiet: Double
    let isNegative: Bool
    let span: (start: Double, end: Double)

    /// Cells that must be seen.
    private static let cellsLeast = 4
    /// Steps that must be compared.
    static let stepsLeast = 5

    /// - Parameters:
    ///   - span: of the query, seconds; of a long one the middle is looked at.
    ///   - line: about which lines of time will be looked at.
    ///   - views: in order of time, at least one.
    init?(
        _ series: MovementSeries, _ trace: MovementTrace, span: (start: Double, end: Double), about line: Line,
        isNegative: Bool, views: [MovementSeries.View]
    ) {
        let span = Self.looked(at: span)
        let first = max(0, Int(span.start / MovementField.period))
        let end = min(series.steps, Int((span.end / MovementField.period).rounded(.up)))
        guard end - first >= 2 * Self.stepsLeast else { return nil }
        let seen = series.seen(through: views, steps: first..<end)
        guard seen.cells.count >= Self.cellsLeast else { return nil }
        (cells, sums) = seen
        field = FrequencyField(series, through: views)
        fieldSteps = end - first
        self.isNegative = isNegative
        self.span = (Double(first) * MovementField.period, Double(end) * MovementField.period)
        // As far as lines are looked for, at any speed.
        let middle = line.reference(at: (self.span.start + self.span.end) / 2)
        let reach = MovementMatching.current.reach + (self.span.end - self.span.start)
        let (from, to) = (middle - reach, middle + reach)
        referenceFirst = max(0, min(trace.steps, Int(from / MovementTrace.period)))
        let referenceEnd = max(referenceFirst, min(trace.steps, Int((to / MovementTrace.period).rounded(.up))))
        guard referenceEnd - referenceFirst >= Self.stepsLeast else { return nil }
        let changes = Self.changes(of: trace, referenceFirst..<referenceEnd, cells)
        referenceChanges = changes
        whitening = Whitening(changes, width: cells.count)
        reference = Changes(changes, whitening)
        quiet = Self.quietQuarter(of: changes, width: cells.count)
        noiseGain = reference.whiteEnergy > 0 ? whitening.gain / reference.whiteEnergy : 0
        loudness = changes.reduce(.zero) { $0 + $1 * $1 } / Float(changes.count)
    }

    /// The part of a stretch that is looked at: its middle, of what a field has at most. Its ends are known to half a step
    /// of places, and a cut there would be all that moves.
    static func looked(at span: (start: Double, end: Double)) -> (start: Double, end: Double) {
        let most = Double(FingerprintLimits.movementFieldSteps) * MovementField.period
        let unsure = min(LocalPrint.period / 2, max(0, span.end - span.start) / 8)
        let (start, end) = (max(0, min(most, span.start + unsure)), max(0, min(most, span.end - unsure)))
        let middle = (start + end) / 2, half = MovementMatching.current.spanMost / 2
        return (max(start, middle - half), min(end, middle + half))
    }

    private static func changes(of trace: MovementTrace, _ steps: Range<Int>, _ cells: [Int]) -> [Cells] {
        let most = MovementTrace.codeMax
        let mask = mask(width: cells.count)
        return steps.map { step in
            var row = Cells.zero
            for (place, cell) in cells.enumerated() {
                let code = trace.codes[step * MovementTrace.cells + cell]
                row[place] = MovementTrace.levels[Int(min(most, max(-most, code))) + Int(most)]
            }
            return row - row.sum() / Float(cells.count) * mask
        }
    }

    /// 1 for each cell that is seen.
    static func mask(width: Int) -> Cells {
        var mask = Cells.zero
        for cell in 0..<width { mask[cell] = 1 }
        return mask
    }
}
