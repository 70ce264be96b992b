internal import Frames

/// A bright quadrilateral in a dark surround whose edges are straight, not level, and move a little:
/// a screen filmed from a hand.
///
/// Each side is scanned inwards along 48 lines to the first step out of the dark; a line is fitted
/// through the crossings by the median of slopes (Theil and Sen). Bars put on by an editor are
/// level, an editor's rotation is still.
struct OutlineCue: Sendable {
    private let parameters: RecaptureParameters
    private var looks = 0
    /// Looks at which two sides or more were tilted edges.
    private var tilted = 0
    /// Offsets of the four sides at the last look, and the moves between looks.
    private var offsets: [Double?] = [nil, nil, nil, nil]
    private var moves: [Double] = []

    init(_ parameters: RecaptureParameters) { self.parameters = parameters }

    mutating func add(_ luma: LumaImage) {
        guard luma.width >= 64, luma.height >= 64 else { return }
        looks += 1
        var sides = 0
        for side in 0..<4 {
            let edge = edge(of: luma, side: side)
            if let edge, let before = offsets[side] { moves.append(abs(edge.offset - before)) }
            offsets[side] = edge?.offset
            if let edge, (parameters.slopeMin...parameters.slopeMax).contains(abs(edge.slope)) { sides += 1 }
        }
        if sides >= 2 { tilted += 1 }
    }

    /// 0...1: the share of looks with an outline, as far as it moves.
    var strength: Double {
        // The upper quarter: a hand moves some sides more than others.
        guard looks > 0, let move = quantile(moves, 0.75) else { return 0 }
        return Double(tilted) / Double(looks) * min(1, move / parameters.jitterPixels)
    }

    /// The fitted edge of one side (left, right, top, bottom): its distance from the frame's edge at the
    /// middle, and its slope.
    private func edge(of luma: LumaImage, side: Int) -> (offset: Double, slope: Double)? {
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
