public import Frames

/// How far a video looks filmed off another screen, from its working frames and ticks in order.
///
/// Three cues from physics, joined by a logistic: the beat of the screen's pixel grid with the
/// camera's (moiré), the beat of its refresh with the shutter (rolling bands), and its tilted, unsteady
/// outline in a dark room. A screen filmed well shows none of them: a low probability is no proof.
public struct RecaptureMeter: Sendable {
    private let parameters: RecaptureParameters
    private var moire: MoireCue
    private var bands: BandCue
    private var outline: OutlineCue
    private var nextLook: Double?
    private var first: Double?
    private var last = 0.0
    private var frames = 0

    public init(parameters: RecaptureParameters = .v1) {
        self.parameters = parameters
        moire = MoireCue(parameters)
        bands = BandCue(parameters)
        outline = OutlineCue(parameters)
    }

    public mutating func add(_ frame: WorkingFrame) {
        guard frame.pts.isFinite else { return }
        first = first ?? frame.pts
        last = max(last, frame.pts + WorkingFrame.samplePeriod)
        frames += 1
        guard frame.pts >= nextLook ?? frame.pts else { return }
        nextLook = frame.pts + parameters.moirePeriodSeconds - WorkingFrame.samplePeriod / 2
        moire.add(frame.patches)
        outline.add(frame.luma)
    }

    /// - Parameter tick: pictures of 64x64.
    public mutating func add(_ tick: FrameTick) {
        guard tick.pts.isFinite, tick.thumb.width == FrameTick.thumbSide, tick.thumb.height == FrameTick.thumbSide
        else { return }
        bands.add(tick)
    }

    /// The signal; abstains with `no_video`, `too_short` (under three looks) or `flat_picture`.
    public consuming func finish() -> RecaptureSignal {
        let p = parameters
        guard let first, frames > 0 else { return abstaining("no_video") }
        guard frames >= p.framesMin * 2 else { return abstaining("too_short") }
        let waves = moire.decibels(), rolling = bands.decibels()
        guard waves != nil || rolling != nil else { return abstaining("flat_picture") }
        func share(_ value: Double?, _ range: ClosedRange<Double>) -> Double {
            (((value ?? 0) - range.lowerBound) / (range.upperBound - range.lowerBound)).clamped(0, 1)
        }
        let cues = [
            "moire": share(waves, p.moireDecibels), "bands": share(rolling, p.bandDecibels),
            "outline": outline.strength,
        ]
        // In the order of the names: sums of doubles depend on their order.
        var evidence = p.bias
        for (name, cue) in cues.sorted(by: { $0.key < $1.key }) { evidence += (p.weights[name] ?? 0) * cue }
        let probability = Double.logistic(evidence)
        return RecaptureSignal(
            version: p.version, probability: probability.rounded(places: 4),
            cues: cues.mapValues { $0.rounded(places: 4) },
            spans: probability >= 0.5 ? [TimeSpan(start: first.milliseconds, end: last.milliseconds)] : [])
    }

    private func abstaining(_ reason: String) -> RecaptureSignal {
        RecaptureSignal(version: parameters.version, probability: nil, abstainReason: reason)
    }
}
