internal import CKernels
internal import Frames

/// Which of the 32×32 cells of a frame differ from the frame before, at native resolution.
///
/// What a coder leaves alone is a bit-exact copy, so a photograph's cells are zero between refreshes while a
/// camera's noise touches some of them in every frame, however faint it is. What is drawn over a photograph
/// changes strongly, and weakly only right beside that.
struct CellChanges: Sendable {
    static let side = FrameTick.changesSide
    static let count = side * side

    /// Largest difference in each cell, levels.
    let peaks: [UInt8]

    init(_ tick: FrameTick, after previous: FrameTick) {
        if let changes = tick.changes {
            peaks = changes.pixels
            return
        }
        // Pictures without native samples (a change of size, drawn ones): what the ticks' pictures show.
        var found = [UInt8](repeating: 0, count: Self.count)
        for y in 0..<FrameTick.thumbSide {
            for x in 0..<FrameTick.thumbSide {
                let a = tick.thumb[x, y], b = previous.thumb[x, y]
                let cell = y / 2 * Self.side + x / 2
                found[cell] = max(found[cell], a > b ? a - b : b - a)
            }
        }
        peaks = found
    }

    /// Counts the changed cells; see `moire_cell_count`.
    func counted(_ history: inout moire_cell_history, _ p: StaticParameters) -> moire_cell_counts {
        // The kernel reads the 1024 peaks.
        unsafe moire_cell_count(peaks, p.drawnLevels, &history)
    }
}

extension moire_cell_counts {
    /// What a coder does to a photograph: nothing; or the same small error again and again, as VP8 does in every
    /// frame and others do where B-frames take turns. A sensor's noise never repeats.
    func areCalm(_ p: StaticParameters) -> Bool { strays <= p.calmStrays || others <= p.calmOthers }
}
