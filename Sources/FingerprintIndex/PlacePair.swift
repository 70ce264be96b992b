/// A pair of frames that show the same picture, with the places that agree.
public struct PlacePair: Sendable, Codable, Equatable {
    /// Seconds.
    public var query: Double
    /// Seconds.
    public var reference: Double
    /// Evidence of this pair, decades.
    public var decades: Double
    /// The reference's picture in the query's, as `MatchTransform.outline`.
    public var outline: [[Double]]
    /// Each: x and y in the query, then in the reference, shares of width and height.
    public var points: [[Double]]

    /// - Parameters:
    ///   - view: of the path that the frame is of.
    ///   - turn: of the reference's picture, which `reference` and the frame have turned already.
    init(
        _ frame: LocalEvidence.Aligned, of view: PictureView, on line: Line, query print: LocalPrint,
        reference: LocalPrint, turn: PictureTurn = .none
    ) {
        let isMirrored = line.mirrored
        query = print.times[frame.query]
        // A reference frame stands for a while: of that, the moment on the line.
        let last = max(reference.times[frame.reference], reference.ends[frame.reference] - LocalPrint.period)
        self.reference = min(last, max(reference.times[frame.reference], line.reference(at: query)))
        decades = MatchTransform.rounded(frame.decades)
        outline = MatchTransform.outline(
            PictureView(view, movedTo: frame.transform), query: print, reference: reference, turn: turn,
            isMirrored: isMirrored)
        points = frame.pairs.map { pair in
            let shown = turn.back(
                Double(reference.x[pair.reference] / reference.width),
                Double(reference.y[pair.reference] / reference.height))
            return MatchTransform.share(
                of: (print.x[pair.query], print.y[pair.query]), query: print, isMirrored: isMirrored)
                + [MatchTransform.rounded(shown.u), MatchTransform.rounded(shown.v)]
        }
    }

    /// Frames of a report at most, spread evenly.
    static let reportMax = 24
}
