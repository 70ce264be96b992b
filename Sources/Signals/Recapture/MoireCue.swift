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
    private static let half = 33

    private let parameters: RecaptureParameters
    private let twiddles = Twiddles(side)
    private let window: [Float]
    /// Per patch: sums of decibels, 64 rows of 33.
    private var sums: [[Float]] = []
    private var counts: [Int] = []

    init(_ parameters: RecaptureParameters) {
        self.parameters = parameters
        window = (0..<Self.side).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(Self.side))) }
    }

    mutating func add(_ patches: [NativePatch]) {
        for (index, patch) in patches.prefix(5).enumerated() {
            let luma = patch.luma
            guard luma.width >= Self.side, luma.height >= Self.side else { continue }
            while sums.count <= index {
                sums.append(Array(repeating: 0, count: Self.side * Self.half))
                counts.append(0)
            }
            let area = Area(
                left: (luma.width - Self.side) / 2, top: (luma.height - Self.side) / 2,
                width: Self.side, height: Self.side)
            guard luma.meanGradientEnergy(area) > parameters.patchContrast else { continue }
            var power = [Float](repeating: 0, count: Self.side * Self.half)
            unsafe luma.withPixels(from: area) { pixels in
                unsafe twiddles.patchSpectrum(pixels, stride: luma.width, window, &power)
            }
            counts[index] += 1
            for bin in power.indices { sums[index][bin] += 10 * log10f(power[bin] + 1) }
        }
    }

    /// dB by which the most prominent common peak stands over its surroundings; nil with too little to see.
    func decibels() -> Double? {
        let seen = counts.indices.filter { counts[$0] >= parameters.framesMin }
        guard seen.count >= parameters.moirePatches else { return nil }
        let maps = seen.map { widened(prominence(of: sums[$0], count: counts[$0])) }
        var best = 0.0
        for row in 0..<Self.side {
            let vertical = row <= 32 ? row : row - Self.side
            for column in 2..<(Self.half - 1) where abs(vertical) >= 2 && abs(vertical) <= 30 {
                let cycles = Double(column * column + vertical * vertical).squareRoot() / Double(Self.side)
                guard cycles >= parameters.moireLowest else { continue }
                let values = maps.map { $0[row * Self.half + column] }.sorted(by: >)
                best = max(best, Double(values[parameters.moirePatches - 1]))
            }
        }
        return best
    }

    /// dB of each bin over the mean of the ring around it (7x7 without the inner 3x3).
    private func prominence(of sum: [Float], count: Int) -> [Float] {
        var result = [Float](repeating: 0, count: sum.count)
        for row in 0..<Self.side {
            for column in 1..<(Self.half - 1) {
                var ring: Float = 0, cells: Float = 0
                for down in -3...3 {
                    for right in -3...3 where abs(down) > 1 || abs(right) > 1 {
                        let x = column + right
                        guard x >= 1, x < Self.half else { continue }
                        ring += sum[(row + down + Self.side) % Self.side * Self.half + x]
                        cells += 1
                    }
                }
                result[row * Self.half + column] = (sum[row * Self.half + column] - ring / cells) / Float(count)
            }
        }
        return result
    }

    /// Maximum over 3x3: perspective shifts the frequency a little from patch to patch.
    private func widened(_ map: [Float]) -> [Float] {
        var result = map
        for row in 0..<Self.side {
            for column in 1..<(Self.half - 1) {
                var most = map[row * Self.half + column]
                for down in -1...1 {
                    for right in -1...1 {
                        most = max(most, map[(row + down + Self.side) % Self.side * Self.half + column + right])
                    }
                }
                result[row * Self.half + column] = most
            }
        }
        return result
    }
}
