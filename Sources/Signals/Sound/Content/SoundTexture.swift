#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What three seconds of sound are like, in the measures by which speech and music have been told apart since
/// E. Scheirer and M. Slaney, "Construction and evaluation of a robust multifeature speech/music discriminator",
/// ICASSP 1997. None depends on how loud the sound is.
struct SoundTexture: Sendable, Equatable {
    /// Frames of a texture, 3.0 s, and from one to the next, 1.0 s.
    static let frames = 129, step = 43

    /// log10 of the share of the bands' envelopes that beats at 3 to 7 Hz, the rate of syllables (T. Houtgast and
    /// H. Steeneken, JASA 77, 1985; Scheirer and Slaney's "4 Hz modulation energy").
    var syllables = 0.0
    /// 0...1, share of voiced neighbours whose pitch moves by 1/100 to 15/100 of an octave: voices glide ...
    var glide = 0.0
    /// ... and share of all frames whose pitch stays within 1/100: instruments hold.
    var hold = 0.0
    /// Standard deviation of the voicing over what is not quiet: vowels and consonants take turns.
    var voicingSpread = 0.0
    /// 0...1, highest autocorrelation of the onsets' strength from 0.26 to 1.2 s, a beat (O. Lartillot et al.,
    /// "Multi-feature modeling of pulse clarity", ISMIR 2008).
    var pulse = 0.0
    /// Share of the time for which the 5, and the 20, most lasting bins stand out of their neighbours: notes are
    /// straight lines in a spectrogram (K. Seyerlehner et al., "Automatic music detection in television productions",
    /// DAFx 2007, "continuous frequency activation").
    var lasting5 = 0.0, lasting20 = 0.0
    /// The same over the quietest third, between words, where only a bed of music is left.
    var quiet5 = 0.0, quiet20 = 0.0
    /// Mean spectral flux, plain and weighted by power.
    var flux = 0.0, loudFlux = 0.0
    /// Decades of power from the mean down to the quietest tenth: speech has rests.
    var rests = 0.0

    /// Nil for silence.
    init?(_ window: ArraySlice<SpectralFrame>, _ p: SpeechMusicParameters) {
        precondition(window.count == Self.frames, "a texture of \(window.count) frames")
        let all = Array(window)
        let mean = all.reduce(0) { $0 + $1.power } / Double(all.count)
        guard mean >= .power(ofDecibels: p.silence) else { return nil }
        syllables = Self.syllables(all)
        addPitch(all, mean)
        pulse = Self.pulse(all, mean)
        addPeaks(all, mean)
        addFlux(all, mean)
    }

    // MARK: Envelopes

    /// Turns of 2 pi k / `frames`, for the few frequencies that are wanted of a transform of that length.
    private static let turns: [(cos: Double, sin: Double)] = (0..<frames).map {
        let angle = 2 * Double.pi * Double($0) / Double(frames)
        return (cos(angle), sin(angle))
    }
    /// Of a transform over the texture: 3.0 to 7.0 Hz.
    private static let syllableBins = 9...21

    private static func syllables(_ all: [SpectralFrame]) -> Double {
        var beating = 0.0, level = 0.0
        for band in 0..<(SpectralFrames.edges.count - 1) {
            let envelope = all.map { $0.bands[band].squareRoot() }
            let mean = envelope.reduce(0, +) / Double(frames)
            let tapered = envelope.indices.map { (envelope[$0] - mean) * (0.5 - 0.5 * turns[$0].cos) }
            for bin in syllableBins {
                var (real, imaginary) = (0.0, 0.0)
                for index in tapered.indices {
                    let turn = turns[bin * index % frames]
                    real += tapered[index] * turn.cos
                    imaginary -= tapered[index] * turn.sin
                }
                beating += real * real + imaginary * imaginary
            }
            level += mean * mean
        }
        return log10(beating / (level * Double(frames * frames)) + 1e-5)
    }

    /// Onsets are what rises in any band, in decades, above the 53 dB that matter.
    private static func pulse(_ all: [SpectralFrame], _ mean: Double) -> Double {
        let levels = all.map { frame in frame.bands.map { log10($0 + mean * 5e-6) } }
        var onsets = zip(levels, levels.dropFirst()).map { a, b in zip(a, b).reduce(0) { $0 + max(0, $1.1 - $1.0) } }
        let middle = onsets.reduce(0, +) / Double(onsets.count)
        for index in onsets.indices { onsets[index] -= middle }
        let energy = onsets.reduce(1e-12) { $0 + $1 * $1 }
        return (11...51).map { lag in
            var sum = 0.0
            for index in 0..<(onsets.count - lag) { sum += onsets[index] * onsets[index + lag] }
            return sum / energy
        }.max() ?? 0
    }

    // MARK: Pitch

    private mutating func addPitch(_ all: [SpectralFrame], _ mean: Double) {
        let loud = all.filter { $0.power > 0.04 * mean }
        let voicing = loud.reduce(0) { $0 + $1.voicing } / Double(max(1, loud.count))
        let squares = loud.reduce(0) { $0 + ($1.voicing - voicing) * ($1.voicing - voicing) }
        voicingSpread = (squares / Double(max(1, loud.count))).squareRoot()
        func isVoiced(_ frame: SpectralFrame) -> Bool { frame.voicing > 0.5 && frame.power > 0.04 * mean }
        var voiced = 0, gliding = 0, held = 0
        for (a, b) in zip(all, all.dropFirst()) where isVoiced(a) && isVoiced(b) {
            let moved = abs(b.pitch - a.pitch)
            voiced += 1
            if moved <= 0.01 { held += 1 } else if moved < 0.15 { gliding += 1 }
        }
        // Of fewer than four nothing can be said: what lies between speech and music.
        glide = voiced >= 4 ? Double(gliding) / Double(voiced) : 0.3
        hold = Double(held) / Double(Self.frames)
    }

    // MARK: Spectra

    private mutating func addPeaks(_ all: [SpectralFrame], _ mean: Double) {
        (lasting5, lasting20) = Self.lasting(all, mean)
        let quietest = all.indices.sorted {
            all[$0].power != all[$1].power ? all[$0].power < all[$1].power : $0 < $1
        }.prefix(Self.frames / 3)
        (quiet5, quiet20) = Self.lasting(quietest.map { all[$0] }, mean)
        rests = log10(mean) - log10(all[quietest[Self.frames / 10]].power + mean * 1e-6)
    }

    private static func lasting(_ frames: [SpectralFrame], _ mean: Double) -> (five: Double, twenty: Double) {
        var counts = [Int](repeating: 0, count: 256)
        // Under -60 dB nothing is heard, and the coder's noise stands out as it likes.
        for frame in frames where frame.power > mean * 1e-6 {
            for word in 0..<4 {
                var rest = frame.peaks[word]
                while rest != 0 {
                    counts[64 * word + rest.trailingZeroBitCount] += 1
                    rest &= rest - 1
                }
            }
        }
        counts.sort(by: >)
        func share(_ bins: Int) -> Double { Double(counts.prefix(bins).reduce(0, +)) / Double(bins * frames.count) }
        return (share(5), share(20))
    }

    private mutating func addFlux(_ all: [SpectralFrame], _ mean: Double) {
        var sum = 0.0, weighted = 0.0, weights = 0.0
        for (a, b) in zip(all, all.dropFirst()) {
            let weight = min(a.power, b.power)
            sum += b.flux
            weighted += b.flux * weight
            weights += weight
        }
        flux = sum / Double(all.count - 1)
        loudFlux = weights > 0 ? weighted / weights : 0
    }
}
