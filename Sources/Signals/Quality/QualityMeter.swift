public import Frames

/// No-reference picture quality from the frames of a video, in order.
///
/// Two frames a second are judged, four in the first seconds. What is measured in them is pooled
/// by medians; the score is that of the median moment, drawn towards the tenth-worst. Memory is flat: a long video
/// is judged at longer and longer periods, which depend on time alone.
public struct QualityMeter: Sendable {
    private let parameters: QualityParameters
    private var measures: [PictureMeasures] = []
    private var steadiness = Steadiness()
    private var lines = 0
    private var seen = false
    private var first = 0.0
    private var next = -Double.infinity
    private var period: Double

    public init(parameters: QualityParameters = .v6) {
        self.parameters = parameters
        period = parameters.periodSeconds
    }

    /// Every decoded frame, for what only they show: shake.
    public mutating func add(_ tick: FrameTick) { steadiness.add(tick) }

    public mutating func add(_ frame: WorkingFrame) {
        guard frame.pts.isFinite else { return }
        if !seen {
            seen = true
            first = frame.pts
        }
        guard frame.pts >= next else { return }
        let eager = frame.pts < first + parameters.eagerSeconds
        next = frame.pts + (eager ? WorkingFrame.samplePeriod : period) - WorkingFrame.samplePeriod / 2
        lines = max(lines, frame.decodedLines)
        let measure = PictureMeasures(frame, parameters)
        // Black and one-coloured frames say nothing of the camera or the coder.
        guard measure.contrast >= parameters.flatContrast else { return }
        measures.append(measure)
        if measures.count >= 2 * parameters.framesMax {
            measures = stride(from: 0, to: measures.count, by: 2).map { measures[$0] }
            period *= 2
        }
    }

    /// The signal; abstains with `no_video` without a frame, with `flat_picture` when no frame shows
    /// anything.
    public consuming func finish() -> QualitySignal {
        let p = parameters
        guard seen else { return QualitySignal(version: p.version, score: nil, abstainReason: "no_video") }
        guard !measures.isEmpty else {
            return QualitySignal(version: p.version, score: nil, abstainReason: "flat_picture")
        }
        // Bars are what is barred most of the time; a dark moment hides where they end.
        let barred = quantile(measures.map(\.letterbox), 0.5) ?? 0
        let scores = measures.map { measure in
            var own = measure
            own.letterbox = barred
            return QualityLosses.score(QualityLosses(own, p).total, p)
        }
        let median = quantile(scores, 0.5) ?? 0
        let low = quantile(scores, 0.1) ?? median
        let pooled = PictureMeasures(pooling: measures, letterbox: barred)
        var signal = QualitySignal(
            version: p.version,
            score: ((1 - p.worstMoments) * median + p.worstMoments * low).rounded(places: 2),
            parts: QualityParts(pooled, shake: steadiness.shake, lines: lines, p).parts,
            worst: worst(scores, median: median))
        var curve = TimeCurve<MeanPool>(countMax: p.curveValuesMax)
        for (measure, score) in zip(measures, scores) { curve.add(score, at: measure.pts) }
        signal.curve = curve.pools.map { $0.mean?.rounded(places: 1) }
        signal.curvePeriod = curve.period
        return signal
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
        let end = last + 1 < measures.count ? measures[last + 1].pts : measures[last].pts + period
        return TimeSpan(start: measures[first].pts.milliseconds, end: end.milliseconds)
    }
}

extension PictureMeasures {
    /// Medians over the frames that have a value.
    init(pooling all: [PictureMeasures], letterbox: Double) {
        func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }
        pts = all.first?.pts ?? 0
        softness = median(all.compactMap(\.softness))
        oneSided = median(all.compactMap(\.oneSided))
        acrossNative = median(all.compactMap(\.acrossNative))
        acrossHalf = median(all.compactMap(\.acrossHalf))
        blank = median(all.compactMap(\.blank))
        quantiser = median(all.compactMap(\.quantiser))
        edges = median(all.compactMap(\.edges))
        noise = median(all.compactMap(\.noise))
        blockSteps = median(all.compactMap(\.blockSteps))
        blockLevels = median(all.compactMap(\.blockLevels))
        banding = median(all.compactMap(\.banding))
        ringing = median(all.compactMap(\.ringing))
        combing = median(all.compactMap(\.combing))
        mean = median(all.map(\.mean)) ?? 0
        contrast = median(all.map(\.contrast)) ?? 0
        white = median(all.map(\.white)) ?? 0
        highlights = median(all.map(\.highlights)) ?? 0
        colourfulness = median(all.compactMap(\.colourfulness))
        padding = median(all.map(\.padding)) ?? 0
        layout = Layout(pooling: all.compactMap(\.layout))
        self.letterbox = letterbox
    }
}
