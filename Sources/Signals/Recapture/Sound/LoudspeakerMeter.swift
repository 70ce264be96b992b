internal import Frames

/// How far a sound seems recorded off a loudspeaker, from what the sound meter has measured anyway.
///
/// Fed with the frames of the speech and music measures and the spectra of the bandwidth, so that it costs next to
/// nothing; only the mains need spectra of their own. The sound is judged in windows of 8 s and as a whole. What arrives
/// is filed by its own time, so the answer does not depend on the blocks it arrived in. Memory: two windows, and ten
/// numbers of each that is closed.
struct LoudspeakerMeter: Sendable {
    private let parameters: LoudspeakerParameters
    private var mains = HumCue()
    private var mainsStart = 0.0, mainsCount = 0
    /// Seconds at which the first window starts; nil before the first sound.
    private var origin: Double?
    private var open: [Int: SoundStretch] = [:]
    private var closed: [(index: Int, measures: SoundMeasures?)] = []
    private var frames = 0
    /// Seconds at which the sound ends; nil before the first.
    private var last: Double?
    /// Windows that were not judged, by why.
    private var steady = 0, quiet = 0

    init(_ parameters: LoudspeakerParameters = .v1) { self.parameters = parameters }

    /// - Parameter frames: those that `block` made full.
    mutating func add(_ frames: [(start: Double, frame: SpectralFrame)], of block: MonoBlock) {
        guard block.pts.isFinite, !block.samples.isEmpty else { return }
        if last.map({ abs(block.pts - $0) > parameters.gapSeconds }) ?? true {
            mains.interrupt()
            (mainsStart, mainsCount) = (block.pts, 0)
        }
        last = block.pts + Double(block.samples.count) / Double(MonoBlock.sampleRateHz)
        for spectrum in mains.add(block.samples) {
            file(mainsStart + Double(mainsCount) * HumCue.hopSeconds) { $0.mains.append(spectrum) }
            mainsCount += 1
        }
        for (start, frame) in frames {
            self.frames += 1
            file(start) { $0.bands.append(frame.bands) }
        }
    }

    /// - Parameter seconds: at which its first sample lies.
    mutating func add(spectrum power: [Float], sampleRateHz: Int, at seconds: Double) {
        file(seconds) { $0.add(spectrum: power, sampleRateHz: sampleRateHz) }
    }

    private mutating func file(_ seconds: Double, _ add: (inout SoundStretch) -> Void) {
        guard seconds.isFinite, abs(seconds) < 1e9 else { return }
        let origin = origin ?? seconds
        self.origin = origin
        let index = Int(max(0, seconds - origin) / parameters.windowSeconds)
        guard index > closed.last?.index ?? -1 else { return }
        // The streams of one file lie within a window of each other.
        close(before: index - 1)
        add(&open[index, default: SoundStretch()])
    }

    private mutating func close(before end: Int) {
        for index in open.keys.sorted() where index < end {
            guard let stretch = open.removeValue(forKey: index) else { continue }
            var measures: SoundMeasures?
            if stretch.bands.count >= parameters.framesMin, stretch.thirds.count >= parameters.spectraMin {
                switch SoundMeasures.of(stretch, parameters) {
                case .success(let found): measures = found
                case .failure(.steady): steady += 1
                case .failure(.quiet): quiet += 1
                }
            }
            closed.append((index, measures))
        }
    }

    /// The answer; abstains with `no_audio`, `too_short` (no window of 4 s), `too_quiet` or `too_steady` (no pauses and
    /// no ends of sounds: rain, an engine).
    ///
    /// - Parameter isDualMono: whether two channels hold the same.
    mutating func finish(isDualMono: Bool) -> SoundRecapture {
        let p = parameters
        close(before: .max)
        guard let origin, let last, frames > 0 else {
            return SoundRecapture(probability: nil, abstainReason: "no_audio")
        }
        let judged = closed.compactMap(\.measures)
        guard let mean = SoundMeasures.mean(judged) else {
            let reason = steady > 0 ? "too_steady" : quiet > 0 ? "too_quiet" : "too_short"
            return SoundRecapture(probability: nil, abstainReason: reason)
        }
        let whole = p.finding(mean, isDualMono: isDualMono)
        var looks = WindowRuns<LoudspeakerFinding>()
        for (index, measures) in closed {
            let start = origin + Double(index) * p.windowSeconds
            // Where nothing was heard for a window and more, a run ends.
            if let before = looks.windows.last?.start, start - before > 1.5 * p.windowSeconds {
                looks.windows.append((before + p.windowSeconds, nil))
            }
            looks.windows.append((start, measures.map { p.finding($0, isDualMono: isDualMono) }))
        }
        let runs =
            whole.probability >= 0.5
            ? looks.runs(least: 1, end: last)
            : looks.runs(least: p.windowRun, probability: p.windowProbability, end: last)
        let strongest = runs.max { $0.probability < $1.probability }
        // Of a sound that as a whole seems direct, its most suspect run speaks.
        let spoken = whole.probability >= 0.5 ? whole : strongest?.finding ?? whole
        let probability = max(whole.probability, strongest?.probability ?? 0)
        var spans = runs.map(\.span)
        if spans.isEmpty, probability >= 0.5 { spans = [TimeSpan(start: origin.milliseconds, end: last.milliseconds)] }
        return SoundRecapture(
            probability: probability.rounded(places: 4), cues: spoken.cues.mapValues { $0.rounded(places: 4) },
            evidence: spoken.evidence, spans: longest(spans, p.spansMax))
    }
}
