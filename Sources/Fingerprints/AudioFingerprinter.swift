public import Frames

enum MonoRate { static let hz = MonoBlock.sampleRateHz }

extension AudioFingerprint {
    /// Seconds between hops: 11.6 ms. Hop 0 begins at the start of the timeline; a landmark's hop is
    /// where the 93 ms frame of its first peak begins.
    public static let hopSeconds = Double(AudioParameters.hopSamples) / Double(MonoBlock.sampleRateHz)
}

/// Mono sound, block by block → landmarks on the file's timeline.
///
/// The clock is pts: frames lie on a grid of 128 samples that starts at zero, a gap in pts moves the
/// position along it, and samples that overlap what was already heard are dropped. How the sound is
/// cut into blocks makes no difference.
///
/// Abstains with `no_audio` (not a sample), `too_short` (under a second), `silence` (under half a
/// second above -84 dBFS) or `steady_tone` (sound without a change to hold on to, as mains hum).
///
/// Cost: about 1.6 ms a second of sound. Keeps 12 bytes a peak: typically under a
/// hundred peaks a second, by design never more than about 540.
public struct AudioFingerprinter {
    private let parameters: AudioParameters
    private var picker: PeakPicker?
    /// Samples not yet passed; `pending[start]` belongs to timeline sample `position`.
    private var pending: [Float] = []
    private var start = 0
    private var position = 0
    private var peaks: [Peak] = []
    private var samples = 0
    private var soundingRows = 0

    /// Blocks this close to where the last one ended follow it: containers round their timestamps.
    static let toleranceSamples = MonoBlock.sampleRateHz / 50  // 20 ms
    static let leastSamples = MonoBlock.sampleRateHz  // 1 s
    static let leastSoundingRows = 43  // 0.5 s
    static let leastLandmarks = 8

    public init(parameters: AudioParameters = .v1) {
        self.parameters = parameters
    }

    public mutating func add(_ block: MonoBlock) {
        guard !block.samples.isEmpty else { return }
        var from = 0
        let expected = position + pending.count - start
        if block.pts.isFinite, abs(block.pts) <= FingerprintLimits.duration {
            let wanted = Int((block.pts * Double(MonoRate.hz)).rounded())
            if picker == nil || wanted > expected + Self.toleranceSamples {
                begin(at: max(wanted, picker == nil ? 0 : expected))
                from = max(0, -wanted)
            } else if wanted < expected - Self.toleranceSamples {
                from = expected - wanted
            }
        } else if picker == nil {
            begin(at: 0)
        }
        guard from < block.samples.count else { return }
        samples += block.samples.count - from
        pending += block.samples[from...]
        advance()
    }

    public consuming func finish() -> AudioFingerprint {
        endStretch()
        if samples == 0 { return AudioFingerprint(landmarks: [], abstainReason: "no_audio") }
        if samples < Self.leastSamples { return AudioFingerprint(landmarks: [], abstainReason: "too_short") }
        if soundingRows < Self.leastSoundingRows { return AudioFingerprint(landmarks: [], abstainReason: "silence") }
        let landmarks = LandmarkPairing(parameters: parameters).landmarks(of: peaks)
        if landmarks.count < Self.leastLandmarks {
            return AudioFingerprint(landmarks: [], abstainReason: "steady_tone")
        }
        return AudioFingerprint(landmarks: landmarks)
    }

    /// Starts a stretch whose first sample is timeline sample `sample`; its first frame lies on the next
    /// grid point.
    private mutating func begin(at sample: Int) {
        endStretch()
        let firstHop = (sample + AudioParameters.hopSamples - 1) / AudioParameters.hopSamples
        picker = PeakPicker(parameters: parameters, firstHop: UInt32(firstHop))
        pending.removeAll(keepingCapacity: true)
        start = firstHop * AudioParameters.hopSamples - sample
        position = firstHop * AudioParameters.hopSamples
    }

    private mutating func advance() {
        guard var picker = picker.take() else { return }
        while start + AudioParameters.frameSamples <= pending.count {
            picker.add(pending, at: start)
            start += AudioParameters.hopSamples
            position += AudioParameters.hopSamples
        }
        self.picker = picker
        if start >= 16_384 {
            pending.removeFirst(start)
            start = 0
        }
    }

    private mutating func endStretch() {
        guard var ended = picker.take() else { return }
        ended.finish()
        peaks += ended.peaks
        soundingRows += ended.soundingRows
    }
}
