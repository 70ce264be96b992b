#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a loudspeaker, a room and a microphone do to a sound, in numbers; none depends on how loud it is.
///
/// Each is the middle of what the bands say, so that one hum or one whistle decides nothing.
struct SoundMeasures: Sendable {
    /// dB between the loud and the quiet moments of a band. Where it is small, no sound ends, and no room is heard.
    var range = 0.0
    /// dB a second by which a band falls at its hundredth fastest from one frame to the next. In a room, sound dies
    /// away no faster than the room lets it. R. Ratnam et al., "Blind estimation of reverberation time", JASA 114(5),
    /// 2003, look at the fastest decays for the same reason.
    var fall = 0.0
    /// Kurtosis of the steps from frame to frame: dry sound rests and jumps, an echo evens out what it repeats. B. W.
    /// Gillespie et al., "Speech dereverberation via maximum-kurtosis subband adaptive filtering", ICASSP 2001, go by
    /// that of the samples.
    var kurtosis = 0.0
    /// Correlation of the steps of bands five apart. It tells what the sound itself is like: what begins in all bands
    /// at once, as consonants and beats do, would also end at once, were it not for the room.
    var coherence = 0.0
    /// Standard deviation, dB, of the lowest band, 65 to 140 Hz. A small loudspeaker plays nothing there, and what a
    /// microphone hears instead is the noise of the room, which stands still.
    var bass = 0.0
    /// How far the top moves, against the middle: dB between loud and quiet moments of the three highest thirds of an
    /// octave over those from 400 to 3000 Hz. Where the loudspeaker ends, only the microphone's noise is left.
    var treble = 0.0
    /// dB an octave by which the quietest twentieth of the moments rises towards the top. Microphones hiss in the
    /// pauses, up to the top; in a mix, these are the emptier the higher.
    var floorSlope = 0.0
    /// The stronger of the two mains and the height of its lines in dB; 0 where none was looked for.
    var humHz = 0.0, hum = 0.0

    enum Unjudged: Error { case steady, quiet }

    /// Shares of the moments, as quantiles.
    private static let quietest = 0.05, loud = 0.9, fastest = 0.99
    private static let bandCount = SpectralFrames.edges.count - 1
    /// Octaves over 1 Hz of the middles of the bands.
    private static let octaves = zip(SpectralFrames.edges, SpectralFrames.edges.dropFirst()).map {
        log2(Double($0 + $1) / 2 * 11_025 / Double(SpectralFrames.size))
    }

    static func of(_ stretch: SoundStretch, _ p: LoudspeakerParameters) -> Result<SoundMeasures, Unjudged> {
        let mean = stretch.bands.reduce(0) { $0 + $1.reduce(0, +) } / Double(stretch.bands.count)
        guard mean >= .power(ofDecibels: p.quietDecibels) else { return .failure(.quiet) }
        // dB over the mean of all; what lies 80 under it is the coder's.
        let levels = (0..<bandCount).map { band in
            stretch.bands.map { Double.decibels(ofPower: $0[band] / mean + 1e-8) }
        }
        var measures = SoundMeasures()
        let ordered = levels.map { $0.sorted() }
        let floors = ordered.map { quantile(ofSorted: $0, quietest) ?? 0 }
        measures.range = middle(zip(ordered, floors).map { (quantile(ofSorted: $0, loud) ?? 0) - $1 })
        guard measures.range >= p.rangeMin else { return .failure(.steady) }
        measures.floorSlope = slope(floors)
        measures.bass = moments(levels[0]).deviation
        let steps = levels.map { level in zip(level, level.dropFirst()).map { $1 - $0 } }
        measures.fall = -middle(steps.map { quantile($0, 1 - fastest) ?? 0 }) * SpectralFrames.framesPerSecond
        measures.kurtosis = middle(steps.map { moments($0).kurtosis })
        measures.coherence = middle((2..<14).map { correlation(steps[$0], steps[$0 + 5]) })
        measures.treble = treble(stretch)
        if let hum = HumCue.hum(stretch.mains) { (measures.humHz, measures.hum) = hum }
        return .success(measures)
    }

    /// The mains of the strongest. Nil of none.
    static func mean(_ all: [SoundMeasures]) -> SoundMeasures? {
        guard let strongest = all.max(by: { $0.hum < $1.hum }) else { return nil }
        func mean(_ value: KeyPath<SoundMeasures, Double>) -> Double {
            all.reduce(0) { $0 + $1[keyPath: value] } / Double(all.count)
        }
        return SoundMeasures(
            range: mean(\.range), fall: mean(\.fall), kurtosis: mean(\.kurtosis), coherence: mean(\.coherence),
            bass: mean(\.bass), treble: mean(\.treble), floorSlope: mean(\.floorSlope), humHz: strongest.humHz,
            hum: mean(\.hum))
    }

    /// 0...1.2, for over that the top is as lively as the middle. 1 of sound that has no such bands.
    private static func treble(_ stretch: SoundStretch) -> Double {
        let ranges = SoundStretch.thirds.indices.map { third in
            let powers = stretch.thirds.map { $0[third] }.sorted()
            let loud = quantile(ofSorted: powers, 0.9) ?? 0, quiet = quantile(ofSorted: powers, 0.1) ?? 0
            return Double.decibels(ofPower: loud + 1e-12) - Double.decibels(ofPower: quiet + 1e-12)
        }
        // The last tenth belongs to resamplers.
        let top = SoundStretch.thirds.indices.filter {
            SoundStretch.thirds[$0] < 0.45 * Double(stretch.sampleRateHz)
        }.suffix(3)
        let inside = SoundStretch.thirds.indices.filter { (400..<3_000).contains(SoundStretch.thirds[$0]) }
        guard let highest = top.last, SoundStretch.thirds[highest] > 3_000 else { return 1 }
        let reference = max(3, middle(inside.map { ranges[$0] }))
        return min(1.2, top.reduce(0) { $0 + ranges[$1] / reference } / Double(top.count))
    }

    // MARK: Statistics

    private static func middle(_ values: [Double]) -> Double { quantile(values, 0.5) ?? 0 }

    /// Least squares over the bands' octaves.
    private static func slope(_ values: [Double]) -> Double {
        let meanX = octaves.reduce(0, +) / Double(bandCount), meanY = values.reduce(0, +) / Double(bandCount)
        var (xx, xy) = (0.0, 0.0)
        for (x, y) in zip(octaves, values) {
            xx += (x - meanX) * (x - meanX)
            xy += (x - meanX) * (y - meanY)
        }
        return xy / xx
    }

    /// Kurtosis is 3 of a bell curve, and 0 where nothing moves.
    private static func moments(_ values: [Double]) -> (deviation: Double, kurtosis: Double) {
        let count = Double(values.count), mean = values.reduce(0, +) / count
        var (second, fourth) = (0.0, 0.0)
        for value in values {
            let square = (value - mean) * (value - mean)
            second += square / count
            fourth += square * square / count
        }
        return (second.squareRoot(), fourth / (second * second + 1e-9))
    }

    /// 0 where one does not move.
    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let meanA = a.reduce(0, +) / Double(a.count), meanB = b.reduce(0, +) / Double(b.count)
        var (aa, bb, ab) = (0.0, 0.0, 0.0)
        for index in a.indices {
            let (x, y) = (a[index] - meanA, b[index] - meanB)
            aa += x * x
            bb += y * y
            ab += x * y
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }
}
