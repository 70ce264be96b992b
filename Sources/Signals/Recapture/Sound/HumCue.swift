#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The lines of the mains in a sound: 50 or 60 Hz with their overtones, in what is left in its quiet moments.
///
/// Loudspeakers, amplifiers and whatever else in a room hangs on the mains hum in time with it; a voice or an
/// instrument may hold such a tone for a while, but not through the pauses. What the mains do to recordings is
/// described by C. Grigoras, "Digital audio recording analysis: the electric network frequency criterion",
/// Int. J. Speech Language and the Law 12(1), 2005.
struct HumCue: Sendable {
    /// Samples of 11 025 Hz that become one of 1378 Hz.
    private static let decimation = 8
    private static let taps = 128
    /// 0.74 s, 1.35 Hz a bin; a spectrum every 0.37 s.
    private static let size = 1_024, hop = 512
    private static let binHz = 11_025.0 / Double(decimation * size)
    static let hopSeconds = Double(decimation * hop) / 11_025
    /// Up to 360 Hz with twelve neighbours.
    static let bins = 288
    /// Overtones that are looked for, and how many of them must be there.
    private static let overtones = 6, heard = 3

    private let window: [Float]
    private let lowPass: [Float]
    private let twiddles = Twiddles(size)
    /// What the low-pass has not let go of, and what no spectrum has taken.
    private var waiting: [Float] = [], slow: [Float] = []

    init() {
        let size = Self.size, taps = Self.taps
        // Hann, periodic form (F. J. Harris, Proc. IEEE 66(1), 1978).
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(size))) }
        // A windowed sinc: half at 500 Hz, nothing of what would fold to under 400 Hz.
        let cut = 500.0 / 11_025
        lowPass = (0..<taps).map { tap in
            let x = Double(tap) - Double(taps - 1) / 2
            let hann = 0.5 - 0.5 * cos(2 * .pi * (Double(tap) + 0.5) / Double(taps))
            return Float(sin(2 * .pi * cut * x) / (.pi * x) * hann)
        }
    }

    /// Forgets what is begun, for what follows does not follow on from it.
    mutating func interrupt() {
        waiting = []
        slow = []
    }

    /// - Returns: power spectra of `bins` bins that have become full, in order.
    mutating func add(_ samples: [Float]) -> [[Float]] {
        // False for what is not a number.
        waiting.append(contentsOf: samples.lazy.map { abs($0) > 0 ? $0.bounded : 0 })
        var at = 0
        while waiting.count - at >= Self.taps {
            slow.append(filtered(at))
            at += Self.decimation
        }
        waiting.removeFirst(at)
        var spectra: [[Float]] = []
        while slow.count >= Self.size {
            var real = zip(slow, window).map { $0 * $1 }
            var imaginary = [Float](repeating: 0, count: Self.size)
            twiddles.transform(&real, &imaginary)
            spectra.append((0..<Self.bins).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] })
            slow.removeFirst(Self.hop)
        }
        return spectra
    }

    /// In four sums, for each addition waits for the one before.
    private func filtered(_ start: Int) -> Float {
        let samples = waiting.span, weights = lowPass.span
        var (a, b, c, d): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var tap = 0
        while tap < Self.taps {
            a += samples[start &+ tap] * weights[tap]
            b += samples[start &+ tap &+ 1] * weights[tap &+ 1]
            c += samples[start &+ tap &+ 2] * weights[tap &+ 2]
            d += samples[start &+ tap &+ 3] * weights[tap &+ 3]
            tap &+= 4
        }
        return (a + b) + (c + d)
    }

    /// The stronger of the two mains in spectra of one stretch: mean height of its three clearest lines over what lies
    /// 5 to 16 Hz beside them, at the quietest fifth of the moments. Nil of fewer than seven spectra.
    static func hum(_ spectra: [[Float]]) -> (hz: Double, decibels: Double)? {
        guard spectra.count > 6 else { return nil }
        let quiet = (0..<bins).map { bin in quantile(spectra.map { Double($0[bin]) }, 0.2) ?? 0 }
        return [50.0, 60.0].map { mains in
            let heights = (1...overtones).map { overtone in
                let bin = Int((mains * Double(overtone) / binHz).rounded())
                let peak = quiet[(bin - 1)...(bin + 1)].max() ?? 0
                let beside = quantile(Array(quiet[(bin - 12)..<(bin - 4)] + quiet[(bin + 5)..<(bin + 13)]), 0.5) ?? 0
                return Double.decibels(ofPower: (peak + 1e-12) / (beside + 1e-12)).clamped(0, 25)
            }
            return (mains, heights.sorted(by: >).prefix(heard).reduce(0, +) / Double(heard))
        }.max { $0.1 < $1.1 }
    }
}
