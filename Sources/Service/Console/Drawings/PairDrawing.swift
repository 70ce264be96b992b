internal import FingerprintIndex
internal import Foundation
internal import Report

/// Two frames that lie on the line, side by side: what both show outlined in each, the rest darkened, and places that
/// agree joined (as `PlacePanel` draws it, here over pictures that the browser scales).
struct PairDrawing {
    /// Width over height of the two pictures.
    let queryAspect: Double
    let referenceAspect: Double

    /// Units of the drawing.
    private static let height = 300.0
    private static let gap = 36.0

    private var queryWidth: Double { Self.height * min(max(queryAspect, 0.2), 5) }
    private var referenceWidth: Double { Self.height * min(max(referenceAspect, 0.2), 5) }
    private var width: Double { queryWidth + Self.gap + referenceWidth }

    /// - Parameters:
    ///   - outline: the reference's corners in the query; empty where whole frames are alike.
    ///   - points: places that agree, as `PlacePair.points`.
    func svg(
        query: String, reference: String, outline: [[Double]], points: [[Double]], label: String
    ) -> HTML {
        var marks: HTML = ""
        if let outline = PictureOutline(outline) {
            marks += common(outline.inQuery, left: 0, width: queryWidth)
            marks += common(outline.inReference, left: queryWidth + Self.gap, width: referenceWidth)
        }
        for (index, point) in PlacePanel.chosen(points).enumerated() {
            let (x1, y1) = spot(point[0], point[1], 0, queryWidth)
            let (x2, y2) = spot(point[2], point[3], queryWidth + Self.gap, referenceWidth)
            // By turns, so that neighbours differ.
            marks += """
                <path class="link k\(index % 4)" d="M\(x1) \(y1)L\(x2) \(y2)"/>\
                <path class="dot under" d="M\(x1) \(y1)h0M\(x2) \(y2)h0"/><path class="dot k\(index % 4)" d="M\(x1) \(y1)h0M\(x2) \(y2)h0"/>
                """
        }
        let side = fixed(queryWidth + Self.gap)
        return """
            <svg class="pairsvg" viewBox="0 0 \(fixed(width)) \(fixed(Self.height))" role="img" aria-label="\(label)">\
            <rect class="track" width="\(fixed(queryWidth))" height="300"/><rect class="track" x="\(side)" width="\(fixed(referenceWidth))" height="300"/>\
            <image class="ev" href="\(query)" width="\(fixed(queryWidth))" height="300" preserveAspectRatio="none"/>\
            <image class="ev" href="\(reference)" x="\(side)" width="\(fixed(referenceWidth))" height="300" preserveAspectRatio="none"/>\
            <g class="marks">\(marks)</g></svg>
            """
    }

    /// The common part outlined, everything else of the picture under a veil.
    private func common(_ polygon: [PictureOutline.Point], left: Double, width: Double) -> HTML {
        guard polygon.count >= 3 else { return "" }
        var path = ""
        for (index, point) in polygon.enumerated() {
            let (x, y) = spot(point.x, point.y, left, width)
            path += "\(index == 0 ? "M" : "L")\(x) \(y)"
        }
        path += "Z"
        let whole = "M\(fixed(left)) 0h\(fixed(width))v300h\(fixed(-width))Z"
        return """
            <path class="veil" fill-rule="evenodd" d="\(whole)\(path)"/><path class="outline under" d="\(path)"/>\
            <path class="outline" d="\(path)"/>
            """
    }

    private func spot(_ x: Double, _ y: Double, _ left: Double, _ width: Double) -> (String, String) {
        (fixed(left + min(max(x, 0), 1) * width), fixed(min(max(y, 0), 1) * Self.height))
    }

    /// Digits that a browser reads: `Numbers` writes a minus that it does not.
    private func fixed(_ value: Double) -> String { Numbers.fixed(value, 1).replacing("−", with: "-") }
}
