import Fingerprints

/// Whether what changes from one whole frame of a reference to the next changes in the query, too.
///
/// A reference's trace has 16 parts of the picture; its frames' PDQ hashes are the signs of 256 frequencies, as often, and
/// are stored anyway. The query is looked at where the reference's picture lies in it, transformed the same way, and both are
/// taken less their own mean over five frames. Two takes correlate by 0.1 where a copy has 0.65. It takes most of the
/// reference's picture to be seen, and codes of which some change.
struct FrameMovement {
    /// What a line of time makes of it.
    struct Agreement: Equatable, Sendable {
        /// -1...1.
        var correlation: Double
        /// Independent numbers that were compared, about.
        var freedom: Double
        /// Mean square of the changes, of the reference's bits and of the query's: 0 where nothing changes, 0.5 where all is
        /// new in every frame.
        var changing: Double
        var queryChanging: Double
        /// From the first frame to the last, of the reference.
        var seconds: Double

        /// See `Surprise`.
        var surprise: Double { Surprise.nats(correlation: correlation, freedom: freedom) }
    }

    private static let framesLeast = 5
    /// 20 s of four a second.
    private static let framesMost = 80
    /// Share of the stretch that must lie between the first frame and the last.
    private static let stretchLeast = 0.6
    /// By how much a line may be off, seconds of the query's.
    private static let shifts = [0, -0.04, 0.04, -0.08, 0.08, -0.12, 0.12]
    /// From which share of a frame's middling coefficient on a coefficient is as sure as its bit.
    private static let sureShare: Float = 0.5

    /// Mean square of what is no change but a rounding.
    private static let least = 1e-6

    private let line: Line
    /// Of the reference's frames, seconds.
    private let times: [Double]
    /// 1 or -1 less the mean around, of the bits that the query tells, a row for each frame.
    private let changes: [Float]
    private let width: Int
    private let seen: FrequencySeries

    /// - Parameters:
    ///   - span: of the query, seconds; of a long one the middle is looked at.
    /// - Returns: nil where too little of the reference is seen, or not for long enough.
    init?(
        _ field: FrequencyField, _ reference: Prepared, span: (start: Double, end: Double), on line: Line
    ) {
        let ends = [line.reference(at: span.start), line.reference(at: span.end)]
        let (from, to) = (ends.min() ?? 0, ends.max() ?? 0)
        var frames = reference.times.indices.filter { (from...to).contains(reference.times[$0]) }
        guard let earliest = frames.first, let latest = frames.last, frames.count >= Self.framesLeast,
            reference.times[latest] - reference.times[earliest] >= Self.stretchLeast * (to - from)
        else { return nil }
        if frames.count > Self.framesMost {
            frames = Array(frames.dropFirst((frames.count - Self.framesMost) / 2).prefix(Self.framesMost))
        }
        let times = frames.map { reference.times[$0] }
        let asked = times.map { ($0 - line.offset) / line.speed }, reach = Self.shifts.max() ?? 0
        guard
            let seen = FrequencySeries(field, from: (asked.min() ?? 0) - reach, to: (asked.max() ?? 0) + reach)
        else { return nil }
        (self.line, self.times) = (line, times)
        self.seen = seen
        width = seen.told.count
        changes = Self.changes(
            frames.flatMap { frame in
                let signs = reference.codes[frame].signs
                return seen.told.map { signs[$0] }
            }, width: width)
    }

    /// How well the line agrees, or one next to it.
    func agreement() -> Agreement {
        let xx = Self.dot(changes, 0, changes, 0, changes.count)
        var best: (correlation: Double, changes: [Float])?
        for shift in Self.shifts {
            let rows = Self.changes(
                times.flatMap { seen.sureness(at: ($0 - line.offset) / line.speed + shift, sure: Self.sureShare) },
                width: width)
            let yy = Self.dot(rows, 0, rows, 0, rows.count)
            guard min(xx, yy) > Self.least * Double(rows.count) else { continue }
            let correlation = Self.dot(changes, 0, rows, 0, rows.count) / (xx * yy).squareRoot()
            if correlation > best?.correlation ?? -2 { best = (correlation, rows) }
        }
        let seconds = (times.last ?? 0) - (times.first ?? 0)
        let changing = xx / Double(changes.count)
        guard let best else {
            return Agreement(correlation: 0, freedom: 0, changing: changing, queryChanging: 0, seconds: seconds)
        }
        let yy = Self.dot(best.changes, 0, best.changes, 0, best.changes.count)
        return Agreement(
            correlation: min(1, max(-1, best.correlation)), freedom: freedom(beside: best.changes),
            changing: changing, queryChanging: yy / Double(changes.count), seconds: seconds)
    }

    /// How many independent frames there are, and frequencies in each: tr A tr B / tr AB, of the frames' scalar products and
    /// of the frequencies' moments. The latter is a sum over what each of these frames has with each of the other's; a
    /// frame's with its own counterpart is left out, which in a copy is all alike.
    private func freedom(beside other: [Float]) -> Double {
        let count = times.count
        func product(_ a: [Float], _ row: Int, _ b: [Float], _ column: Int) -> Double {
            Self.dot(a, row * width, b, column * width, width)
        }
        let own = (0..<count).map { product(changes, $0, changes, $0) }
        let others = (0..<count).map { product(other, $0, other, $0) }
        let trace = own.reduce(0, +) * others.reduce(0, +)
        var together = 0.0, crossed = 0.0, loud = 0.0
        for row in 0..<count {
            for column in 0..<count {
                together += product(changes, row, changes, column) * product(other, row, other, column)
                guard row != column else { continue }
                let cross = product(changes, row, other, column)
                crossed += cross * cross
                loud += own[row] * others[column]
            }
        }
        guard together > 0, crossed > 0 else { return 0 }
        return min(Double(count), trace / together) * min(Double(width), loud / crossed)
    }

    /// Rows less their mean over five frames.
    private static func changes(_ rows: [Float], width: Int) -> [Float] {
        let count = rows.count / width, reach = 2
        var changes = rows
        for row in 0..<count {
            let near = max(0, row - reach)...min(count - 1, row + reach)
            for place in 0..<width {
                var sum: Float = 0
                for other in near { sum += rows[other * width + place] }
                changes[row * width + place] -= sum / Float(near.count)
            }
        }
        return changes
    }

    private static func dot(_ a: [Float], _ start: Int, _ b: [Float], _ other: Int, _ count: Int) -> Double {
        MovementEvidence.Changes.product(a, from: start, b, from: other, count: count)
    }
}

extension PDQHash {
    /// 1 where a bit is set, otherwise -1, in the bits' order.
    fileprivate var signs: [Float] {
        [word0, word1, word2, word3].flatMap { word in (0..<64).map { word >> $0 & 1 == 1 ? 1 : -1 } }
    }
}
