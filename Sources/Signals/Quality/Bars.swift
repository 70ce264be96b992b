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
        let top = count(rowMost, { luma.line(row: $0) }) { luma.share(ofRow: $0, apartFrom: $1, by: p.barRange / 2) }
        let bottom = count(rowMost, { luma.line(row: height - 1 - $0) }) {
            luma.share(ofRow: height - 1 - $0, apartFrom: $1, by: p.barRange / 2)
        }
        let rows = top + bottom >= 2 * rowMost ? (0, 0) : (top, bottom)
        let inside = rows.0..<(height - rows.1)
        let left = count(columnMost, { luma.line(column: $0, rows: inside) }) {
            luma.share(ofColumn: $0, rows: inside, apartFrom: $1, by: p.barRange / 2)
        }
        let right = count(columnMost, { luma.line(column: width - 1 - $0, rows: inside) }) {
            luma.share(ofColumn: width - 1 - $0, rows: inside, apartFrom: $1, by: p.barRange / 2)
        }
        let columns = left + right >= 2 * columnMost ? (0, 0) : (left, right)
        return Area(
            left: columns.0, top: rows.0, width: width - columns.0 - columns.1, height: height - rows.0 - rows.1)

        /// - Parameter share: of the line at a place, what differs from a bar of a colour.
        func count(
            _ most: Int, _ line: (Int) -> (mean: Int, range: Int), share: (_ place: Int, _ colour: Int) -> Double
        ) -> Int {
            var lines = 0
            var colour: Int?
            while lines < most {
                let (mean, range) = line(lines)
                guard range <= p.barRange, abs(mean - (colour ?? mean)) <= p.barRange / 2 else { break }
                colour = colour ?? mean
                lines += 1
            }
            // The scaler mixes a bar's last line with the picture; one line alone is an edge artefact.
            guard let colour, lines >= 2, share(lines + 1, colour) >= p.barEndShare else { return 0 }
            return lines
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

    func line(column: Int, rows: Range<Int>) -> (mean: Int, range: Int) {
        var low = 255, high = 0, sum = 0
        let view = pixels.span
        for y in rows {
            let value = Int(view[y &* width &+ column])
            low = min(low, value)
            high = max(high, value)
            sum &+= value
        }
        return (sum / max(1, rows.count), high - low)
    }

    /// Share of a row whose pixels differ from `level` by more than `range`.
    func share(ofRow row: Int, apartFrom level: Int, by range: Int) -> Double {
        let view = pixels.span
        var count = 0
        for x in 0..<width where abs(Int(view[row &* width &+ x]) - level) > range { count &+= 1 }
        return Double(count) / Double(max(1, width))
    }

    func share(ofColumn column: Int, rows: Range<Int>, apartFrom level: Int, by range: Int) -> Double {
        let view = pixels.span
        var count = 0
        for y in rows where abs(Int(view[y &* width &+ column]) - level) > range { count &+= 1 }
        return Double(count) / Double(max(1, rows.count))
    }
}
