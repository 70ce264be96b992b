internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension KeyFrameSize {
    /// The quantiser, as the QP of H.264 with the same step, at which a picture of this detail takes as many bits, 0...51.
    ///
    /// A step twice as long saves about one bit of each coefficient that is not zero, of which there are the fewer the
    /// less detail a picture has. The numbers are a least-squares fit to key frames of twelve real clips at four
    /// quantisers each (x265 and SVT-AV1, fast presets), from which it lies off by 3 (one standard deviation); other
    /// coders spend other sums, so it is good for telling 25 from 40, not from 28.
    ///
    /// - Parameter deviation: of the blocks of 8x8 as decoded, a mean, levels; see `BlockDeviations`.
    func impliedQuantiser(deviation: Double) -> Double {
        let start = coder == .hevc ? 18.1 : 30.0
        return (start - 7.1 * log2(bitsPerPixel) + 5.9 * log2(deviation + 0.1)).clamped(0, 51)
    }
}
