public import FingerprintIndex
public import Frames

/// What a pair sounds like where it agrees, or might: the stretch of both that is shown, and their spectrograms.
public struct ExplainSound: Sendable {
    /// The same stretch in both; it may begin before a file or end after it, where the other goes on.
    public var query: TimeSpan
    public var reference: TimeSpan
    /// Pictures of the stretches, `columns` by `rows`; nil where the file could not be heard.
    public var queryPicture: LumaImage?
    public var referencePicture: LumaImage?

    public static let columns = 940
    public static let rows = 184

    /// Longest stretch that is shown; with the speeds that are recognised the reference's stays below what
    /// a decoder pictures.
    static let secondsMax = 400.0
    static let secondsMin = 2.0
    /// Shown around what agrees: this share of its length, and at least a second.
    static let surroundings = 0.15

    /// Seconds on the reference's timeline for those on the query's.
    let line: (speed: Double, offset: Double)
    /// Whether the two lie as they do because something agrees.
    let isAligned: Bool

    /// Nil when the sound says nothing of the pair: one of the two has none, or pictures alone agree.
    public init?(report: PairReport, queryDuration: Double, referenceDuration: Double) {
        guard report.queryPeaks > 0, report.referencePeaks > 0 else { return nil }
        let pairs = report.nearest?.soundPairs ?? []
        guard let nearest = report.nearest, let first = pairs.map(\.query).min(), let last = pairs.map(\.query).max(),
            nearest.speed > 0.1, nearest.speed < 10, nearest.offset.isFinite
        else {
            if let nearest = report.nearest, !nearest.framePairs.isEmpty || !nearest.placePairs.isEmpty { return nil }
            let shorter = min(queryDuration, referenceDuration), longer = max(queryDuration, referenceDuration)
            let end = min(Self.secondsMax, max(Self.secondsMin, min(longer, max(30, 3 * shorter))))
            query = TimeSpan(start: 0, end: end)
            reference = query
            line = (1, 0)
            isAligned = false
            return
        }
        let (speed, offset) = (nearest.speed, nearest.offset)
        let around = max(1, (last - first) * Self.surroundings)
        // Beyond both files there is nothing to see.
        let earliest = min(0, -offset / speed)
        let latest = max(queryDuration, (referenceDuration - offset) / speed)
        var start = max(earliest, first - around), end = min(latest, last + around)
        // A little more, and it is the whole query.
        if queryDuration < 1.5 * (end - start) {
            start = min(start, 0)
            end = max(end, queryDuration)
        }
        if end - start < Self.secondsMin { end = start + Self.secondsMin }
        end = min(end, start + Self.secondsMax / max(1, speed))
        query = TimeSpan(start: start, end: end)
        reference = TimeSpan(start: speed * start + offset, end: speed * end + offset)
        line = (speed, offset)
        isAligned = true
    }
}
