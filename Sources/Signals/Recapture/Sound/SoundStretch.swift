/// What a stretch of sound left for the loudspeaker's cues: at most a window's worth.
struct SoundStretch: Sendable {
    /// Powers of the twenty bands of `SpectralFrames`, 43 times a second.
    var bands: [[Double]] = []
    /// Mean powers of the thirds of an octave around `SoundStretch.thirds`, about six times a second.
    var thirds: [[Double]] = []
    /// Spectra of `HumCue`.
    var mains: [[Float]] = []
    /// The lowest sample rate among the spectra.
    var sampleRateHz = Int.max

    /// Hz: 62.5 to 16,000.
    static let thirds: [Double] = [
        62.5, 78.7, 99.2, 125, 157.5, 198.4, 250, 315, 396.9, 500, 630, 793.7, 1_000, 1_259.9, 1_587.4, 2_000, 2_519.8,
        3_174.8, 4_000, 5_039.7, 6_349.6, 8_000, 10_079.4, 12_699.2, 16_000,
    ]
    /// A sixth of an octave.
    private static let half = 1.122_462

    /// - Parameter power: bins from 0 to half the sample rate.
    mutating func add(spectrum power: [Float], sampleRateHz rate: Int) {
        sampleRateHz = min(sampleRateHz, rate)
        let binHz = Double(rate) / 2 / Double(power.count - 1)
        thirds.append(
            Self.thirds.map { centre in
                let low = Int((centre / Self.half / binHz).rounded(.up))
                let high = min(power.count, Int((centre * Self.half / binHz).rounded(.up)))
                // Down where a third of an octave is narrower than a bin, the nearest one; nothing beyond the top.
                guard low < high else {
                    let nearest = Int((centre / binHz).rounded())
                    return nearest < power.count ? Double(power[nearest]) : 0
                }
                return power[low..<high].reduce(0) { $0 + Double($1) } / Double(high - low)
            })
    }
}
