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

    /// Changed cells that are neither drawn over nor beside what is: the picture's own.
    ///
    /// - Parameter drawn: cells that changed strongly of late; receives this frame's.
    func strays(drawn: inout DrawnCells, strong: UInt8) -> Int {
        let side = Self.side
        for cell in peaks.indices { drawn.decay(cell, renewed: peaks[cell] > strong) }
        var count = 0
        for cell in peaks.indices where peaks[cell] > 0 && !drawn.isNear(cell % side, cell / side) { count += 1 }
        return count
    }
}

/// Cells that changed strongly within the last few frames.
struct DrawnCells: Sendable {
    /// Frames for which a cell stays drawn: a coder cleans up behind what moved for about as long.
    static let memory: UInt8 = 8
    private var left = [UInt8](repeating: 0, count: CellChanges.count)

    mutating func decay(_ cell: Int, renewed: Bool) {
        if renewed { left[cell] = Self.memory } else if left[cell] > 0 { left[cell] -= 1 }
    }

    func isNear(_ x: Int, _ y: Int) -> Bool {
        let side = CellChanges.side
        for v in max(0, y - 1)...min(side - 1, y + 1) {
            for u in max(0, x - 1)...min(side - 1, x + 1) where left[v * side + u] > 0 { return true }
        }
        return false
    }
}
