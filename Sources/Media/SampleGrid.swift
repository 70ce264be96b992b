import Frames

/// Chooses working frames by time: one for each cell [k·period, (k + 1)·period) of the timeline.
///
/// A cell's sample is the first frame that begins in it, with the frame's own time. A cell in which
/// no frame begins shows the frame before it, which is then handed out again with the cell's start as
/// its time: a slide held for a minute gives 240 samples. Before the first frame there are no samples.
struct SampleGrid {
    /// Cells that one frame may fill: ten minutes. After that a gap is a gap, so that one wild
    /// timestamp cannot ask for a million copies of a picture.
    static let longestHold = 2400

    /// The next cell that has no sample yet; nil before the first frame.
    private var next: Int?

    /// Cells that the previous frame fills before `pts`, then whether the new frame is a sample.
    mutating func arrive(at pts: Double) -> (heldCells: Range<Int>, takesNew: Bool) {
        let cell = Self.cell(of: pts)
        guard let first = next else {
            next = cell + 1
            return (cell..<cell, true)
        }
        guard cell >= first else { return (first..<first, false) }
        next = cell + 1
        return (first..<min(cell, first + Self.longestHold), true)
    }

    /// Cells that the last frame still fills when it is shown until `end`.
    mutating func finish(at end: Double) -> Range<Int> {
        guard let first = next else { return 0..<0 }
        // A cell that begins at the very end shows nothing.
        let cell = Int(((end - 1e-6) / WorkingFrame.samplePeriod).rounded(.up))
        guard cell > first else { return first..<first }
        next = cell
        return first..<min(cell, first + Self.longestHold)
    }

    /// Whether a frame at `pts` may be the first of its cell, where no frame comes later than `step` after the one before.
    static func mayTake(at pts: Double, step: Double) -> Bool {
        // A tick more: stamps are rounded.
        pts - start(of: cell(of: pts)) < step + 0.002
    }

    static func start(of cell: Int) -> Double { Double(cell) * WorkingFrame.samplePeriod }

    /// Times come from integer ticks divided by a time base, so a frame meant for a grid point may lie
    /// a rounding error before it: a microsecond is forgiven.
    private static func cell(of pts: Double) -> Int {
        Int(((pts + 1e-6) / WorkingFrame.samplePeriod).rounded(.down))
    }
}
