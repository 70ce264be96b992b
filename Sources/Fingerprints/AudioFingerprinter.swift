import CKernels
public import Frames
import Glibc

enum MonoRate { static let hz = MonoBlock.sampleRateHz }

extension AudioFingerprint {
    /// Seconds of a hop: 11.6 ms. Hop 0 begins at the start of the timeline; a peak's hop is where the 93 ms
    /// frame in which it is highest begins.
    public static let hopSeconds = Double(AudioParameters.hopSamples) / Double(MonoBlock.sampleRateHz)

    /// Frequency of a peak's band: 180 Hz for band 0, and twice as much every 96 quarters of a band.
    public static func hertz(band: UInt16) -> Double { Double(moire_band_lowest_hz) * exp2(Double(band) / 96) }
}

/// Mono sound, block by block → spectral peaks on the file's timeline.
///
/// What A. Wang called a constellation (An industrial-strength audio search algorithm, ISMIR 2003), on an axis
/// of frequency that is logarithmic, and kept as it is: whoever compares two of them sees every peak, not only
/// pairs of which both survived.
///
/// The clock is pts: frames lie on a grid of 256 samples that starts at zero, a gap in pts moves the
/// position along it, and samples that overlap what was already heard are dropped. How the sound is
/// cut into blocks makes no difference.
///
/// Abstains with `no_audio` (not a sample), `too_short` (under a second), `silence` (under half a
/// second above -84 dBFS) or `steady_tone` (sound without a change to hold on to, as mains hum).
///
/// Cost: about 1 ms a second of sound. Keeps 24 bytes a peak until the end; about forty a second are kept
/// for good.
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
    static let leastSoundingRows = 22  // 0.5 s
    static let leastPeaks = 8

    public init(parameters: AudioParameters = .v2) {
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
        if samples == 0 { return AudioFingerprint(peaks: [], abstainReason: "no_audio") }
        if samples < Self.leastSamples { return AudioFingerprint(peaks: [], abstainReason: "too_short") }
        if soundingRows < Self.leastSoundingRows { return AudioFingerprint(peaks: [], abstainReason: "silence") }
        let kept = PeakRanking(parameters: parameters).strongest(of: peaks)
        if kept.count < Self.leastPeaks { return AudioFingerprint(peaks: [], abstainReason: "steady_tone") }
        return AudioFingerprint(peaks: kept)
    }

    /// Starts a stretch whose first sample is timeline sample `sample`; its first frame lies on the next
    /// grid point.
    private mutating func begin(at sample: Int) {
        endStretch()
        let firstTick = (sample + AudioParameters.tickSamples - 1) / AudioParameters.tickSamples
        picker = PeakPicker(parameters: parameters, firstTick: UInt32(firstTick))
        pending.removeAll(keepingCapacity: true)
        start = firstTick * AudioParameters.tickSamples - sample
        position = firstTick * AudioParameters.tickSamples
    }

    private mutating func advance() {
        guard var picker = picker.take() else { return }
        while start + AudioParameters.frameSamples <= pending.count {
            picker.add(pending, at: start)
            start += AudioParameters.tickSamples
            position += AudioParameters.tickSamples
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
