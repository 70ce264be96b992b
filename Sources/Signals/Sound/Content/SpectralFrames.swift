#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One look at the sound, 46 ms long.
struct SpectralFrame: Sendable {
    /// Sum of the power spectrum from bin 3 on; of a sine at full scale, 0.094.
    var power: Double
    /// The same in the twenty bands of `SpectralFrames.edges`.
    var bands: [Double]
    /// 0 the spectrum of the frame before, the square root of two nothing in common with it.
    var flux: Double
    /// Highest of the normalised autocorrelation from 75 to 408 Hz, about 1 for a voice that holds a vowel.
    var voicing: Double
    /// Where that is, octaves over 1 Hz.
    var pitch: Double
    /// Bit k: bin k + 3 stands out of its neighbours.
    var peaks: SIMD4<UInt64>
}

/// Cuts mono sound of 11 025 Hz into frames of 512 samples, one every 256, and measures each.
///
/// Two frames go through one complex transform, as its real and imaginary part, and their autocorrelations through
/// another. However the sound is cut into pieces, the frames are the same.
struct SpectralFrames: Sendable {
    static let size = 512, hop = 256
    static let framesPerSecond = 11_025.0 / Double(hop)
    /// The first bin that is looked at, 65 Hz; what lies under it is hum and wind.
    static let firstBin = 3
    private static let bins = size / 2 + 1
    /// First bins of bands of equal width in mel (S. S. Stevens et al., JASA 8, 1937; 2595 log10(1 + f / 700)) from
    /// 60 to 5,400 Hz, and the end of the last.
    static let edges = [
        3, 7, 11, 16, 21, 27, 33, 41, 49, 58, 67, 78, 91, 104, 119, 136, 154, 175, 198, 223, 251,
    ]
    /// Periods of a voice, samples: 408 to 75 Hz.
    private static let lags = 27...146
    /// Bins to each side against whose mean a bin must stand out, 140 Hz.
    private static let neighbours = 6
    /// How far, as a ratio of powers.
    private static let outstanding: Float = 1.5

    private let window: [Float]
    private let twiddles = Twiddles(size)
    /// Autocorrelation of the window, normalised, by which that of a frame is divided (P. Boersma, Proc. IFA 17, 1993,
    /// eq. 9). Circular: at these lags the window's ends add a thousandth.
    private var windowCorrelation: [Float] = []
    private var waiting: [Float] = []
    private var before: [Float] = []
    private var beforePower = 0.0

