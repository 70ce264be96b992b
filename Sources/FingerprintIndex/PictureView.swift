/// How a reference's picture lies in the query's at one moment: an affine map, or one seen from an angle.
struct PictureView: Sendable {
    private let affine: LocalTransform
    private let bent: Homography?
    /// Of the picture that `bent` is of, into this one's.
    private let moved: LocalTransform?

    /// Of the path's best frame.
    init(_ path: LocalEvidence.Path, query: LocalPrint, reference: LocalPrint) {
        affine = path.best.transform
        bent = path.perspective(query: query, reference: reference)
        moved = nil
    }

    /// Of another frame of the same path, whose picture lies as `frame` has it.
    init(_ best: PictureView, movedTo frame: LocalTransform) {
        bent = best.bent
        moved = best.affine.inverse.map { frame.after($0) }
        affine = frame
    }

    var isBent: Bool { bent != nil }

    /// Where a place of the reference lies in the query, units of the longest sides.
    func callAsFunction(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
        guard let bent else { return affine(x, y) }
        let place = bent(Double(x), Double(y))
        return moved.map { $0(Float(place.x), Float(place.y)) } ?? (Float(place.x), Float(place.y))
    }

    /// Which place of the reference lies at one of the query.
    func undone(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
        guard let bent else { return affine.inverse.map { $0(x, y) } ?? (.infinity, .infinity) }
        let place = moved?.inverse.map { $0(x, y) } ?? (x: x, y: y)
        let shown = bent.undone(Double(place.x), Double(place.y))
        return (Float(shown.x), Float(shown.y))
    }
}

extension LocalEvidence.Path {
    func view(query: LocalPrint, reference: LocalPrint) -> PictureView {
        knownView ?? PictureView(self, query: query, reference: reference)
    }
}

extension LocalTransform {
    /// Nil where everything falls onto a line.
    var inverse: LocalTransform? {
        guard abs(determinant) > 1e-9 else { return nil }
        let (a, b, c, d) = (yy / determinant, -xy / determinant, -yx / determinant, xx / determinant)
        return LocalTransform(xx: a, xy: b, yx: c, yy: d, x: -(a * x + b * y), y: -(c * x + d * y))
    }

    /// First the other, then this.
    func after(_ other: LocalTransform) -> LocalTransform {
        let origin = self(other.x, other.y)
        return LocalTransform(
            xx: xx * other.xx + xy * other.yx, xy: xx * other.xy + xy * other.yy, yx: yx * other.xx + yy * other.yx,
            yy: yx * other.xy + yy * other.yy, x: origin.x, y: origin.y)
    }
}
