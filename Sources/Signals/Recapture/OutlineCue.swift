internal import Frames

/// A bright quadrilateral in a dark surround whose edges are straight, not level, and move a little:
/// a screen filmed from a hand.
///
/// Each side is scanned inwards along 48 lines to the first step out of the dark; a line is fitted
/// through the crossings by the median of slopes (Theil and Sen). Bars put on by an editor are
/// level, an editor's rotation is still.
struct OutlineCue: Sendable {
    /// What was seen in a window of time.
    struct Sight: Sendable {
        var looks = 0
        /// Looks at which two sides or more were tilted edges.
        var tilted = 0
        /// Pixels by which sides moved from look to look.
        var moves: [Double] = []
        /// The outline's corners at the look with the most sides, clockwise from the top left, as shares of the
        /// picture's width and height.
        var corners: [Double]?
        fileprivate var sides = 0

        /// 0...1: the share of looks with an outline, as far as it moves.
        func strength(_ p: RecaptureParameters) -> Double {
            // The upper quarter: a hand moves some sides more than others.
            guard looks > 0, let move = quantile(moves, 0.75) else { return 0 }
            return Double(tilted) / Double(looks) * min(1, move / p.jitterPixels)
        }
    }

    private typealias Edge = (offset: Double, slope: Double)

    private let parameters: RecaptureParameters
    /// Offsets of the four sides at the last look.
    private var offsets: [Double?] = [nil, nil, nil, nil]
    private var sight = Sight()

    init(_ parameters: RecaptureParameters) { self.parameters = parameters }

    /// What was seen since the last call.
    mutating func takeSight() -> Sight {
        defer { sight = Sight() }
        return sight
    }

    mutating func add(_ luma: LumaImage) {
        guard luma.width >= 64, luma.height >= 64 else { return }
        sight.looks += 1
        let edges = (0..<4).map { edge(of: luma, side: $0) }
        for (side, edge) in edges.enumerated() {
            if let edge, let before = offsets[side] { sight.moves.append(abs(edge.offset - before)) }
            offsets[side] = edge?.offset
        }
        let range = parameters.slopeMin...parameters.slopeMax
        let sides = edges.count { edge in edge.map { range.contains(abs($0.slope)) } ?? false }
        guard sides >= 2 else { return }
        sight.tilted += 1
        if sides > sight.sides {
            sight.sides = sides
            sight.corners = corners(edges, width: Double(luma.width), height: Double(luma.height))
        }
    }

    /// Where the sides meet; a side that was not found is the picture's own.
    private func corners(_ edges: [Edge?], width: Double, height: Double) -> [Double] {
        // Left and right are x = a + b (y - height / 2), top and bottom y = a + b (x - width / 2).
        func line(_ side: Int) -> Edge {
            let far = side == 1 ? width : side == 3 ? height : 0
            guard let edge = edges[side] else { return (far, 0) }
            return far > 0 ? (far - edge.offset, -edge.slope) : edge
        }
        return [(0, 2), (1, 2), (1, 3), (0, 3)].flatMap { upright, level in
            let (u, l) = (line(upright), line(level))
            let x =
                (u.offset + u.slope * (l.offset - height / 2 - l.slope * width / 2)) / (1 - u.slope * l.slope)
            let y = l.offset + l.slope * (x - width / 2)
            return [x / width, y / height].map { $0.rounded(places: 3) }
        }
    }

    /// The fitted edge of one side (left, right, top, bottom): its distance from the frame's edge at the
    /// middle, and its slope.
    private func edge(of luma: LumaImage, side: Int) -> Edge? {
        let view = luma.pixels.span
        let across = side < 2
        let length = across ? luma.height : luma.width
        let depth = (across ? luma.width : luma.height) * 2 / 5
        let width = luma.width
        func pixel(_ line: Int, _ step: Int) -> Int {
            let x = across ? (side == 0 ? step : luma.width - 1 - step) : line
            let y = across ? line : (side == 2 ? step : luma.height - 1 - step)
            return Int(view[y &* width &+ x])
        }
        var crossings: [(at: Double, depth: Double)] = []
        // The outer tenths are left to the corners.
        for index in 0..<48 {
            let line = length / 10 + index * (length * 8 / 10) / 48
            var surround = pixel(line, 0)
            guard surround <= parameters.surroundLevel else { continue }
            var step = 1
            while step < depth {
                let value = pixel(line, step)
                if value > surround + parameters.outlineStep { break }
                surround = min(surround, max(value, surround - 1))
                step += 1
            }
            if step >= 3, step < depth { crossings.append((Double(line), Double(step))) }
        }
        guard Double(crossings.count) >= parameters.edgeShare * 48 else { return nil }
        var slopes: [Double] = []
        for first in crossings.indices {
            for second in stride(from: first + 4, to: crossings.count, by: 4) {
                slopes.append(
                    (crossings[second].depth - crossings[first].depth)
                        / (crossings[second].at - crossings[first].at))
            }
        }
        guard let slope = quantile(slopes, 0.5) else { return nil }
        let middle = Double(length) / 2
        guard let offset = quantile(crossings.map { $0.depth - slope * ($0.at - middle) }, 0.5) else { return nil }
        let near = crossings.filter { abs($0.depth - slope * ($0.at - middle) - offset) <= parameters.edgeTolerance }
        guard Double(near.count) >= parameters.edgeShare * 48 else { return nil }
        return (offset, slope)
    }
}
