import FoundationEssentials

/// Pictures as data URIs, with their sizes, so that the page does not jump while it loads.
struct Shots {
    let pictures: [PictureMoment: Data]

    /// - Parameter badge: a short text in the corner.
    /// - Parameter outline: a polygon over the picture, shares of its width and height; none where it is empty.
    func image(
        _ moment: PictureMoment?, alt: String, badge: HTML = "", outline: [PictureOutline.Point] = []
    ) -> HTML {
        guard let moment, let png = pictures[moment], let size = Self.size(of: png) else {
            return
                "<span class=\"shot\"><span class=\"none\" role=\"img\" aria-label=\"\(alt), not available\">no picture</span>\(badge)</span>"
        }
        let data = HTML(stringLiteral: png.base64EncodedString())
        return """
            <span class="shot"><img src="data:image/png;base64,\(data)" width="\(size.width)" height="\(size.height)" \
            alt="\(alt)" loading="lazy" decoding="async">\(Self.drawing(outline, over: size))\(badge)</span>
            """
    }

    /// In the picture's own pixels: the page fits both into the same square in the same way.
    private static func drawing(_ outline: [PictureOutline.Point], over size: (width: Int, height: Int)) -> HTML {
        guard !outline.isEmpty else { return "" }
        let (width, height) = (Double(size.width), Double(size.height))
        let points = outline.map { point -> String in
            let (x, y) = (Numbers.fixed(point.x * width, 1), Numbers.fixed(point.y * height, 1))
            return "\(x),\(y)"
        }.joined(separator: " ")
        return """
            <svg class="where" viewBox="0 0 \(size.width) \(size.height)" aria-hidden="true">\
            <polygon class="under" points="\(points)"/><polygon points="\(points)"/></svg>
            """
    }

    /// Nil for what is not a PNG file (W3C PNG, 5.2 signature and 11.2.1 IHDR).
    static func size(of png: Data) -> (width: Int, height: Int)? {
        let head = [UInt8](png.prefix(24))
        guard head.count == 24, head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            head[12..<16].elementsEqual("IHDR".utf8)
        else { return nil }
        func number(_ at: Int) -> Int { head[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        let (width, height) = (number(16), number(20))
        return width > 0 && height > 0 ? (width, height) : nil
    }
}
