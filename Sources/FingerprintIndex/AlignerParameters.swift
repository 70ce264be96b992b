/// Every number the aligner's verdict depends on, with `LocalMatching` and `MovementMatching`. Stored matches name the version, so whoever edits
/// a number raises it.
struct AlignerParameters: Sendable {
    static let current = AlignerParameters()

    let version = "moire-aligner-13"

    /// Frames and peaks of sound beyond this are not compared, seconds: half a day, against timestamps that would
    /// make tables of votes out of proportion.
    let timelineSeconds = 43_200.0

    // MARK: Video

    /// PDQ's own rule: under 50 a picture is too flat to be told from others.
    let qualityMin: UInt8 = 50
    /// Pairs of frames further apart than this vote for nothing, bits. Unrelated frames lie at 128 ± 8.4.
    let voteRadius: UInt32 = 108
    /// Pairs that let a reference become a candidate at all, and how many of them, bits.
    let gateRadius: UInt32 = 100
    let gatePairs = 2
    /// Votes of one comparison; a pair of long still videos has millions, and then the closest count.
    let votesMax = 1 << 17
    /// Reference seconds per query second that are tried; 4 % apart, so that ten seconds drift by less
    /// than a sampling step. Straight speed first.
    let speeds: [Double] =
        [1]
        + (1...7).flatMap { step -> [Double] in
            var faster = 1.0
            for _ in 0..<step { faster *= 1.04 }
            return [faster, 1 / faster]
        }
    /// Width of an offset bin, seconds: the sampling step of frame codes.
    let stepSeconds = 0.25
    /// Lines that are judged in full after the vote.
    let linesMax = 16
    /// How far from the line a reference frame may lie, seconds.
    let toleranceSeconds = 0.3
    /// Frames without agreement that end a span: two seconds at four a second.
    let gapFrames = 8
    /// Two moments are distinct when both their query and their reference codes differ by this, bits; at
    /// `noveltyFull` above `noveltyFloor` a moment counts in full.
    let noveltyMin = 32
    let noveltyFloor = 16.0
    let noveltyFull = 64.0
    /// log₁₀ of how much likelier a distance is between copies than between strangers.
    let likelihood: [(distance: Double, decades: Double)] = [
        (0, 6.0), (31, 5.0), (48, 4.2), (64, 3.4), (80, 2.5), (90, 1.8), (100, 1.0), (108, 0.3), (112, 0),
        (120, -0.6), (128, -1.0), (256, -1.0),
    ]
    /// Cost of saying "mirrored", "turned" (by right angles, or a negative) or "at another speed", decades.
    let mirrorCost = 0.7
    let turnCost = 1.7
    let speedCost = 1.0
    /// Most copies play at their own speed: a line at speed 1 that explains this share of the best line's
    /// evidence over the same stretch, with frames no further apart than this many bits more, is the better
    /// answer, since pictures that hardly move fit many speeds.
    let straightShare = 0.88
    let straightBits = 4.0

    // MARK: Audio

    /// A query this short is one piece, hops (14 s). A longer one is cut into blocks of four seconds, and every two
    /// neighbours ask together: a piece of a few seconds stands out among eight, not in a minute.
    let soundWholeHops = 1206
    let soundBlockHops = 345
    /// Windows that are asked under each hypothesis of a changed speed or pitch.
    let soundWindowsChanged = 3
    /// Ceilings of one comparison of clips that last for hours: bins of delay judged, votes cast, summits of one
    /// histogram.
    let soundBinsMax = 1 << 26
    let soundVotesMax = 1 << 28
    let soundSummitsMax = 64
    /// Votes of one line that is looked at hop by hop.
    let soundLineVotesMax = 1 << 24
    /// Standard deviations above its surroundings from which a delay is looked at.
    let soundSummitLeast = 3.5
    /// Hops of delay that are one to whoever looks at a line hop by hop: what the smoothing there joins.
    let soundSummitHops = 2.5
    /// Lines of sound judged in full; two lines this close in the middle of the clip are one, seconds.
    let soundLinesMax = 16
    let sameLineSeconds = 0.25
    /// Peaks meet when they lie this near to a line, hops; before its speed is known exactly, this near.
    let soundMeetHops = 3.0
    let soundSearchHops = 6.0
    /// What meets this far beside the line is what chance gives, hops.
    let soundBesideHops = [-37.0, -19.0, 19.0, 37.0]
    /// The least share of peaks that meet in a copy.
    let soundShareLeast = 0.08
    /// A line that covers this share of the query's sound and is worth this many decades, the search paid, explains it.
    let soundExplainedShare = 0.6
    let soundExplainedDecades = 8.0
    /// By how much a line may surprise more hop by hop than it does in the histogram of all delays, decades.
    let soundCloserDecades = 1.0
    /// One moment of sound, seconds: agreements inside it are one event.
    let cellSeconds = 0.25
    /// The most one moment of sound can say, decades.
    let cellDecadesMax = 2.0
    /// Moments of sound without agreement that end a span.
    let gapCells = 12

    // MARK: Both

    /// Picture and sound are one match when their offsets agree within this, seconds.
    let syncSeconds = 0.35
    /// What a modality must say by itself to count as agreeing, decades.
    let supportDecades = 1.0
    /// Moments of sound from which its place in time, exact to a hop, replaces the picture's.
    let timingMoments = 3
    /// Evidence at which the score is one half, decades.
    let halfScoreDecades = 4.0
    /// Matches of one pair.
    let matchesMax = 8
}
