import Glibc

/// How a reference's picture lies in a query's, from its places (`LocalEvidence`).
public struct MatchTransform: Sendable, Codable, Equatable {
    /// What was done to the picture, as far as its place tells.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case mirrored
        /// Less than all of the reference's picture is in the query's.
        case cropped
        /// The reference's picture fills only a part of the query's: bars, a window, a screen that was filmed.
        case boxed
        /// By any angle: a quarter to the right is 90 degrees, half a turn 180, a quarter to the left -90.
        case rotated
        /// Turned away from the camera, or squeezed.
        case slanted
        /// Seen from an angle: lines that are parallel in the reference meet.
        case perspective
        /// Its size changes while it plays.
        case zoomed
        /// Light is dark.
        case negative
    }

    /// In the order above.
    public var kinds: [Kind]
    /// Lengths in the query over lengths in the reference, each in units of its picture's longest side.
    public var scale: Double
    /// Degrees, clockwise, above -135 and up to 225, so that a quarter or half turn is near one number.
    public var rotation: Double
    /// The four corners of the reference's picture (upper left, then clockwise, as the reference shows it) in the
    /// query's: shares of its width and height, which may lie outside 0...1.
    public var outline: [[Double]]
    /// Part of the reference's picture that the query shows, shares of its width and height.
    public var crop: Crop
    /// Share of the query's picture that shows the reference's.
    public var queryArea: Double
    /// How far the picture's middle strays from a steady path, root mean square, share of the query's longest side;
    /// nil where fewer than five moments tell. Encoders' own noise reaches 0.005, as a hand's shake does, so it is no
    /// proof of either.
    public var shake: Double?

    public struct Crop: Sendable, Codable, Equatable {
        public var left: Double
        public var top: Double
        public var right: Double
        public var bottom: Double
    }

    enum CodingKeys: String, CodingKey {
        case kinds, scale, rotation = "rotation_degrees", outline, crop, queryArea = "query_area", shake
    }
}

extension MatchTransform {
    /// Angles, shares and sizes from which something is said to have been done; less is within what the place of
    /// features can tell, and within what an encoder's padding does.
    private static let rotationLeast = 1.5
    private static let shareLeast = 0.94
    private static let slantLeast = 0.06
    private static let zoomLeast = 0.08

    /// - Parameter turn: of the reference's picture, which `reference` and the path have turned already.
    init(_ path: LocalEvidence.Path, query: LocalPrint, reference: LocalPrint, turn: PictureTurn = .none) {
        let isMirrored = path.line.mirrored
        let best = path.best.transform
        let view = path.view(query: query, reference: reference)
        outline = Self.outline(view, query: query, reference: reference, turn: turn, isMirrored: isMirrored)
        scale = Self.rounded(Double(best.scale))
        // The turn that is left when squeeze and slant are taken out (polar decomposition of a 2×2 matrix).
        let angle = atan2(Double(best.yx - best.xy), Double(best.xx + best.yy)) * 180 / .pi
        rotation = Self.rotation(angle, turn, isMirrored: isMirrored)
        let shares = Self.shares(view, query: query, reference: reference)
        (crop, queryArea) = (shares.crop.back(turn), shares.queryArea)

        let steady = path.frames.filter { $0.decades >= LocalMatching.current.frameDecades }
        let middles = steady.map { frame -> (time: Double, x: Double, y: Double, scale: Double) in
            let middle = frame.transform(reference.width / 2, reference.height / 2)
            return (
                query.times[frame.query], Double(middle.x), Double(middle.y), log2(Double(frame.transform.scale))
            )
        }
        shake = Self.strayed(middles.map { ($0.time, $0.x, $0.y) }).map { Self.rounded($0) }

        var kinds: [Kind] = []
        if isMirrored { kinds.append(.mirrored) }
        if shares.referenceArea < Self.shareLeast { kinds.append(.cropped) }
        if queryArea < Self.shareLeast { kinds.append(.boxed) }
        if turn.quarters != 0 || abs(angle) >= Self.rotationLeast { kinds.append(.rotated) }
        if Self.slant(best) >= Self.slantLeast { kinds.append(.slanted) }
        if view.isBent { kinds.append(.perspective) }
        if let first = middles.first, let last = middles.last, middles.count >= 4,
            abs(last.scale - first.scale) >= Self.zoomLeast
        {
            kinds.append(.zoomed)
        }
        if turn.isNegative { kinds.append(.negative) }
        self.kinds = kinds
    }

    /// What whole frames tell: all of the picture, turned.
    init(whole turn: PictureTurn, isMirrored: Bool) {
        kinds = []
        if isMirrored { kinds.append(.mirrored) }
        if turn.quarters != 0 { kinds.append(.rotated) }
        if turn.isNegative { kinds.append(.negative) }
        scale = 1
        rotation = Self.rotation(0, turn, isMirrored: isMirrored)
        outline = Self.corners.map { corner in
            let place = turn.turned(corner.u, corner.v)
            return [isMirrored ? 1 - place.u : place.u, place.v]
        }
        crop = Crop(left: 0, top: 0, right: 1, bottom: 1)
        queryArea = 1
    }

