public import Frames

/// No-reference picture quality from the working frames of a video, in order.
///
/// Two frames a second are judged, about 0.7 ms each at 512x288. Seven measures a frame, pooled by their median; each is mapped to 0...100 by a curve of
/// `QualityParameters`, and the score joins their weighted mean with the weakest of them.
public struct QualityMeter: Sendable {
    private let parameters: QualityParameters
    private var measures: [PictureMeasures] = []
    private var seen = 0
    private var next: Double?

    public init(parameters: QualityParameters = .v1) { self.parameters = parameters }

    public mutating func add(_ frame: WorkingFrame) {
        guard frame.pts.isFinite else { return }
        seen += 1
        guard frame.pts >= next ?? frame.pts else { return }
        next = frame.pts + parameters.periodSeconds - WorkingFrame.samplePeriod / 2
        let measure = PictureMeasures(frame, parameters)
        // Black and one-coloured frames say nothing of the camera or the coder.
        if measure.contrast >= parameters.flatContrast { measures.append(measure) }
    }

    /// The signal; abstains with `no_video` without a frame, with `flat_picture` when no frame shows
    /// anything.
    public consuming func finish() -> QualitySignal {
        let p = parameters
        guard seen > 0 else { return QualitySignal(version: p.version, score: nil, abstainReason: "no_video") }
        guard !measures.isEmpty else {
            return QualitySignal(version: p.version, score: nil, abstainReason: "flat_picture")
        }
        // Bars are what is barred in nearly every frame; dark scenes look barred for a moment.
        let barred = quantile(measures.map(\.letterbox), 0.1) ?? 0
        let moments = measures.map { measure in
            var own = measure
            own.letterbox = barred
            return QualityParts(own, p)
        }
        let scores = moments.map { $0.score(p) }
        let median = quantile(scores, 0.5) ?? 0
        let low = quantile(scores, 0.1) ?? median
        let pooled = QualityParts(PictureMeasures(pooling: measures, letterbox: barred), p)
        return QualitySignal(
            version: p.version,
            score: ((1 - p.worstMoments) * median + p.worstMoments * low).rounded(places: 1),
            parts: pooled.parts, worst: worst(scores, median: median))
    }

    /// The second of frames with the lowest mean score, when it stands out.
    private func worst(_ scores: [Double], median: Double) -> TimeSpan? {
        let frames = max(1, Int(1 / parameters.periodSeconds))
        guard scores.count > frames else { return nil }
        let means = (0...(scores.count - frames)).map { first in
            scores[first..<(first + frames)].reduce(0, +) / Double(frames)
        }
        guard let lowest = means.min(), lowest < median - parameters.worstMargin,
            var first = means.firstIndex(of: lowest)
        else { return nil }
        var last = first + frames - 1
        // Neighbours that are about as bad belong to it.
        let limit = lowest + parameters.worstMargin / 2
        while first > 0, scores[first - 1] <= limit { first -= 1 }
        while last + 1 < scores.count, scores[last + 1] <= limit { last += 1 }
        return TimeSpan(
            start: measures[first].pts.milliseconds,
            end: (measures[last].pts + parameters.periodSeconds).milliseconds)
    }
}

extension PictureMeasures {
    /// Medians over the frames that have a value.
    init(pooling all: [PictureMeasures], letterbox: Double) {
        func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }
        pts = all.first?.pts ?? 0
        sharpness = median(all.compactMap(\.sharpness))
        noise = median(all.compactMap(\.noise))
        blockiness = median(all.compactMap(\.blockiness))
        mean = median(all.map(\.mean)) ?? 0
        contrast = median(all.map(\.contrast)) ?? 0
        clipped = median(all.map(\.clipped)) ?? 0
        colourfulness = median(all.compactMap(\.colourfulness))
        self.letterbox = letterbox
    }
}
