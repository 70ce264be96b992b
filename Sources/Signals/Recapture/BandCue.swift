internal import CKernels
internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Bands that roll through the picture: a screen's refresh or a lamp's mains against the camera's
/// rolling shutter.
///
/// The log of each row's mean, for the left and the right half, becomes a picture of rows against
/// time; a rolling band is a plane wave in it, one line in its spectrum with both a temporal and a
/// vertical frequency, and the same in both halves. Cuts and motion are broad there and differ
/// between the halves.
struct BandCue: Sendable {
    private static let side = 64

    private let parameters: RecaptureParameters
    private let twiddles = Twiddles(side)
    private let window: [Float]
    /// Profiles of the open stretch, a row of 64 per sample.
    private var left: [[Float]] = []
    private var right: [[Float]] = []
    private var held: (left: [Float], right: [Float])?
    private var next: Double?
    /// Over stretches: power of both halves, and their cross power.
    private var power = [Double](repeating: 0, count: 64 * 64)
    private var cross = [Double](repeating: 0, count: 64 * 64)
    private(set) var stretches = 0

    init(_ parameters: RecaptureParameters) {
        self.parameters = parameters
        window = (0..<Self.side).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(Self.side))) }
    }

    mutating func add(_ tick: FrameTick) {
        var sums: (left: [UInt32], right: [UInt32]) = (Array(repeating: 0, count: 64), Array(repeating: 0, count: 64))
        // Ticks have 64x64 pixels; the caller has checked.
        unsafe moire_row_sums(tick.thumb.pixels, &sums.left, &sums.right)
        // One level is added so that black has a logarithm.
        let profile = (
            left: sums.left.map { logf(Float($0) / 32 + 1) }, right: sums.right.map { logf(Float($0) / 32 + 1) }
        )
        // The frame shown at each point of a grid in time, so that the frame rate does not matter.
        let step = 1 / parameters.profileHz
        if var at = next {
            if tick.pts - at > Double(Self.side) * step {
                // A long hold or a gap; begin anew.
                left.removeAll()
                right.removeAll()
                at = tick.pts
            }
            while at < tick.pts, let shown = held {
                append(shown)
                at += step
            }
            next = at
        } else {
            next = tick.pts
        }
        held = profile
    }

    private mutating func append(_ profile: (left: [Float], right: [Float])) {
        left.append(profile.left)
        right.append(profile.right)
        guard left.count == Self.side else { return }
        let a = spectrum(left), b = spectrum(right)
        for bin in power.indices {
            let first: Float = a.re[bin] * a.re[bin] + a.im[bin] * a.im[bin]
            let second: Float = b.re[bin] * b.re[bin] + b.im[bin] * b.im[bin]
            let common: Float = a.re[bin] * b.re[bin] + a.im[bin] * b.im[bin]
            power[bin] += Double(first + second) / 2
            cross[bin] += Double(common)
        }
        stretches += 1
        left.removeAll(keepingCapacity: true)
        right.removeAll(keepingCapacity: true)
    }

    /// Rows of the result: vertical frequency; columns: temporal. Time trends are removed per row.
    private func spectrum(_ profiles: [[Float]]) -> (re: [Float], im: [Float]) {
        let n = Self.side
        var re = [Float](repeating: 0, count: n * n), im = re
        for y in 0..<n {
            var line = profiles.map { $0[y] }
            var imaginary = [Float](repeating: 0, count: n)
            let mean = line.reduce(0, +) / Float(n)
            var slope: Float = 0, weight: Float = 0
            for t in 0..<n {
                let at = Float(t) - Float(n - 1) / 2
                slope += at * (line[t] - mean)
                weight += at * at
            }
            slope /= weight
            for t in 0..<n { line[t] = (line[t] - mean - slope * (Float(t) - Float(n - 1) / 2)) * window[t] }
            twiddles.transform(&line, &imaginary)
            for t in 0..<n {
                re[y * n + t] = line[t] * window[y]
                im[y * n + t] = imaginary[t] * window[y]
            }
        }
        // Light that pulses evenly has no bands; the window would spread it into them.
        let weight = window.reduce(0, +)
        for t in 0..<n {
            var meanReal: Float = 0, meanImaginary: Float = 0
            for y in 0..<n {
                meanReal += re[y * n + t]
                meanImaginary += im[y * n + t]
            }
            for y in 0..<n {
                re[y * n + t] -= window[y] * meanReal / weight
                im[y * n + t] -= window[y] * meanImaginary / weight
            }
        }
        for t in 0..<(n / 2) {
            var column = (0..<n).map { re[$0 * n + t] }, imaginary = (0..<n).map { im[$0 * n + t] }
            twiddles.transform(&column, &imaginary)
            for y in 0..<n {
                re[y * n + t] = column[y]
                im[y * n + t] = imaginary[y]
            }
        }
        return (re, im)
    }

    /// dB by which the strongest wave common to both halves stands over the middle of its row of
    /// frequencies; nil without a whole stretch.
    func decibels() -> Double? {
        guard stretches > 0 else { return nil }
        let n = Self.side
        let lowest = max(2, Int((parameters.bandLowestHz * Double(n) / parameters.profileHz).rounded(.up)))
        var best = 0.0
        for cycles in 1...parameters.bandCycles {
            for row in [cycles, n - cycles] {
                let line = (lowest..<(n / 2 - 1)).map { row * n + $0 }
                // One part in a thousand of light, squared, under the windows: 8-bit rounding stays below.
                guard let middle = quantile(line.map { power[$0] }, 0.5) else { continue }
                for bin in line where cross[bin] > parameters.bandCoherence * power[bin] {
                    best = max(best, .decibels(ofPower: cross[bin] / max(middle, 0.02 * Double(stretches))))
                }
            }
        }
        return best
    }
}
