/// Where a reference's place lies in a query's picture: an affine map, both in units of their longest side.
struct LocalTransform: Sendable, Equatable {
    var xx: Float, xy: Float, yx: Float, yy: Float
    var x: Float, y: Float

    static func similarity(scale: Float, from: (x: Float, y: Float), to: (x: Float, y: Float)) -> LocalTransform {
        LocalTransform(xx: scale, xy: 0, yx: 0, yy: scale, x: to.x - scale * from.x, y: to.y - scale * from.y)
    }

    @inline(__always) func callAsFunction(_ px: Float, _ py: Float) -> (x: Float, y: Float) {
        (xx * px + xy * py + x, yx * px + yy * py + y)
    }

    var determinant: Float { xx * yy - xy * yx }
    /// Of lengths.
    var scale: Float { max(1e-6, abs(determinant)).squareRoot() }

    /// Not turned over, not stretched beyond any screen's slant.
    var isPlausible: Bool {
        guard determinant > 0.0025, determinant < 64 else { return false }
        let a = (xx * xx + yx * yx).squareRoot(), b = (xy * xy + yy * yy).squareRoot()
        return a < 2.5 * b && b < 2.5 * a && xx > 0 && yy > 0
    }
}

/// A least-squares affine map that leans on an expected one.
struct LocalFit {
    private var n: Float = 0
    private var sx: Float = 0, sy: Float = 0, sxx: Float = 0, sxy: Float = 0, syy: Float = 0
    private var tx: Float = 0, ty: Float = 0, xtx: Float = 0, ytx: Float = 0, xty: Float = 0, yty: Float = 0

    mutating func add(_ from: (x: Float, y: Float), _ to: (x: Float, y: Float), weight w: Float) {
        n += w
        sx += w * from.x
        sy += w * from.y
        sxx += w * from.x * from.x
        sxy += w * from.x * from.y
        syy += w * from.y * from.y
        tx += w * to.x
        ty += w * to.y
        xtx += w * from.x * to.x
        ytx += w * from.y * to.x
        xty += w * from.x * to.y
        yty += w * from.y * to.y
    }

    /// Makes all so far count less.
    mutating func fade(_ share: Float) {
        n *= share
        sx *= share
        sy *= share
        sxx *= share
        sxy *= share
        syy *= share
        tx *= share
        ty *= share
        xtx *= share
        ytx *= share
        xty *= share
        yty *= share
    }

    /// - Parameter pull: how much the expected shape weighs, in units of squared spread.
    func solved(expecting prior: LocalTransform, pull: Float) -> LocalTransform {
        guard n > 0 else { return prior }
        let mx = sx / n, my = sy / n, ux = tx / n, uy = ty / n
        let a = sxx - n * mx * mx + pull, b = sxy - n * mx * my, c = syy - n * my * my + pull
        let determinant = a * c - b * b
        guard determinant > 1e-12 else { return prior }
        let rx = xtx - n * mx * ux + pull * prior.xx, ry = ytx - n * my * ux + pull * prior.xy
        let qx = xty - n * mx * uy + pull * prior.yx, qy = yty - n * my * uy + pull * prior.yy
        var fit = prior
        fit.xx = (rx * c - ry * b) / determinant
        fit.xy = (ry * a - rx * b) / determinant
        fit.yx = (qx * c - qy * b) / determinant
        fit.yy = (qy * a - qx * b) / determinant
        fit.x = ux - fit.xx * mx - fit.xy * my
        fit.y = uy - fit.yx * mx - fit.yy * my
        return fit
    }
}
