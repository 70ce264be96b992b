import FingerprintIndex
import Frames
import Pictures

/// One pair of whole frames that lie on the line: side by side, and how many bits of their hashes differ.
struct FramePanel {
    let pair: FramePair
    let query: RGBImage?
    let reference: RGBImage?

    /// Pixels.
    static let frameSide = ExplainPicture.frameSide

    /// - Parameter height: of the two pictures; the caption goes below.
    func draw(left x: Int, top: Int, height: Int, _ canvas: inout Canvas) {
        let margin = ExplainPicture.margin, side = Self.frameSide
        let left = Canvas.Rect(x: x + margin, y: top, width: side, height: height)
        let right = Canvas.Rect(x: x + 2 * margin + side, y: top, width: side, height: height)
        for (rect, picture, color, seconds) in [
            (left, query, ExplainPicture.queryColor, pair.query),
            (right, reference, ExplainPicture.referenceColor, pair.reference),
        ] {
            ExplainPicture.place(picture, in: rect, border: color, &canvas)
            canvas.text(
                "\(ExplainPicture.fixed(seconds, 2)) s", x: rect.x, y: top + height + 6, color: color, scale: 2)
        }
        let note = x + 3 * margin + 2 * side + 8
        canvas.text("\(pair.distance) of 256", x: note, y: top + height / 2 - 36, color: ExplainPicture.ink, scale: 3)
        canvas.text("bits differ", x: note, y: top + height / 2 - 4, color: ExplainPicture.ink, scale: 2)
        canvas.text("unrelated frames: about 128", x: note, y: top + height / 2 + 20, color: ExplainPicture.faint)
    }
}
