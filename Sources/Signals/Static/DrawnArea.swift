/// Where things were drawn over a hold, and how much at a time.
///
/// A screen in use is one picture with something tiny on it, as a photograph with a sticker is; what tells them apart is
/// that a pointer wanders and that what is typed goes on to the next line, while what is drawn for viewers is larger
/// or stays in its place.
struct DrawnArea: Sendable {
    private var frames = 0
    /// Frames with something drawn, and with something tiny.
    private var drawnFrames = 0
    private var activeFrames = 0
    private var lastActive = 0
    private var cells = 0
    /// A bit for each column, of each row.
    private var rows = [UInt32](repeating: 0, count: CellChanges.side)

    /// - Parameter drawn: cells of the frame that changed by more than `drawnLevels`.
    mutating func add(_ changes: CellChanges, drawn: Int, _ p: StaticParameters) {
        let levels = p.drawnLevels, mostAtOnce = 2 * Int(p.pointerCells)
        frames += 1
        // A cut or a key frame is nothing drawn, and a caption is no pointer.
        guard drawn > 0, drawn < CellChanges.count / 4 else { return }
        drawnFrames += 1
        guard drawn <= mostAtOnce else { return }
        activeFrames += 1
        lastActive = frames
        cells += drawn
        for cell in changes.peaks.indices where changes.peaks[cell] > levels {
            rows[cell / CellChanges.side] |= 1 << UInt32(cell % CellChanges.side)
        }
    }

    /// Something is drawn over the picture now and then.
    var isDrawnOver: Bool { drawnFrames >= 4 && 20 * drawnFrames >= frames }

    func isScreenInUse(_ p: StaticParameters) -> Bool {
        // What stops soon after the picture has stopped is the coder's.
        guard activeFrames >= p.workFrames, Double(activeFrames) >= p.workShare * Double(frames),
            4 * lastActive >= 3 * frames
        else { return false }
        let used = rows.indices.filter { rows[$0] != 0 }
        let columns = rows.reduce(0, |)
        let touched = rows.reduce(0) { $0 + $1.nonzeroBitCount }
        guard let top = used.first, let bottom = used.last, touched >= p.workCells else { return false }
        let height = bottom - top + 1
        let width = CellChanges.side - columns.leadingZeroBitCount - columns.trailingZeroBitCount
        let atOnce = Double(cells) / Double(activeFrames)
        let wanders =
            atOnce <= p.pointerCells && min(width, height) >= p.pointerBoxLeast
            && max(width, height) >= p.pointerBoxMost
        let types = atOnce <= p.typingCells && width >= p.pointerBoxMost && used.count >= p.typingRows
        return wanders || types
    }
}
