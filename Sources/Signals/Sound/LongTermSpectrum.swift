#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Mean power spectrum of the mono mix, and how far up it reaches.
struct LongTermSpectrum {
    private let size: Int
    private let hop: Int
    private let window: [Float]
    private let twiddles: Twiddles
    private var waiting: [Float] = []
    /// Samples still to pass over before the next window starts.
    private var skip = 0
    private var power: [Double]
    private(set) var windows = 0

    init(size: Int, hop: Int) {
        precondition(size.isPowerOfTwo && hop >= size, "spectra of \(size) samples every \(hop)")
        self.size = size
        self.hop = hop
        // Hann, periodic form (F. J. Harris, Proc. IEEE 66(1), 1978): side lobes fall by 18 dB an octave,
        // so a strong bass does not hide an empty top.
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(size))) }
        twiddles = Twiddles(size)
        power = Array(repeating: 0, count: size / 2 + 1)
        waiting.reserveCapacity(size)
    }

    /// The spectrum of one window: powers, and the index behind its last sample among those that were given.
    typealias Look = (power: [Float], end: Int)

    /// - Returns: the windows that have become full.
    @discardableResult
    mutating func add(_ channels: [[Float]], from: Int, count: Int) -> [Look] {
        guard !channels.isEmpty else { return [] }
        var looks: [Look] = []
        let scale = 1 / Float(channels.count)
        var at = from
        let end = from + count
        while at < end {
            let passed = min(skip, end - at)
            skip -= passed
            at += passed
            let taken = min(size - waiting.count, end - at)
            let start = waiting.count
            waiting.append(contentsOf: repeatElement(0, count: taken))
            for channel in channels {
                let source = channel.span
                var target = waiting.mutableSpan
                for index in 0..<taken {
                    let sample = source[at &+ index]
                    // False for what is not a number.
                    if abs(sample) > 0 { target[start &+ index] += sample.bounded * scale }
                }
            }
            at += taken
            if waiting.count == size { looks.append((analyse(), at)) }
        }
        return looks
    }

    private mutating func analyse() -> [Float] {
        var real = waiting
        var imaginary = [Float](repeating: 0, count: size)
        for index in real.indices { real[index] *= window[index] }
        twiddles.transform(&real, &imaginary)
        let look = power.indices.map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
        for bin in power.indices { power[bin] += Double(look[bin]) }
        windows += 1
        waiting.removeAll(keepingCapacity: true)
        skip = hop - size
        return look
    }

    /// Hz of the highest bin whose smoothed level stands `range` dB or less under the strongest and,
    /// where the spectrum has an empty part at all, `margin` dB over it; nil without a full window.
    func bandwidthHz(sampleRateHz: Int, range: Double, margin: Double) -> Double? {
        guard windows > 0 else { return nil }
        // Five bins: wider than the main lobe of the window, narrow beside any coder's cutoff.
        let smooth = power.indices.map { bin in
            let low = max(0, bin - 2), high = min(power.count - 1, bin + 2)
            return power[low...high].reduce(0, +) / Double(high - low + 1)
        }
        guard let strongest = smooth.max(), let quietest = smooth.min(), strongest > 0 else { return nil }
        var threshold = strongest * .power(ofDecibels: -range)
        let raised = quietest * .power(ofDecibels: margin)
        // A floor that is nearly as loud as the sound is no floor: noise fills the whole band.
        if raised > threshold, quietest < strongest * 0.001 { threshold = raised }
        guard let top = smooth.lastIndex(where: { $0 >= threshold }) else { return nil }
        // The smoothing carries an edge two bins outwards.
        let edge = top == smooth.count - 1 ? top : max(0, top - 2)
        return Double(edge) * Double(sampleRateHz) / Double(size)
    }
}

extension Float {
    /// To the +-16 that the loudness kernel keeps to: infinities must not reach the sums.
    var bounded: Float { Swift.min(Swift.max(self, -16), 16) }
}
