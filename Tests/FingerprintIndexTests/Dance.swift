@testable import FingerprintIndex
import Fingerprints
import Frames
import Glibc

/// What moves in a picture that otherwise stands still: four soft lights that wander, each by its seed. The same seed is
/// the same take.
struct Dance {
    var seed: UInt64
    /// Luma levels by which each of 4×4 parts of the picture is brighter or darker, at most, anew four times a second: as a
    /// hand makes the picture tremble that films a screen.
    var trembling = 0

    /// Where a light is at a time, share of a side: twice a second somewhere else, and smoothly in between.
    private func place(_ light: UInt64, at time: Double) -> Double {
        let knot = (time * 2).rounded(.down), share = 0.5 - 0.5 * cos(.pi * (time * 2 - knot))
        func at(_ knot: Double) -> Double {
            var dice = Dice(seed &* 1_000_003 &+ light &* 10_007 &+ UInt64(knot + 1000))
            return 0.1 + 0.8 * Double(dice.next() % 1000) / 1000
        }
        return at(knot) + share * (at(knot + 1) - at(knot))
    }

    /// Of `seconds` from `start`, played `speed` times as fast (backwards if negative), as a query sees it after an edit.
    func movement(from start: Double, seconds: Double, speed: Double = 1, edit: PictureEdit = PictureEdit())
        -> MovementFingerprint
    {
        movement(seconds: seconds, edit: edit) { start + speed * $0 }
    }

    /// - Parameter shown: time of the dance that is shown at one of the clip.
    func movement(seconds: Double, edit: PictureEdit = PictureEdit(), shown: (Double) -> Double) -> MovementFingerprint
    {
        let framesPerSecond = 15.0
        var fingerprinter = MovementFingerprinter()
        for frame in 0..<Int(seconds * framesPerSecond) {
            let time = Double(frame) / framesPerSecond
            fingerprinter.add(FrameTick(pts: time, thumb: picture(at: shown(time), edit)))
        }
        return fingerprinter.finish()
    }

    /// Of the same, four whole frames a second.
    func frames(from start: Double, seconds: Double, edit: PictureEdit = PictureEdit()) -> [FrameCode] {
        var hasher = PDQHasher()
        return (0..<Int(4 * seconds)).map { frame in
            let hash = hasher.hash(picture(at: start + 0.25 * Double(frame), edit)).hash
            return FrameCode(ptsMs: UInt32(250 * frame), hash: hash, quality: 90)
        }
    }

    private func picture(at time: Double, _ edit: PictureEdit) -> LumaImage {
        let side = FrameTick.thumbSide
        let shares = (0..<side).map { (Double($0) + 0.5) / Double(side) }
        let across = shares.map { edit.left + (edit.mirrored ? 1 - $0 : $0) * edit.shown }
        let down = shares.map { edit.top + $0 * edit.shown }
        var lumas = [Double](repeating: 60, count: side * side)
        for light in 0..<UInt64(4) {
            let x = place(2 * light, at: time), y = place(2 * light + 1, at: time)
            let columns = across.map { exp(-($0 - x) * ($0 - x) / 0.01) }
            let rows = down.map { exp(-($0 - y) * ($0 - y) / 0.01) }
            for row in 0..<side {
                for column in 0..<side { lumas[row * side + column] += 80 * rows[row] * columns[column] }
            }
        }
        if trembling > 0 {
            var dice = Dice(UInt64((time * 4).rounded(.down) + 1000))
            let parts = (0..<16).map { _ in Double(Int(dice.next() % UInt64(2 * trembling + 1)) - trembling) }
            for pixel in lumas.indices { lumas[pixel] += parts[pixel / side * 4 / side * 4 + pixel % side * 4 / side] }
        }
        var picture = LumaImage(width: side, height: side, filledWith: 0)
        for row in 0..<side where (0...1).contains(down[row]) {
            for column in 0..<side where (0...1).contains(across[column]) {
                picture[column, row] = UInt8(max(0, min(255, lumas[row * side + column])))
            }
        }
        return turned(picture, edit.turn)
    }

    /// By right angles, clockwise, and from light to dark.
    private func turned(_ picture: LumaImage, _ turn: PictureTurn) -> LumaImage {
        var picture = picture
        for _ in 0..<turn.quarters {
            let before = picture
            for row in 0..<before.height {
                for column in 0..<before.width { picture[column, row] = before[row, before.height - 1 - column] }
            }
        }
        if turn.isNegative { picture.pixels = picture.pixels.map { 255 - $0 } }
        return picture
    }
}
