internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The two sections of BS.1770's K weighting, at any sample rate.
///
/// BS.1770-4 prints coefficients for 48 kHz only. The analog prototypes behind them (a high shelf for
/// the head and a high-pass for the ear's loss of bass) were recovered by B. De Man, "Evaluation of
/// Implementations of the EBU R128 Loudness Measurement", AES 145 (2018), and are what libebur128
/// uses; the bilinear transform with frequency warping brings them to `sampleRateHz`.
enum KWeighting {
    /// Corner of the shelf, Hz.
    static let shelfHz = 1681.974450955533
    /// Gain above it, dB.
    static let shelfGain = 3.999843853973347
    static let shelfQ = 0.7071752369554196
    /// Exponent that places the mid-band gain between one and the shelf's.
    static let shelfMid = 0.4996667741545416
    /// Corner of the high-pass, Hz.
    static let highPassHz = 38.13547087602444
    static let highPassQ = 0.5003270373238773

    static func sections(sampleRateHz: Int) -> (moire_biquad, moire_biquad) {
        (shelf(Double(sampleRateHz)), highPass(Double(sampleRateHz)))
    }

    static func shelf(_ rate: Double) -> moire_biquad {
        // A corner above half the rate would fold back; at such rates the shelf is flat anyway.
        let k = tan(.pi * min(shelfHz / rate, 0.49))
        let high = pow(10, shelfGain / 20)
        let mid = pow(high, shelfMid)
        let a0 = 1 + k / shelfQ + k * k
        return moire_biquad(
            b0: (high + mid * k / shelfQ + k * k) / a0,
            b1: 2 * (k * k - high) / a0,
            b2: (high - mid * k / shelfQ + k * k) / a0,
            a1: 2 * (k * k - 1) / a0,
            a2: (1 - k / shelfQ + k * k) / a0)
    }

    /// The numerator is left at 1, -2, 1 as BS.1770-4 prints it, not divided by a0.
    static func highPass(_ rate: Double) -> moire_biquad {
        let k = tan(.pi * min(highPassHz / rate, 0.49))
        let a0 = 1 + k / highPassQ + k * k
        return moire_biquad(b0: 1, b1: -2, b2: 1, a1: 2 * (k * k - 1) / a0, a2: (1 - k / highPassQ + k * k) / a0)
    }
}
