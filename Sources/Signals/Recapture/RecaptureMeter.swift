public import Frames

/// How far a video looks filmed off another screen, from its working frames and ticks in order.
///
/// Cues from physics, joined by a logistic: the beat of the screen's pixel grid with the camera's (moiré), the beat
/// of its refresh with the shutter (rolling bands), its tilted, unsteady outline in a dark room, and, as hints, the
/// light of lens and panel. A screen filmed well shows none of them: a low probability is no proof. The video is judged
/// as a whole and in windows of 8 s, so that a filmed part of a longer video has its span.
public struct RecaptureMeter: Sendable {
    private let parameters: RecaptureParameters
    private var moire: MoireCue
    private var bands: BandCue
    private var outline: OutlineCue
    private var light = LightCue()
    private var whole = RecaptureView()
    private var looks = WindowRuns<RecaptureView.Finding>()
    private var windowStart: Double?
    private var nextLook: Double?
    private var first: Double?
    private var last = 0.0
    private var frames = 0
    private var ticks = 0
    private var tickSpan: (first: Double, last: Double)?

    public init(parameters: RecaptureParameters = .v5) {
        self.parameters = parameters
        moire = MoireCue(parameters)
        bands = BandCue(parameters)
        outline = OutlineCue(parameters)
    }

    public mutating func add(_ frame: WorkingFrame) {
        guard frame.pts.isFinite else { return }
        first = first ?? frame.pts
        let start = windowStart ?? frame.pts
        if frame.pts >= start + parameters.windowSeconds { closeWindow(start) }
        windowStart = frame.pts >= start + parameters.windowSeconds ? frame.pts : start
        last = max(last, frame.pts + WorkingFrame.samplePeriod)
        frames += 1
        guard frame.pts >= nextLook ?? frame.pts else { return }
        nextLook = frame.pts + parameters.moirePeriodSeconds - WorkingFrame.samplePeriod / 2
        moire.add(frame.patches)
        outline.add(frame.luma)
        light.add(frame.luma)
    }

    /// Nothing is suspected that only every frame shows.
    public var mayPassOver: Bool { bands.isSureOfNone }

    /// - Parameter tick: pictures of 64x64.
    public mutating func add(_ tick: FrameTick) {
        guard tick.pts.isFinite, tick.thumb.width == FrameTick.thumbSide, tick.thumb.height == FrameTick.thumbSide
        else { return }
        ticks += 1 + tick.passedOver
        tickSpan = (tickSpan?.first ?? tick.pts, tick.pts)
        bands.add(tick)
        light.add(tick)
    }

    /// The signal; abstains with `no_video`, `too_short` (under three looks) or `flat_picture`.
    public consuming func finish() -> RecaptureSignal {
        let p = parameters
        guard let first, frames > 0 else { return abstaining("no_video") }
        guard frames >= p.framesMin * 2 else { return abstaining("too_short") }
        closeWindow(windowStart ?? first)
        // The last frame is shown for as long as the others.
        if let tickSpan, frameRate > 0 { last = min(last, max(tickSpan.last + 1 / frameRate, first)) }
        guard let finding = whole.finding(p, frameRate: frameRate) else { return abstaining("flat_picture") }
        let runs = looks.runs(least: finding.probability >= 0.5 ? 1 : p.windowRun, end: last)
        // Of a video that as a whole looks direct, its most filmed run speaks.
        let strongest = runs.max { $0.probability < $1.probability }
        let spoken = finding.probability >= 0.5 ? finding : strongest?.finding ?? finding
        let probability = max(finding.probability, strongest?.probability ?? 0)
        var spans = runs.map(\.span)
        if spans.isEmpty, probability >= 0.5 { spans = [TimeSpan(start: first.milliseconds, end: last.milliseconds)] }
        return RecaptureSignal(
            version: p.version, probability: probability.rounded(places: 4),
            cues: spoken.cues.mapValues { $0.rounded(places: 4) }, evidence: spoken.evidence,
            spans: longest(spans, p.spansMax))
    }

    /// Frames a second, over all.
    private var frameRate: Double {
        guard let tickSpan, tickSpan.last > tickSpan.first else { return 0 }
        return Double(ticks - 1) / (tickSpan.last - tickSpan.first)
    }

    private mutating func closeWindow(_ start: Double) {
        var view = RecaptureView()
        view.bands = bands.takeSpectrum()
        view.moire = moire.takeSpectrum()
        view.outline = outline.takeSight()
        view.light = light
        light = LightCue()
        looks.windows.append((start, view.finding(parameters, frameRate: frameRate)))
        whole.add(view, parameters)
    }

    private func abstaining(_ reason: String) -> RecaptureSignal {
        RecaptureSignal(version: parameters.version, probability: nil, abstainReason: reason)
    }
}
