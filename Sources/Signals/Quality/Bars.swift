internal import Frames

extension PictureMeasures {
    /// What lies inside bars of one colour along the edges: black letterboxes and plain borders.
    ///
    /// A row belongs to a bar when its pixels differ little among themselves and from the outermost row's mean, and a
    /// bar ends in a line: the picture begins over at least half of its length. Night, a white wall and burnt-out sky
    /// end where something stands before them. A frame that is one colour altogether has no bars.
    static func insideBars(_ luma: LumaImage, _ p: QualityParameters) -> Area {
        let width = luma.width, height = luma.height
        let rowMost = Int(Double(height) * p.barShare), columnMost = Int(Double(width) * p.barShare)
        let top = count(rowMost) { luma.row($0) }, bottom = count(rowMost) { luma.row(height - 1 - $0) }
        let rows = top + bottom >= 2 * rowMost ? (0, 0) : (top, bottom)
        let inside = rows.0..<(height - rows.1)
        let left = count(columnMost) { luma.column($0, rows: inside) }
        let right = count(columnMost) { luma.column(width - 1 - $0, rows: inside) }
        let columns = left + right >= 2 * columnMost ? (0, 0) : (left, right)
        return Area(
            left: columns.0, top: rows.0, width: width - columns.0 - columns.1, height: height - rows.0 - rows.1)

        func count(_ most: Int, _ line: (Int) -> PixelLine) -> Int {
            var lines = 0
            var colour: Int?
            while lines < most {
                let (mean, range) = line(lines).levels
                guard range <= p.barRange, abs(mean - (colour ?? mean)) <= p.barRange / 2 else { break }
                colour = colour ?? mean
                lines += 1
            }
            // The scaler mixes a bar's last line with the picture; one line alone is an edge artefact.
            guard let colour, lines >= 2,
                line(lines + 1).share(apartFrom: colour, by: p.barRange / 2) >= p.barEndShare
            else { return 0 }
            return lines
        }
    }
}

/// A row or a column of a plane.
struct PixelLine {
    fileprivate let image: LumaImage
    fileprivate let first: Int
    fileprivate let step: Int
    fileprivate let count: Int

    /// Mean, and the distance from the darkest to the brightest.
    var levels: (mean: Int, range: Int) {
        let view = image.pixels.span
        var low = 255, high = 0, sum = 0
        for place in 0..<count {
            let value = Int(view[first &+ place &* step])
            low = min(low, value)
            high = max(high, value)
            sum &+= value
        }
        return (sum / max(1, count), high - low)
    }

    /// Share of the pixels that differ from `level` by more than `range`.
    func share(apartFrom level: Int, by range: Int) -> Double {
        let view = image.pixels.span
        var apart = 0
        for place in 0..<count where abs(Int(view[first &+ place &* step]) - level) > range { apart &+= 1 }
        return Double(apart) / Double(max(1, count))
    }
}

extension LumaImage {
    var whole: Area { Area(left: 0, top: 0, width: width, height: height) }

    func row(_ y: Int) -> PixelLine { PixelLine(image: self, first: y * width, step: 1, count: width) }

    func column(_ x: Int, rows: Range<Int>) -> PixelLine {
        PixelLine(image: self, first: rows.lowerBound * width + x, step: width, count: rows.count)
    }
}
