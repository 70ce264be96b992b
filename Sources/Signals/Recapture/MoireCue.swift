internal import CKernels
internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Isolated peaks in the spectrum of native patches.
///
/// A camera that samples a screen's pixel grid leaves a wave of one frequency all over the picture.
/// The spectra of each of the five patches are averaged over time in the log domain, which a passing
/// texture does not move much, and a peak counts by the third-best patch that shows it. Left out are
/// slow waves, the axes (level and upright edges; the harmonics of the coding grid lie there too).
struct MoireCue: Sendable {
    static let side = 64
    static let half = 33

    private let parameters: RecaptureParameters
    private let twiddles = Twiddles(side)
    private let window: [Float]
    private(set) var spectrum = MoireSpectrum()

    init(_ parameters: RecaptureParameters) {
        self.parameters = parameters
        window = (0..<Self.side).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(Self.side))) }
    }

    /// The spectrum since the last call.
    mutating func takeSpectrum() -> MoireSpectrum {
        defer { spectrum = MoireSpectrum() }
        return spectrum
    }

    mutating func add(_ patches: [NativePatch]) {
        for (index, patch) in patches.prefix(5).enumerated() {
            let luma = patch.luma
            guard luma.width >= Self.side, luma.height >= Self.side else { continue }
            let area = Area(
                left: (luma.width - Self.side) / 2, top: (luma.height - Self.side) / 2,
                width: Self.side, height: Self.side)
            guard luma.meanGradientEnergy(area) > parameters.patchContrast else { continue }
            var power = [Float](repeating: 0, count: Self.side * Self.half)
            unsafe luma.withPixels(from: area) { pixels in
                unsafe twiddles.patchSpectrum(pixels, stride: luma.width, window, &power)
            }
            spectrum.add(power.map { 10 * log10f($0 + 1) }, patch: index)
        }
    }
}
