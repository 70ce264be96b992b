/// How a decoded picture is turned for display: one of the eight ways to put a rectangle down.
///
/// The point (x, y) of the decoded picture, y downwards, goes to (a·x + c·y, b·x + d·y) and then back
/// into the positive quadrant; of each pair (a, c) and (b, d) one is zero and the other is ±1.
struct Orientation: Equatable {
    let a, b, c, d: Int

    static let upright = Orientation(a: 1, b: 0, c: 0, d: 1)

    private init(a: Int, b: Int, c: Int, d: Int) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// From a display matrix as ISO/IEC 14496-12 §6.2.2 stores it: nine numbers a b u, c d v, x y w.
    ///
    /// Only the turn is taken, and only when the matrix is within 10 % of a multiple of 90° with equal
    /// scales; anything else (shear, odd angles, extreme numbers written by broken muxers) leaves the
    /// picture upright, as most players do.
    init(displayMatrix m: [Int32]) {
        self = Self.turn(of: m) ?? .upright
    }

    private static func turn(of m: [Int32]) -> Orientation? {
        guard m.count >= 5 else { return nil }
        let values = [m[0], m[1], m[3], m[4]].map(Double.init)
        let largest = values.map(\.magnitude).max() ?? 0
        // 16.16 fixed point: a scale from 1/100 to 100 times.
        guard largest >= 655, largest <= 6_553_600 else { return nil }
        let unit = values.map { $0 / largest }
        let signs = unit.map { $0 > 0.9 ? 1 : $0 < -0.9 ? -1 : 0 }
        guard zip(unit, signs).allSatisfy({ ($0 - Double($1)).magnitude <= 0.1 }) else { return nil }
        let found = Orientation(a: signs[0], b: signs[1], c: signs[2], d: signs[3])
        return abs(found.a * found.d - found.b * found.c) == 1 ? found : nil
    }

    var swapsSides: Bool { a == 0 }
    /// The picture is mirrored left to right before it is turned by `rotation`.
    var isMirrored: Bool { a * d - b * c < 0 }
    /// Degrees clockwise.
    var rotation: Int {
        // Where a mirrored or plain picture's x axis ends up: right, down, left or up.
        let flip = isMirrored ? -1 : 1
        return switch (a * flip, b * flip) {
        case (0, 1): 90
        case (-1, 0): 180
        case (0, -1): 270
        default: 0
        }
    }

    /// Size of the turned picture.
    func size(width: Int, height: Int) -> (width: Int, height: Int) {
        swapsSides ? (height, width) : (width, height)
    }
}
