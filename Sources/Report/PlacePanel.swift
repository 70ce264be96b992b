import FingerprintIndex
import Frames
import Pictures

/// One pair of frames whose places agree: side by side, what both show outlined in each and the rest darkened,
/// and places that agree joined.
package struct PlacePanel {
    let pair: PlacePair
    let query: RGBImage?
    let reference: RGBImage?
    /// Whether it is of a match; the outline of a miss is broken.
    let isHit: Bool

    // Pixels.
    static let frameSide = 314
    /// Between the frames: wide enough to follow a line through.
    static let gap = 48
    static let width = 2 * (frameSide + ExplainPicture.margin) + gap
    /// Above all pairs.
    static func heading(isHit: Bool) -> String {
        "picture: outlined is what both \(isHit ? "show" : "would show if this were a match"), and places that agree "
            + "are joined"
    }
    static let headingHeight = 28
    /// More lines than this are a tangle.
    static let linksMax = 25

    /// Of a joined place and its line: by turns, so that neighbours differ, also in lightness (Okabe and Ito, Color
    /// Universal Design, 2008: white, yellow, sky blue, vermilion).
    static let linkColors: [Canvas.Color] = [
        .init(255, 255, 255), .init(240, 228, 66), .init(86, 180, 233), .init(226, 112, 34),
    ]
    /// Share of a line's colour between the frames, and over them.
    static let linkShare = 0.85
    static let linkShareInside = 0.45
    static let outline = Canvas.Color(252, 240, 120)
    /// Share of black over what the two do not have in common.
    static let dimShare = 0.55

    /// Places that are joined: the first, and then always the one farthest from all before it.
    package static func chosen(_ points: [[Double]]) -> [[Double]] {
        var rest = points.filter { $0.count == 4 && $0.allSatisfy(\.isFinite) }
        var chosen: [[Double]] = []
        var distances = [Double](repeating: .infinity, count: rest.count)
        while chosen.count < linksMax, let farthest = distances.indices.max(by: { distances[$0] < distances[$1] }) {
            // Two features of one place look like one.
            guard distances[farthest] > 1e-4 else { break }
            let point = rest.remove(at: farthest)
            distances.remove(at: farthest)
            chosen.append(point)
            for (index, other) in rest.enumerated() {
                let (dx, dy) = (other[2] - point[2], other[3] - point[3])
                distances[index] = min(distances[index], dx * dx + dy * dy)
            }
        }
        // From the top down, so that lines which run side by side differ in colour.
        return chosen.sorted { ($0[1], $0[0]) < ($1[1], $1[0]) }
    }

    /// - Parameter height: of the two pictures; the caption goes below.
    func draw(left x: Int, top: Int, height: Int, _ canvas: inout Canvas) {
        let side = Self.frameSide
        let left = Canvas.Rect(x: x + ExplainPicture.margin, y: top, width: side, height: height)
        let right = Canvas.Rect(x: left.x + side + Self.gap, y: top, width: side, height: height)
        let there = ExplainPicture.place(query, in: left, border: ExplainPicture.queryColor, &canvas)
        let here = ExplainPicture.place(reference, in: right, border: ExplainPicture.referenceColor, &canvas)
        if let outline = PictureOutline(pair.outline) {
            if query != nil { common(outline.inQuery, in: there, &canvas) }
            if reference != nil { common(outline.inReference, in: here, &canvas) }
        }
        let links = Self.chosen(pair.points).map { point in
            (from: Self.spot(point[0], point[1], in: there), to: Self.spot(point[2], point[3], in: here))
        }
        for (index, link) in links.enumerated() { line(link.from, link.to, index, there, here, &canvas) }
        for (index, link) in links.enumerated() {
            for spot in [link.from, link.to] {
                canvas.dot(at: spot, radius: 3.5, with: .black)
                canvas.dot(at: spot, radius: 2.5, with: Self.linkColors[index % Self.linkColors.count])
            }
        }
        caption(left, right, top: top + height + 6, &canvas)
    }

    /// A share of a picture's width and height, on the canvas.
    static func spot(_ x: Double, _ y: Double, in rect: Canvas.Rect) -> Canvas.Spot {
        (Double(rect.x) + x * Double(rect.width), Double(rect.y) + y * Double(rect.height))
    }

    private func common(_ polygon: [PictureOutline.Point], in rect: Canvas.Rect, _ canvas: inout Canvas) {
        let spots = polygon.map { Self.spot($0.x, $0.y, in: rect) }
        canvas.dim(rect, outside: spots, share: Self.dimShare)
        // Dark beside light, so that it is seen on any picture.
        for (width, color) in [(5.0, Canvas.Color.black), (2.0, isHit ? Self.outline : ExplainPicture.missColor)] {
            for (a, b) in zip(spots, spots.dropFirst() + spots.prefix(1)) {
                if isHit {
                    canvas.stroke(from: a, to: b, width: width, with: color, inside: rect)
                } else {
                    canvas.dashes(from: a, to: b, width: width, with: color, inside: rect)
                }
            }
        }
    }

    private func line(
        _ from: Canvas.Spot, _ to: Canvas.Spot, _ index: Int, _ query: Canvas.Rect, _ reference: Canvas.Rect,
        _ canvas: inout Canvas
    ) {
        let color = Self.linkColors[index % Self.linkColors.count]
        let edge = query.x + query.width
        let between = Canvas.Rect(x: edge, y: 0, width: reference.x - edge, height: canvas.height)
        canvas.stroke(from: from, to: to, width: 1, with: color, share: Self.linkShareInside, inside: query)
        canvas.stroke(from: from, to: to, width: 1, with: color, share: Self.linkShare, inside: between)
        canvas.stroke(from: from, to: to, width: 1, with: color, share: Self.linkShareInside, inside: reference)
    }

    private func caption(_ left: Canvas.Rect, _ right: Canvas.Rect, top: Int, _ canvas: inout Canvas) {
        let times = [pair.query, pair.reference].map { "\(ExplainPicture.fixed($0, 2)) s" }
        canvas.text(times[0], x: left.x, y: top, color: ExplainPicture.queryColor, scale: 2)
        canvas.text(
            times[1], x: right.x + right.width - Canvas.size(of: times[1], scale: 2).width, y: top,
            color: ExplainPicture.referenceColor, scale: 2)
        let places = pair.points.count == 1 ? "one place agrees" : "\(pair.points.count) places agree"
        let note = places + ": \(ExplainPicture.fixed(pair.decades, 1)) decades"
        let middle = (left.x + right.x + right.width) / 2
        canvas.text(
            note, x: middle - Canvas.size(of: note, scale: 2).width / 2, y: top, color: ExplainPicture.ink, scale: 2)
    }
}
