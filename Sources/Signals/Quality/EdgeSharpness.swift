internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How wide the edges of a picture are, from the ratios that `moire_tile_edges` counts.
///
/// A ratio r of a step blurred by a Gaussian of s pixels is sqrt((s² + 1/3 + 1) / (s² + 1/3)), so
/// s² = 1 / (r² - 1) - 1/3. The native picture tells widths up to two pixels, its half and quarter those beyond;
/// the mean logarithm over sizes, over the middle and the upper quartile of the edges, and over the least sharp
/// axis rises with every kind of blur. Half of the edges, not all: a background out of focus is no fault.
struct EdgeSharpness {
    /// Natural logarithm of the width, pixels.
    private(set) var softness: Double
    /// By how much more, in natural logarithms of the width, edges are blurred along one axis than along all:
    /// blur of motion smears across its own direction only (positive), defocus all alike (near zero).
    private(set) var oneSided: Double
    /// Natural logarithm of the width along the least sharp axis, pixels of the native and of the half picture, from
    /// the upper quartile: what a smear along one direction does to the edges across it.
    private(set) var across: (native: Double, half: Double)
    /// Edges counted at native size.
    private(set) var edges: Int

    private struct Level {
        var median: Double?
        var upper: Double?
        var worstAxis: Double?
    }

    /// Nil where no size of the picture has an edge.
    init?(_ counts: moire_edge_counts, _ p: QualityParameters) {
        let bins = Int(moire_ratio_bins), axes = Int(moire_tile_axes)
        let all = numbers(counts.ratios)
        let levels = (0..<Int(moire_tile_levels)).map { level in
            let parts = (0..<axes).map { all[(level * axes + $0) * bins..<(level * axes + $0 + 1) * bins] }
            let sum = (0..<bins).map { bin in parts.reduce(0) { $0 + $1[$1.startIndex + bin] } }
            guard sum.contains(where: { $0 > 0 }) else { return Level() }
            let worst = parts.filter { $0.reduce(0, +) >= p.axisEdgesMin }.map { binQuantile($0, 0.75) / 64 }.min()
            return Level(median: binQuantile(sum, 0.5) / 64, upper: binQuantile(sum, 0.75) / 64, worstAxis: worst)
        }
        guard levels.contains(where: { $0.median != nil }) else { return nil }
        edges = Int(all[0..<axes * bins].reduce(0, +))
        // A size without edges has none left: as blurred as can be told.
        func width(_ path: KeyPath<Level, Double?>, _ level: Int) -> Double {
            let none = [1.04, 1.04, 1.1], coarserNone = [1.3, 1.6]
            let own = levels[level][keyPath: path] ?? none[level]
            // Noise and posterising sharpen the finest edges alone; in a picture the next size is as sharp.
            let bound = level < 2 ? (levels[level + 1][keyPath: path] ?? coarserNone[level]) + 0.08 : own
            let ratio = min(own, bound).clamped(1.02, 1.7)
            return log(max(1 / (ratio * ratio - 1) - 1.0 / 3, 0.06)) / 2
        }
        let native = 2 * width(\.median, 0) + width(\.upper, 0) + width(\.worstAxis, 0)
        let half = 2 * width(\.median, 1) + width(\.upper, 1) + width(\.worstAxis, 1)
        let quarter = width(\.upper, 2) + width(\.worstAxis, 2)
        // ln 1.8 makes Gaussian blurs of 2 to 5 pixels measure what they are.
        softness = (native + half + quarter) / 10 + 0.588
        across = (width(\.worstAxis, 0), width(\.worstAxis, 1))
        oneSided = (0..<2).reduce(0) { $0 + width(\.worstAxis, $1) - width(\.upper, $1) } / 2
    }
}
