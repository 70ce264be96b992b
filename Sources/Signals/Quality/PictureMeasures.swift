internal import CKernels
internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A rectangle of whole pixels.
struct Area: Equatable {
    var left: Int
    var top: Int
    var width: Int
    var height: Int
}

/// What is measured in one working frame, before any judgement.
struct PictureMeasures: Sendable {
    var pts: Double
    /// See `sharpness(of:area:noise:)`; nil where the picture has no detail at any size.
    var sharpness: Double?
    /// Standard deviation of the noise at native resolution, levels.
    var noise: Double?
    /// Levels by which steps on the 8-grid exceed those off it.
    var blockiness: Double?
    /// Mean and standard deviation of luma inside the bars, levels.
    var mean = 0.0
    var contrast = 0.0
    /// Share of pixels at either end of the range.
    var clipped = 0.0
    /// Hasler and Suesstrunk's M; nil for video without chroma.
    var colourfulness: Double?
    /// Share of the frame under bars.
    var letterbox = 0.0

    init(_ frame: WorkingFrame, _ p: QualityParameters) {
        pts = frame.pts
        let area = Self.insideBars(frame.luma, p)
        letterbox = 1 - Double(area.width * area.height) / Double(frame.luma.width * frame.luma.height)
        tones(of: frame.luma, area, p)
        if let blue = frame.chromaBlue, let red = frame.chromaRed { colourfulness = Self.colourfulness(blue, red) }
        let own = Self.noise(of: frame.luma, area, flat: p.flatBlocks) ?? 0
        sharpness = Self.sharpness(of: frame.luma, area, noise: own * p.noiseSpread)
        noise = Self.noise(of: frame.patches, flat: p.flatBlocks) ?? own
        blockiness = Self.blockiness(of: frame.patches)
    }

    private mutating func tones(of luma: LumaImage, _ area: Area, _ p: QualityParameters) {
        var histogram = [UInt32](repeating: 0, count: 256)
        unsafe luma.withPixels(from: area) {
            unsafe moire_histogram($0, luma.width, area.width, area.height, &histogram)
        }
        let count = Double(area.width * area.height)
        var sum = 0.0, squares = 0.0, ends = 0.0
        for (level, pixels) in histogram.enumerated() {
            sum += Double(level) * Double(pixels)
            squares += Double(level * level) * Double(pixels)
            if level <= p.darkLevel || level >= p.brightLevel { ends += Double(pixels) }
        }
        mean = sum / count
        contrast = max(0, squares / count - mean * mean).squareRoot()
        clipped = ends / count
    }

    /// Octave slope of the gradient energy, net of noise.
    ///
    /// Halving a picture doubles the mean squared gradient of a step edge and quadruples that of a
    /// ramp; two halvings therefore multiply it by 4 to 16. The value is the number of octaves by which
    /// each halving stays under the ramp's: 0 for a smooth picture, 1 for edges as sharp as pixels,
    /// more for fine texture. A ratio of the picture with itself, so contents compare. White noise of
    /// deviation s adds 4 s^2 to the energy, a sixteenth of that after two halvings; it is taken off.
    static func sharpness(of luma: LumaImage, _ area: Area, noise: Double) -> Double? {
        guard area.width >= 32, area.height >= 32 else { return nil }
        let half = luma.halved(area)
        let quarter = half.halved(half.whole)
        let fine = luma.meanGradientEnergy(area) - 4 * noise * noise
        let coarse = quarter.meanGradientEnergy(quarter.whole) - 4 * noise * noise / 16
        // Two levels squared: rounding alone leaves a sixth.
        guard coarse > 4 else { return nil }
        return 2 - log2(coarse / max(fine, coarse / 16)) / 2
    }

    /// Standard deviation from the quietest blocks, those without texture; nil without a whole block.
    static func noise(of luma: LumaImage, _ area: Area, flat: Double) -> Double? {
        quietest(noiseBlocks(of: luma, area), flat)
    }

    static func noise(of patches: [NativePatch], flat: Double) -> Double? {
        quietest(patches.flatMap { noiseBlocks(of: $0.luma, $0.luma.whole) }, flat)
    }

    private static func quietest(_ deviations: [Double], _ share: Double) -> Double? { quantile(deviations, share) }

    /// One deviation per block of 16x16 that is neither black nor white: clipping hides noise.
    private static func noiseBlocks(of luma: LumaImage, _ area: Area) -> [Double] {
        let columns = area.width / 16, rows = area.height / 16
        guard columns > 0, rows > 0 else { return [] }
        var sums = [UInt32](repeating: 0, count: columns * rows)
        unsafe luma.withPixels(from: area) { unsafe moire_noise_blocks($0, luma.width, area.width, area.height, &sums) }
        var deviations: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let centre = luma[area.left + column * 16 + 8, area.top + row * 16 + 8]
                guard (12...243).contains(centre) else { continue }
                // Immerkaer's equation 3: sqrt(pi / 2) / (6 N) times the sum over N pixels.
                deviations.append((Double.pi / 2).squareRoot() / (6 * 14 * 14) * Double(sums[row * columns + column]))
            }
        }
        return deviations
    }

    static func blockiness(of patches: [NativePatch]) -> Double? {
        var on = 0.0, off = 0.0, onCount = 0.0, offCount = 0.0
        for patch in patches where patch.luma.width >= 16 && patch.luma.height >= 16 {
            unsafe patch.luma.withPixels(from: patch.luma.whole) { pixels in
                let steps = unsafe moire_grid(pixels, patch.luma.width, patch.luma.height)
                on += Double(steps.on_sum)
                off += Double(steps.off_sum)
                onCount += Double(steps.on_count)
                offCount += Double(steps.off_count)
            }
        }
        guard onCount > 0, offCount > 0 else { return nil }
        // The kernel doubles its steps.
        return max(0, on / onCount - off / offCount) / 2
    }

    /// D. Hasler and S. Suesstrunk, Measuring Colourfulness in Natural Images, SPIE 5007 (2003), from
    /// full-range BT.601 chroma: R - G and (R + G) / 2 - B do not depend on luma, so their moments
    /// follow from those of the two planes.
    static func colourfulness(_ blue: LumaImage, _ red: LumaImage) -> Double {
        guard blue.pixels.count == red.pixels.count else { return 0 }
        // Both planes have the same number of pixels, checked above.
        let m = unsafe moire_chroma(blue.pixels, red.pixels, blue.pixels.count)
        let count = Double(blue.pixels.count)
        let b = Double(m.blue) / count, r = Double(m.red) / count
        let bb = Double(m.blue_squared) / count - b * b
        let rr = Double(m.red_squared) / count - r * r
        let br = Double(m.blue_red) / count - b * r
        func moments(_ kb: Double, _ kr: Double) -> (mean: Double, variance: Double) {
            (kb * b + kr * r, max(0, kb * kb * bb + kr * kr * rr + 2 * kb * kr * br))
        }
        let redGreen = moments(0.344136, 2.116136)
        let yellowBlue = moments(-1.944068, 0.343932)
        let spread = (redGreen.variance + yellowBlue.variance).squareRoot()
        let offset = (redGreen.mean * redGreen.mean + yellowBlue.mean * yellowBlue.mean).squareRoot()
        return spread + 0.3 * offset
    }
}
