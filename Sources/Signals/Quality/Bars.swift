internal import Frames

extension PictureMeasures {
    /// What lies inside bars of one colour along the edges: black letterboxes and plain borders.
    ///
    /// A row belongs to a bar when its pixels differ little among themselves and from the outermost
    /// row's mean. A frame that is one colour altogether has no bars.
    static func insideBars(_ luma: LumaImage, _ p: QualityParameters) -> Area {
        let width = luma.width, height = luma.height
        let rowMost = Int(Double(height) * p.barShare), columnMost = Int(Double(width) * p.barShare)
        let top = count(rowMost) { luma.line(row: $0) }, bottom = count(rowMost) { luma.line(row: height - 1 - $0) }
        let rows = top + bottom >= 2 * rowMost ? (0, 0) : (top, bottom)
        let left = count(columnMost) { luma.line(column: $0, from: rows.0, to: height - rows.1) }
        let right = count(columnMost) { luma.line(column: width - 1 - $0, from: rows.0, to: height - rows.1) }
        let columns = left + right >= 2 * columnMost ? (0, 0) : (left, right)
        return Area(
            left: columns.0, top: rows.0, width: width - columns.0 - columns.1, height: height - rows.0 - rows.1)

        func count(_ most: Int, _ line: (Int) -> (mean: Int, range: Int)) -> Int {
            var lines = 0
            var colour: Int?
            while lines < most {
                let (mean, range) = line(lines)
                guard range <= p.barRange, abs(mean - (colour ?? mean)) <= p.barRange / 2 else { break }
                colour = colour ?? mean
                lines += 1
            }
            // The scaler mixes a bar's last line with the picture; one line alone is an edge artefact.
            return lines < 2 ? 0 : lines
        }
    }
}

extension LumaImage {
    var whole: Area { Area(left: 0, top: 0, width: width, height: height) }

    func line(row: Int) -> (mean: Int, range: Int) {
        var low = 255, high = 0, sum = 0
        let view = pixels.span
        for x in 0..<width {
            let value = Int(view[row &* width &+ x])
            low = min(low, value)
            high = max(high, value)
            sum &+= value
        }
        return (sum / width, high - low)
    }

    func line(column: Int, from: Int, to: Int) -> (mean: Int, range: Int) {
        var low = 255, high = 0, sum = 0
        let view = pixels.span
        for y in from..<to {
            let value = Int(view[y &* width &+ column])
            low = min(low, value)
            high = max(high, value)
            sum &+= value
        }
        return (sum / max(1, to - from), high - low)
    }
}
