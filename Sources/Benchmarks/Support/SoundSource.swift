package import Fingerprints

/// Peaks of sound that nobody recorded, made of real clips' peaks.
///
/// A sound is a row of pieces of 1 to 2 s, each drawn from any clip. Within a piece the peaks keep their company:
/// how many there are at a moment, how they crowd and pause, in which bands they lie and how far one is above the next.
/// That is what decides how often a key occurs, and so what the list weighs and how many strangers a question meets.
/// What must not stay is the story, or else a question cut from the same clip would be right to find it here, and
/// some of the search's hypotheses of speed and pitch would find it wherever it was only moved. So each piece
///
/// - is played backwards, which no hypothesis undoes: a pair of peaks becomes its own mirror image, so that keys have
///   the same statistics with rising and falling exchanged;
/// - is played 0.8 to 1.25 times as fast, with all bands moved by up to half an octave, so that one real moment, which
///   is drawn about two thousand times for a thousand hours, does not store the same keys each time;
/// - has every second peak, by chance, moved by a hop.
///
/// The half octave and the speeds smear the distribution of keys by less than the clips differ among each other. What is
/// left of the repetition makes the keys fewer than real sound of that length would have: the test is a little
/// harder than the truth. What it does not show are real repetitions: a thousand hours of one radio station hold the
/// same jingle a thousand times.
package struct SoundSource {
    private let clips: [(peaks: [SoundPeak], hops: Int)]

    /// - Parameter clips: of each, its peaks; those with too few are left out.
    package init(from clips: [[SoundPeak]]) {
        self.clips = clips.map { ($0, Int($0.last?.hop ?? 0) + 1) }.filter { $0.hops > 400 && $0.peaks.count > 100 }
    }

    package var isEmpty: Bool { clips.isEmpty }

    package func peaks(seconds: Double, _ dice: inout Dice) -> [SoundPeak] {
        let end = Int(seconds / AudioFingerprint.hopSeconds)
        var peaks: [SoundPeak] = []
        peaks.reserveCapacity(Int(45 * seconds))
        var filled = 0
        while filled < end {
            let clip = clips[dice.below(clips.count)]
            let length = 86 + dice.below(87)  // 1 to 2 s
            let from = dice.below(max(1, clip.hops - length))
            let move = dice.below(97) - 48
            let speed256 = 205 + dice.below(116)  // 0.8 to 1.25, in 256ths
            var index = Self.first(in: clip.peaks, from: UInt32(from))
            while index < clip.peaks.count, Int(clip.peaks[index].hop) < from + length {
                let peak = clip.peaks[index]
                index += 1
                let bits = dice.next()
                let backwards = from + length - 1 - Int(peak.hop)
                let jitter = Int(bits & 1) * (Int(bits & 2) - 1)
                let hop = max(0, filled + backwards * 256 / speed256 + jitter), band = Int(peak.band) + move
                guard hop < end, 0..<Int(SoundPeak.bandsMax) ~= band else { continue }
                peaks.append(SoundPeak(hop: UInt32(hop), band: UInt16(band)))
            }
            filled += length * 256 / speed256
        }
        peaks.sort { ($0.hop, $0.band) < ($1.hop, $1.band) }
        var once: [SoundPeak] = []
        once.reserveCapacity(peaks.count)
        for peak in peaks where peak != once.last { once.append(peak) }
        return once
    }

    private static func first(in peaks: [SoundPeak], from hop: UInt32) -> Int {
        var low = 0, high = peaks.count
        while low < high {
            let middle = (low + high) / 2
            if peaks[middle].hop < hop { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
