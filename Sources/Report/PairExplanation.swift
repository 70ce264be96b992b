public import FingerprintIndex
public import Fleet
public import Frames

/// A pair's report with the files that it speaks of: what is needed to draw why they match, or do not.
public struct PairExplanation {
    /// One of the two.
    public struct Side: Sendable {
        public var name: String
        /// Seconds.
        public var duration: Double
        /// Where its pictures and sound come from; nil leaves them out.
        public var path: String?

        public init(name: String, duration: Double, path: String?) {
            self.name = name
            self.duration = duration
            self.path = path
        }
    }

    public var report: PairReport
    public var query: Side
    public var reference: Side

    public init(report: PairReport, query: Side, reference: Side) {
        self.report = report
        self.query = query
        self.reference = reference
    }

    /// The picture of `ExplainPicture`; what cannot be decoded any more is left out of it.
    public func image(_ decoder: DecodeService) -> RGBImage {
        let pairs = ExplainPicture.chosen(from: report)
        let side = pairs.map(\.frameSide).max() ?? 0
        let queryPictures = pictures(of: query, at: pairs.map(\.query), side, decoder)
        let referencePictures = pictures(of: reference, at: pairs.map(\.reference), side, decoder)
        var sound = ExplainSound(
            report: report, queryDuration: query.duration, referenceDuration: reference.duration)
        if let stretch = sound?.query { sound?.queryPicture = spectrogram(of: query, stretch, decoder) }
        if let stretch = sound?.reference { sound?.referencePicture = spectrogram(of: reference, stretch, decoder) }
        return ExplainPicture.draw(
            query: query.name, reference: reference.name, queryDuration: query.duration,
            referenceDuration: reference.duration, report: report,
            pairs: pairs.indices.map { .init(pairs[$0], query: queryPictures[$0], reference: referencePictures[$0]) },
            sound: sound)
    }

    private func spectrogram(of side: Side, _ stretch: TimeSpan, _ decoder: DecodeService) -> LumaImage? {
        guard let path = side.path else { return nil }
        return try? decoder.spectrogram(
            path: path, start: stretch.start, end: stretch.end, columns: ExplainSound.columns, rows: ExplainSound.rows)
    }

    private func pictures(of side: Side, at times: [Double], _ longestSide: Int, _ decoder: DecodeService)
        -> [RGBImage?]
    {
        let none = [RGBImage?](repeating: nil, count: times.count)
        guard let path = side.path, !times.isEmpty else { return none }
        return (try? decoder.pictures(path: path, times: times, longestSide: longestSide)) ?? none
    }
}
