/// Every number that a verdict by local features depends on. Whoever edits one raises `AlignerParameters.version`.
struct LocalMatching: Sendable {
    static let current = LocalMatching()
    /// Where it is only asked whether a picture is there.
    static let probing = {
        var probing = LocalMatching()
        probing.linesMax = 3
        return probing
    }()

    /// Codes that may be copies, in 256ths (`moire_local_similarity`): strangers reach 0.37 once in a hundred.
    let hitLeast: Int32 = 102
    /// Hits of one pair of clips that are looked at, about: each of the reference's features has the same share.
    let hitsMax = 1 << 15
    /// Hits of one pair of frames, likewise.
    let hitsOfFrames = 48
    /// How far a feature may lie from where another's place and size put it: this, and this share of their distance.
    let placeReach: Float = 0.02
    let sizeReach: Float = 0.15
    /// Octaves by which two features' changes of size may differ.
    let octaveReach: Float = 0.6
    /// Frame pairs from here on begin a search, decades.
    let anchorDecades = 3.0
    let anchorsMax = 4_096
    /// Lines of time, and paths, of one pair of clips.
    var linesMax = 8
    /// Anchors of a line together, from which it is followed, decades.
    let lineDecades = 5.0
    /// The same of a turned picture, with a third of the reference's features.
    let turnedLineDecades = 6.0
    /// How far from the line a reference frame may lie, seconds.
    let toleranceSeconds = 0.6
    /// Search for a feature around its expected place, units of the longest side, and what of it goes with the size at
    /// which the picture is shown: by an anchor's rough transform, by the frame's own, by that of the frames before.
    func firstReach(_ scale: Float) -> Float { 0.012 + 0.033 * min(1, scale) }
    func secondReach(_ scale: Float) -> Float { 0.005 + 0.012 * min(1, scale) }
    func nextReach(_ scale: Float, after seconds: Double) -> Float {
        0.010 + (0.018 + 0.01 * Float(seconds)) * min(1, scale)
    }
    /// What of the frames before still counts when the next is fitted, and what the shape so far weighs against all
    /// (decades times squared spread).
    let memory: Float = 0.6
    let pull: Float = 0.1
    /// What a transform says of the frame that it was fitted to and would have said of any, decades.
    let freedomDecades = 5.0
    /// A frame pair says this much at least, decades, to carry the transform on.
    let frameDecades = 1.5
    /// The most that one cell of an eighth of the longest side says, and what a place where nothing is found costs.
    let cellDecades = 2.5
    let missDecades = 0.1
    /// From here on, a place helps to say where the picture lies, decades.
    let fitDecades = 0.2
    /// How far beside its place a picture is compared to learn what chance gives, units of the longest side, and how
    /// much that counts.
    let besideShift: Float = 0.12
    let besideWeight = 1.5
    /// A place lies exactly where the transform puts it within this, units of the longest side and of the scale: its
    /// stored form is exact to a third of it.
    let exactReach: Float = 0.007
    /// Within how much of where the transform puts it a place lies exactly, and which share of the places that only lie
    /// within the search's reach do so by chance.
    func exactly(_ scale: Float) -> (reach: Float, chance: Double) {
        let reach = exactReach * max(0.3, min(1, scale)), share = Double(reach / secondReach(scale))
        return (reach, share * share)
    }

    /// What of a path's evidence counts, 0.002...1: little of one whose places contradict each other, lie anywhere, or are
    /// few of those that should be there.
    ///
    /// Of two people filmed alike (eight edits of two clips) places agree at 55 to 70 of 100, and lie exactly 0.4 to 2.3 times as
    /// often as chance has it. Of 80 copies under every kind of edit, those shown at three fifths of their size and more agree
    /// at 84 and lie exactly twice as often or more, but for three: one through four edits and a camera with 54 and 2.3, one
    /// beside another clip with 69 and 3.3, one of 96 lines with 96 and 1.5. What is shown smaller agrees at 65 and more.
    /// The query shows 13 to 26 of 100 places of another person filmed alike, and of 461 copies in all but six 28 and more.
    ///
    /// - Parameters:
    ///   - agreement: share of the places where something was found that show the same.
    ///   - exactness: share of these that lie exactly where the transform puts them.
    ///   - scale: at which the reference's picture is shown.
    ///   - coverage: share of the places that the query could show at which it shows the same.
    func consistency(agreement: Double, exactness: Double, scale: Double, coverage: Double) -> Double {
        let shown = max(0, min(1, (scale - 0.3) / 0.3))
        let agreeing = max(0.1, min(1, (agreement - 0.45 - 0.15 * shown) / 0.2))
        let overChance = exactness / exactly(Float(scale)).chance
        let covered = max(0.1, min(1, (coverage - 0.18) / 0.14))
        return agreeing * max(0.2, min(1, (overChance - 0.6) / 1.4)) * covered
    }

    /// One frame of a stretch agrees in this many places, or it is none: three fix a transform.
    let placesLeast = 4
    /// Seconds without agreement that end a span.
    let gapSeconds = 2.0

    /// What a path's sum is worth, decades before the price of the search.
    ///
    /// Places beside each other are not independent, and the best of many lines is taken, so ten of a sum's decades are
    /// worth four. Measured on 25 600 pairs of attacked clips and other references: sums less the price reach 1, 2, 4 and 6
    /// in 7.9, 2.7, 0.16 and 0.04 of a thousand, which lies under `Calibration`'s line. That was before
    /// `consistency` asked how exactly places lie and how many are there, which takes more from strangers than from copies.
    static func calibrated(_ sum: Double, searchCost: Double) -> Double {
        0.4 * (sum - searchCost) - 0.2 + searchCost
    }

    /// How much a hit of a blind search weighs in the choice of an anchor, decades; not evidence.
    static func weight(_ similarity: Int32) -> Double {
        let t = Double(similarity) / 256
        if t < 0.25 { return 0 }
        if t < 0.62 { return (t - 0.25) * 7 }
        return min(3, 2.59 + (t - 0.62) * 3)
    }

    /// log₁₀ of how much likelier the best similarity about an expected place is between copies than between
    /// strangers whose frames were aligned in the same way; nothing there at all first, then by sixteenths.
    ///
    /// Measured on 3.2 million places of strangers and 0.35 million of copies under every kind of edit. What is
    /// missing costs a third of what was measured: a hard edit loses most places, and is a copy all the same.
    static let evidence: [Double] = {
        let points: [(similarity: Double, decades: Double)] = [
            (0, -0.6), (0.2, -0.5), (0.28, -0.2), (0.34, 0), (0.41, 0.28), (0.47, 0.5), (0.53, 0.8), (0.59, 1.05),
            (0.66, 1.4), (0.72, 1.85), (0.78, 2.3), (0.84, 2.6), (0.9, 2.8), (1, 2.8),
        ]
        return (0...256).map { step in
            let t = Double(step) / 256
            let upper = max(1, points.firstIndex { $0.similarity >= t } ?? points.count - 1)
            let (a, b) = (points[upper - 1], points[upper])
            return a.decades + (b.decades - a.decades) * (t - a.similarity) / (b.similarity - a.similarity)
        }
    }()
}
