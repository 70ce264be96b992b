internal import CKernels
internal import Frames

/// Where things are in a picture: told to people and rules, never part of the score.
struct Layout: Sendable {
    /// Distance of the middle of all detail from the middle of the picture, of half a diagonal.
    var offCentre: Double
    /// Correlation of the picture with its mirror image, -1...1.
    var symmetry: Double
    /// Share of blocks of 8x8 at half size that are full of hard edges, as captions, stickers and small print are.
    var hardEdged: Double
    /// Share of the picture beside it that is smooth and set off by a straight line on both sides: a blurred copy
    /// that fills a frame of another shape.
    var padding: Double

    /// Levels of a step that counts as hard, and how many of a block's 64 pixels have one.
    private static let hardStep = 48, hardPixels = 10

    /// Nil for pictures too small to have a layout.
    init?(_ luma: LumaImage, _ area: Area) {
        guard area.width >= 64, area.height >= 64 else { return nil }
        let half = luma.halved(area)
        let width = half.width, height = half.height
        // Sums of the differences to the right and down, by column and by row.
        var acrossByColumn = [UInt32](repeating: 0, count: width), downByColumn = acrossByColumn
        var acrossByRow = [UInt32](repeating: 0, count: height), downByRow = acrossByRow
        var hard = [UInt8](repeating: 0, count: (width / 8) * (height / 8))
        unsafe moire_layout_steps(
            half.pixels, width, height, Int32(Self.hardStep), &acrossByColumn, &downByColumn, &acrossByRow, &downByRow,
            &hard)
        hardEdged = Double(hard.count { Int($0) >= Self.hardPixels }) / Double(max(1, hard.count))
        let columns = zip(acrossByColumn, downByColumn).map { Double($0 + $1) }
        let rows = zip(acrossByRow, downByRow).map { Double($0 + $1) }
        let x = 2 * Self.centre(columns) - 1, y = 2 * Self.centre(rows) - 1
        offCentre = ((x * x + y * y) / 2).squareRoot()
        symmetry = Self.symmetry(half)
        padding = max(
            Self.padding(edges: acrossByColumn, detail: downByColumn),
            Self.padding(edges: downByRow, detail: acrossByRow))
    }

    /// 0...1 along the line.
    private static func centre(_ weights: [Double]) -> Double {
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return 0.5 }
        return weights.indices.reduce(0) { $0 + (Double($1) + 0.5) * weights[$1] } / sum / Double(weights.count)
    }

    private static func symmetry(_ image: LumaImage) -> Double {
        let pixels = image.pixels.span
        var sum = 0, squares = 0, products = 0, count = 0
        // Every fourth line is enough.
        for y in stride(from: 0, to: image.height, by: 4) {
            for x in 0..<image.width {
                let here = Int(pixels[y &* image.width &+ x])
                sum &+= here
                squares &+= here &* here
                products &+= here &* Int(pixels[y &* image.width &+ image.width &- 1 &- x])
            }
            count += image.width
        }
        let mean = Double(sum) / Double(count), variance = Double(squares) / Double(count) - mean * mean
        return variance < 1 ? 1 : ((Double(products) / Double(count) - mean * mean) / variance).clamped(-1, 1)
    }

    /// Looks for a line on either side, as far from the edge as the other, outside of which there is hardly detail.
    private static func padding(edges: [UInt32], detail: [UInt32]) -> Double {
        let count = edges.count
        let middle = Int(edges.sorted()[count / 2])
        func line(_ range: Range<Int>) -> Int? {
            guard let best = range.max(by: { edges[$0] < edges[$1] }), Int(edges[best]) > 4 * middle + 4 * count / 8
            else {
                return nil
            }
            return best
        }
        guard let left = line(count / 12..<count * 9 / 20),
            let right = line(count - count * 9 / 20..<count - count / 12), abs(left + right - (count - 2)) <= 3
        else { return 0 }
        func mean(_ range: Range<Int>) -> Double {
            detail[range].reduce(0.0) { $0 + Double($1) } / Double(max(1, range.count))
        }
        let outside = (mean(0..<left - 1) + mean(right + 3..<count - 1)) / 2
        return outside < 0.35 * mean(left + 2..<right - 1) ? Double(count - (right - left)) / Double(count) : 0
    }
}

extension Layout {
    /// Medians; nil without a layout.
    init?(pooling all: [Layout]) {
        func median(_ path: KeyPath<Layout, Double>) -> Double? { quantile(all.map { $0[keyPath: path] }, 0.5) }
        guard let offCentre = median(\.offCentre), let symmetry = median(\.symmetry),
            let hardEdged = median(\.hardEdged), let padding = median(\.padding)
        else { return nil }
        self.offCentre = offCentre
        self.symmetry = symmetry
        self.hardEdged = hardEdged
        self.padding = padding
    }
}
