public import Fingerprints
public import Frames

/// Mono sound, block by block → the file's Chromaprint, as `fpcalc` would have made it.
///
/// The sound begins with the first sample, wherever on the timeline that lies, as in `fpcalc`. What
/// follows differs from it in one point: `fpcalc` joins what lies on both sides of a hole in the
/// timestamps, and every word behind the hole then stands in a wrong place. Word n means second
/// n · 0.124 to whoever compares two Chromaprints, so holes are filled with silence here, each with at
/// most `gapSecondsMax`. How the sound is cut into blocks makes no difference.
///
/// Abstains with `no_audio` (not a sample) or `too_short` (under 2.7 s: no whole word). Silence and
/// hum have words too, all alike; the library does not abstain, and neither does this.
///
/// Cost: about 0.24 ms a second of sound. Keeps 4 bytes a word.
public struct Chromaprinter: ~Copyable {
    /// Seconds of silence put into one hole. Longer holes are broken timestamps or another recording.
    public static let gapSecondsMax = 10.0
    /// Blocks this close to where the last one ended follow it: containers round their timestamps.
    static let toleranceSeconds = 0.02
    /// Samples of silence fed at once.
    private static let silenceSamples = 4096

    /// For instance `libchromaprint 1.5.1`: the one this process runs with.
    public static var library: String { "libchromaprint \(ChromaprintContext.libraryVersion)" }

    private let context: ChromaprintContext
    /// Samples that may still be fed; the rest of the file is only measured.
    private var samplesLeft: Int
    private var start: Double?
    private var end = 0.0
    private var failure: ChromaprintError?

    /// - Parameter secondsMax: seconds of sound that count; nil for all of it.
    public init(secondsMax: Double?) throws(ChromaprintError) {
        context = try ChromaprintContext(sampleRateHz: MonoBlock.sampleRateHz)
        let limit = min(secondsMax ?? .infinity, FingerprintLimits.duration)
        samplesLeft = Int(max(0, limit) * Double(MonoBlock.sampleRateHz))
    }

    public mutating func add(_ block: MonoBlock) {
        guard !block.samples.isEmpty, block.pts.isFinite, failure == nil else { return }
        let seconds = Double(block.samples.count) / Double(MonoBlock.sampleRateHz)
        if start == nil {
            start = block.pts
        } else if block.pts > end + Self.toleranceSeconds {
            feedSilence(seconds: min(block.pts - end, Self.gapSecondsMax))
        }
        end = max(end, block.pts + seconds)
        feed(block.samples.prefix(samplesLeft).map(Self.quantised))
    }

    /// The words, and how long the sound was from its first sample to its last.
    public consuming func finish() throws(ChromaprintError) -> Chromaprint {
        if let failure { throw failure }
        let duration = start.map { end - $0 } ?? 0
        let hasSound = start != nil
        let words = try context.finish()
        return Chromaprint(
            words: words, algorithm: Chromaprint.defaultAlgorithm, duration: duration,
            abstainReason: !words.isEmpty ? nil : hasSound ? "too_short" : "no_audio")
    }

    private mutating func feedSilence(seconds: Double) {
        var left = min(samplesLeft, Int((seconds * Double(MonoBlock.sampleRateHz)).rounded()))
        while left > 0, failure == nil {
            let count = min(left, Self.silenceSamples)
            feed([Int16](repeating: 0, count: count))
            left -= count
        }
    }

    private mutating func feed(_ samples: [Int16]) {
        guard !samples.isEmpty else { return }
        samplesLeft -= samples.count
        do { try context.feed(samples) } catch { failure = error }
    }

    /// The inverse of FFmpeg's widening, and its rounding: 16-bit sound comes through unchanged.
    private static func quantised(_ sample: Float) -> Int16 {
        guard sample.isFinite else { return 0 }
        return Int16(max(-32_768, min(32_767, (sample * 32_768).rounded(.toNearestOrEven))))
    }
}
