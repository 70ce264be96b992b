internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Tables of one transform length.
struct Twiddles: Sendable {
    let count: Int
    private let cosine: [Float]
    private let sine: [Float]

    init(_ count: Int) {
        precondition(count.isPowerOfTwo, "transform of \(count) values")
        self.count = count
        cosine = (0..<(count / 2)).map { Float(cos(2 * .pi * Double($0) / Double(count))) }
        sine = (0..<(count / 2)).map { Float(sin(2 * .pi * Double($0) / Double(count))) }
    }

    /// Forward complex transform in place; both arrays hold `count` values.
    func transform(_ real: inout [Float], _ imaginary: inout [Float]) {
        precondition(real.count == count && imaginary.count == count, "transform of \(count), got \(real.count)")
        unsafe real.withUnsafeMutableBufferPointer { re in
            unsafe imaginary.withUnsafeMutableBufferPointer { im in
                unsafe cosine.withUnsafeBufferPointer { c in
                    unsafe sine.withUnsafeBufferPointer { s in
                        // All four hold the lengths that the kernel asks for, checked above; a power of
                        // two is never empty, so no base address is missing.
                        unsafe moire_fft(re.baseAddress, im.baseAddress, count, c.baseAddress, s.baseAddress)
                    }
                }
            }
        }
    }

    /// See `moire_patch_spectrum`; `pixels` points to 64 rows of 64 pixels, `stride` bytes apart.
    func patchSpectrum(_ pixels: UnsafePointer<UInt8>, stride: Int, _ window: [Float], _ power: inout [Float]) {
        precondition(count == 64 && window.count == 64 && power.count == 64 * 33, "spectra are of 64x64 pixels")
        unsafe moire_patch_spectrum(pixels, stride, window, cosine, sine, &power)
    }

    /// See `moire_band_spectrum`.
    func bandSpectrum(_ steps: [Float], _ window: [Float], _ coherent: inout [Double], _ power: inout [Double]) {
        let bins = 32 * 64
        precondition(
            count == 64 && window.count == 64 && steps.count == 64 * 512 && coherent.count == bins
                && power.count == bins, "spectra are of 64 moments of 8 strips of 64 rows")
        unsafe moire_band_spectrum(steps, window, cosine, sine, &coherent, &power)
    }
}

extension Int {
    var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}