    private static let corners: [(u: Double, v: Double)] = [(0, 0), (1, 0), (1, 1), (0, 1)]

    /// Degrees of a picture that was mirrored, if at all, before it was turned.
    private static func rotation(_ angle: Double, _ turn: PictureTurn, isMirrored: Bool) -> Double {
        let sum = 90 * Double(turn.quarters) + angle
        let clockwise = rounded(isMirrored ? -sum : sum)
        return clockwise > 225 ? rounded(clockwise - 360) : clockwise <= -135 ? rounded(clockwise + 360) : clockwise
    }

    static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

    /// The reference's corners in the query as it is shown.
    static func outline(
        _ view: PictureView, query: LocalPrint, reference: LocalPrint, turn: PictureTurn, isMirrored: Bool
    ) -> [[Double]] {
        corners.map { corner in
            let (u, v) = turn.turned(corner.u, corner.v)
            let place = view(Float(u) * reference.width, Float(v) * reference.height)
            return share(of: place, query: query, isMirrored: isMirrored)
        }
    }

    /// A place in the query's units as a share of width and height, out of the mirror.
    static func share(of place: (x: Float, y: Float), query: LocalPrint, isMirrored: Bool) -> [Double] {
        let x = Double(place.x / query.width)
        return [rounded(isMirrored ? 1 - x : x), rounded(Double(place.y / query.height))]
    }

    /// How unlike a turned and scaled picture it is: the ratio of its longest to its shortest stretch, less 1.
    private static func slant(_ t: LocalTransform) -> Double {
        let a = Double(t.xx), b = Double(t.xy), c = Double(t.yx), d = Double(t.yy)
        let sum = ((a + d) * (a + d) + (b - c) * (b - c)).squareRoot()
        let difference = ((a - d) * (a - d) + (b + c) * (b + c)).squareRoot()
        return sum > difference ? (sum + difference) / (sum - difference) - 1 : .infinity
    }

    /// Which part of the reference is in the query, and how much of the query it covers: by a grid of 64×64 places.
    private static func shares(_ view: PictureView, query: LocalPrint, reference: LocalPrint)
        -> (crop: Crop, referenceArea: Double, queryArea: Double)
    {
        let steps = 64
        var seen = 0
        var crop = Crop(left: 1, top: 1, right: 0, bottom: 0)
        for row in 0...steps {
            for column in 0...steps {
                let u = Double(column) / Double(steps), v = Double(row) / Double(steps)
                let place = view(Float(u) * reference.width, Float(v) * reference.height)
                guard place.x >= 0, place.y >= 0, place.x <= query.width, place.y <= query.height else { continue }
                seen += 1
                crop = Crop(
                    left: min(crop.left, u), top: min(crop.top, v), right: max(crop.right, u),
                    bottom: max(crop.bottom, v))
            }
        }
        if crop.right <= crop.left || crop.bottom <= crop.top { crop = Crop(left: 0, top: 0, right: 1, bottom: 1) }
        var inside = 0
        for row in 0..<steps {
            for column in 0..<steps {
                let place = view.undone(
                    (Float(column) + 0.5) / Float(steps) * query.width, (Float(row) + 0.5) / Float(steps) * query.height
                )
                if place.x >= 0, place.y >= 0, place.x <= reference.width, place.y <= reference.height { inside += 1 }
            }
        }
        return (
            Crop(
                left: rounded(crop.left), top: rounded(crop.top), right: rounded(crop.right),
                bottom: rounded(crop.bottom)), Double(seen) / Double((steps + 1) * (steps + 1)),
            rounded(Double(inside) / Double(steps * steps))
        )
    }

    /// Root mean square distance from the straight line through all.
    private static func strayed(_ points: [(time: Double, x: Double, y: Double)]) -> Double? {
        guard points.count >= 5 else { return nil }
        var x = LineFit(), y = LineFit()
        for point in points {
            x.add(point.time, point.x, weight: 1)
            y.add(point.time, point.y, weight: 1)
        }
        guard let (ax, bx) = x.solution, let (ay, by) = y.solution else { return nil }
        let sum = points.reduce(0) { sum, point in
            let dx = point.x - ax * point.time - bx, dy = point.y - ay * point.time - by
            return sum + dx * dx + dy * dy
        }
        return (sum / Double(points.count)).squareRoot()
    }
}

extension MatchTransform.Crop {
    /// Of the picture before it was turned.
    fileprivate func back(_ turn: PictureTurn) -> Self {
        let a = turn.back(left, top), b = turn.back(right, bottom)
        func rounded(_ value: Double) -> Double { MatchTransform.rounded(value) }
        return Self(
            left: rounded(min(a.u, b.u)), top: rounded(min(a.v, b.v)), right: rounded(max(a.u, b.u)),
            bottom: rounded(max(a.v, b.v)))
    }
}