    init() {
        let size = Self.size
        // Hann, periodic form (F. J. Harris, Proc. IEEE 66(1), 1978).
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(size))) }
        var real = window, imaginary = [Float](repeating: 0, count: size)
        twiddles.transform(&real, &imaginary)
        var power = zip(real, imaginary).map { $0 * $0 + $1 * $1 }
        imaginary = Array(repeating: 0, count: size)
        twiddles.transform(&power, &imaginary)
        windowCorrelation = power.map { $0 / power[0] }
    }

    /// Forgets what is begun, for what follows does not follow on from it.
    mutating func interrupt() {
        waiting.removeAll(keepingCapacity: true)
        before = []
    }

    mutating func add(_ samples: [Float], _ use: (SpectralFrame) -> Void) {
        // False for what is not a number.
        waiting.append(contentsOf: samples.lazy.map { abs($0) > 0 ? $0.bounded : 0 })
        var at = 0
        while waiting.count - at >= Self.size + Self.hop {
            let (first, second) = spectra(at)
            let correlations = correlations(first, second)
            use(frame(first, correlations.0))
            use(frame(second, correlations.1))
            at += 2 * Self.hop
        }
        waiting.removeFirst(at)
    }

    /// Power spectra of the frames at `start` and a hop later, divided by the square of their length.
    private func spectra(_ start: Int) -> ([Float], [Float]) {
        let size = Self.size
        var real = [Float](repeating: 0, count: size), imaginary = real
        for index in 0..<size {
            real[index] = waiting[start + index] * window[index]
            imaginary[index] = waiting[start + Self.hop + index] * window[index]
        }
        twiddles.transform(&real, &imaginary)
        var first = [Float](repeating: 0, count: Self.bins), second = first
        let scale = 1 / Float(4 * size * size)
        for bin in Self.firstBin..<Self.bins {
            let other = (size - bin) % size
            let (a, b, c, d) = (real[bin], imaginary[bin], real[other], imaginary[other])
            first[bin] = ((a + c) * (a + c) + (b - d) * (b - d)) * scale
            second[bin] = ((b + d) * (b + d) + (c - a) * (c - a)) * scale
        }
        return (first, second)
    }

    private func correlations(_ first: [Float], _ second: [Float]) -> ([Float], [Float]) {
        let size = Self.size
        var real = [Float](repeating: 0, count: size), imaginary = real
        for bin in Self.firstBin..<Self.bins {
            let other = (size - bin) % size
            real[bin] = first[bin]
            real[other] = first[bin]
            imaginary[bin] = second[bin]
            imaginary[other] = second[bin]
        }
        // The spectra are even, so each transform is real, and the two do not mix.
        twiddles.transform(&real, &imaginary)
        return (real, imaginary)
    }

    private mutating func frame(_ spectrum: [Float], _ correlation: [Float]) -> SpectralFrame {
        let power = Double(spectrum[Self.firstBin...].reduce(0, +))
        let bands = zip(Self.edges, Self.edges.dropFirst()).map { Double(spectrum[$0..<$1].reduce(0, +)) }
        let (voicing, lag) = Self.voice(correlation, windowCorrelation)
        defer { (before, beforePower) = (spectrum, power) }
        return SpectralFrame(
            power: power, bands: bands, flux: flux(spectrum, power), voicing: voicing, pitch: log2(11_025 / lag),
            peaks: Self.peaks(spectrum))
    }

    /// Distance of two magnitude spectra of length one (E. Scheirer and M. Slaney, ICASSP 1997, "spectral flux", which
    /// they take without the normalisation; with it loudness does not matter).
    private func flux(_ spectrum: [Float], _ power: Double) -> Double {
        guard !before.isEmpty, power > 0, beforePower > 0 else { return before.isEmpty ? 0 : 2.0.squareRoot() }
        var common: Float = 0
        for bin in Self.firstBin..<Self.bins { common += (spectrum[bin] * before[bin]).squareRoot() }
        return max(0, 2 - 2 * Double(common) / (power * beforePower).squareRoot()).squareRoot()
    }

    private static func voice(_ correlation: [Float], _ window: [Float]) -> (strength: Double, lag: Double) {
        guard correlation[0] > 0 else { return (0, Double(lags.lowerBound)) }
        func value(_ lag: Int) -> Double { Double(correlation[lag] / correlation[0] / window[lag]) }
        var best = lags.lowerBound
        var highest = value(best)
        for lag in lags where value(lag) > highest { (best, highest) = (lag, value(lag)) }
        // The top of the parabola through the highest value and its neighbours.
        let (low, high) = (value(best - 1), value(best + 1))
        let bend = low - 2 * highest + high
        let shift = abs(bend) > 1e-9 ? ((low - high) / (2 * bend)).clamped(-0.5, 0.5) : 0
        return (highest, Double(best) + shift)
    }

    private static func peaks(_ spectrum: [Float]) -> SIMD4<UInt64> {
        var peaks = SIMD4<UInt64>()
        // The sum of the bins around, carried along; what lies outside of the spectrum counts as nothing.
        var sum = spectrum[firstBin..<(firstBin + neighbours)].reduce(0, +)
        let count = Float(2 * neighbours + 1)
        for bin in firstBin..<bins {
            if bin + neighbours < bins { sum += spectrum[bin + neighbours] }
            if bin - neighbours - 1 >= firstBin { sum -= spectrum[bin - neighbours - 1] }
            let index = bin - firstBin
            if spectrum[bin] > 0, spectrum[bin] * count > outstanding * sum { peaks[index / 64] |= 1 << (index % 64) }
        }
        return peaks
    }
}
