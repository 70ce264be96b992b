import Fingerprints

/// Whether what changes from one whole frame of a reference to the next changes in the query, too.
///
/// A reference's trace has 16 parts of the picture; its frames' PDQ hashes are the signs of 256 frequencies, as often, and
/// are stored anyway. The query is looked at where the reference's picture lies in it, transformed the same way, and both are
/// taken less their own mean over 1.25 s. Two takes correlate by 0.1 where a copy has 0.65. It takes most of the reference's
/// picture to be seen, and codes of which some change.
struct FrameMovement {
    /// What a line of time makes of it.
    struct Agreement: Equatable, Sendable {
        /// -1...1.
        var correlation: Double
        /// Independent numbers that were compared, about.
        var freedom: Double
        /// Of the reference's bits, mean square of the changes, 0...1.
        var changing: Double
        /// From the first frame to the last, of the reference.
        var seconds: Double

        /// See `Surprise`.
        var surprise: Double { Surprise.nats(correlation: correlation, freedom: freedom) }
    }

    /// Numbers of a frame.
    private static let width = 256
    private static let framesLeast = 5
    /// 20 s.
    private static let framesMost = 80
    /// Share of the reference's picture that the query must show.
    private static let coverageLeast = 0.85
    /// By how much a line may be off, seconds of the query's.
    private static let shifts = [0, -0.04, 0.04, -0.08, 0.08, -0.12, 0.12]
    /// From which share of a frame's middling coefficient on a coefficient is as sure as its bit.
    private static let sureShare: Float = 0.5

    /// Mean square of what is no change but a rounding.
    private static let least = 1e-6

    private let line: Line
    /// Of the reference's frames, seconds.
    private let times: [Double]
    /// 1 or -1 less the mean around, a row for each frame.
    private let changes: [Float]
    private let seen: FrequencySeries

    /// - Parameters:
    ///   - span: of the query, seconds; of a long one the middle is looked at.
    ///   - views: in order of time, at least one.
    /// - Returns: nil where too little of the reference is seen, or of neither picture for long enough.
    init?(
        _ series: MovementSeries, _ reference: Prepared, span: (start: Double, end: Double), on line: Line,
        views: [MovementSeries.View]
    ) {
        let ends = [line.reference(at: span.start), line.reference(at: span.end)]
        let (from, to) = (ends.min() ?? 0, ends.max() ?? 0)
        var frames = reference.times.indices.filter { (from...to).contains(reference.times[$0]) }
        if frames.count > Self.framesMost {
            frames = Array(frames.dropFirst((frames.count - Self.framesMost) / 2).prefix(Self.framesMost))
        }
        guard let first = frames.first, let last = frames.last, frames.count >= Self.framesLeast else { return nil }
        let windows = views.map(FrequencySeries.Window.init)
        guard windows.allSatisfy({ $0.coverage >= Self.coverageLeast }) else { return nil }
        self.line = line
        times = frames.map { reference.times[$0] }
        changes = Self.changes(frames.flatMap { reference.codes[$0].signs })
        let asked = [reference.times[first], reference.times[last]].map { (($0 - line.offset) / line.speed) }
        let reach = Self.shifts.max() ?? 0
        seen = FrequencySeries(
            series, through: windows, from: (asked.min() ?? 0) - reach, to: (asked.max() ?? 0) + reach)
    }

    /// How well the line agrees, or one next to it.
    func agreement() -> Agreement {
        let xx = Self.dot(changes, 0, changes, 0, changes.count)
        var best: (correlation: Double, changes: [Float])?
        for shift in Self.shifts {
            let rows = Self.changes(
                times.flatMap { seen.sureness(at: ($0 - line.offset) / line.speed + shift, sure: Self.sureShare) })
            let yy = Self.dot(rows, 0, rows, 0, rows.count)
            guard min(xx, yy) > Self.least * Double(rows.count) else { continue }
            let correlation = Self.dot(changes, 0, rows, 0, rows.count) / (xx * yy).squareRoot()
            if correlation > best?.correlation ?? -2 { best = (correlation, rows) }
        }
        let seconds = (times.last ?? 0) - (times.first ?? 0)
        guard let best else { return Agreement(correlation: 0, freedom: 0, changing: 0, seconds: seconds) }
        return Agreement(
            correlation: min(1, max(-1, best.correlation)), freedom: freedom(beside: best.changes),
            changing: xx / Double(changes.count), seconds: seconds)
    }

    /// As `MovementEvidence` has it: of a frame tr A · tr B / tr AB of the moments, by as many frames as count. What the
    /// frames' own scalar products say is the same and takes fewer of them than 256 x 256 moments.
    private func freedom(beside other: [Float]) -> Double {
        let width = Self.width, count = times.count
        var trace = 0.0, otherTrace = 0.0, common = 0.0, loud = 0.0
        for row in 0..<count {
            for column in 0...row {
                let a = Self.dot(changes, row * width, changes, column * width, width)
                let b = Self.dot(other, row * width, other, column * width, width)
                common += (row == column ? 1 : 2) * a * b
                guard row == column else { continue }
                trace += a
                otherTrace += b
                loud += a * b
            }
        }
        guard common > 0, loud > 0 else { return 0 }
        return min(Double(width), trace * otherTrace / common) * min(Double(count), trace * otherTrace / loud)
    }

    /// Rows less their mean over five frames.
    private static func changes(_ rows: [Float]) -> [Float] {
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
