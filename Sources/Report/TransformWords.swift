public import FingerprintIndex

/// What was done to the reference's picture, as a person says it.
public enum TransformWords {
    public enum Length: Sendable {
        /// For a sentence of its own.
        case full
        /// For a line with other things in it.
        case short
    }

    /// Of a match; nil where nothing was done to the picture, or nothing is known of it.
    public static func of(_ match: Match, _ length: Length) -> String? {
        of(match.transform, isMirrored: match.mirrored, length)
    }

    /// Of a line of time, whether it became a match or not.
    public static func of(_ line: PairReport.Alignment, _ length: Length) -> String? {
        of(line.transform, isMirrored: line.mirrored, length)
    }

    /// "mirrored, cropped to 62 % of the picture, turned by 3.2° clockwise, fills 41 % of the query's picture".
    ///
    /// - Parameter isMirrored: what the line of time says; enough where there is no transform.
    static func of(_ transform: MatchTransform?, isMirrored: Bool, _ length: Length) -> String? {
        guard let transform else { return isMirrored ? "mirrored" : nil }
        let kinds = Set(transform.kinds)
        var parts: [String] = []
        func add(_ kind: MatchTransform.Kind, _ full: String, _ short: String) {
            if kinds.contains(kind) { parts.append(length == .full ? full : short) }
        }
        let shown = percent(shownShare(transform)), area = percent(transform.queryArea)
        let turn = Numbers.fixed(abs(transform.rotation), 1) + "°"
        add(.mirrored, "mirrored", "mirrored")
        add(.cropped, "cropped to \(shown) of the picture", "cropped to \(shown)")
        add(.rotated, "turned by \(turn) \(transform.rotation < 0 ? "counter" : "")clockwise", "turned by \(turn)")
        add(.negative, "made a negative", "negative")
        add(.slanted, "slanted or squeezed", "slanted")
        add(.perspective, "seen from an angle", "from an angle")
        add(.zoomed, "zoomed while it plays", "zoomed")
        add(.boxed, "fills \(area) of the query's picture", "fills \(area) of the frame")
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Of the reference's picture, what the query shows: by area, as a slanted edge cuts it.
    private static func shownShare(_ transform: MatchTransform) -> Double {
        let crop = transform.crop
        let box = (crop.right - crop.left) * (crop.bottom - crop.top)
        guard let outline = PictureOutline(transform.outline) else { return box }
        return min(box, PictureOutline.area(outline.inReference))
    }

    private static func percent(_ share: Double) -> String {
        share < 0.005 ? "less than 1 %" : "\(Numbers.fixed(share * 100, 0)) %"
    }
}
