internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What lens and panel do to the light: it falls off towards the edges, and the brightest parts are not bright.
///
/// Hints only: a dark scene has no highlights either, and portraits are lit in the middle.
struct LightCue: Sendable {
    private static let side = FrameTick.thumbSide

    /// Sums of levels at each place of the 64x64 picture.
    private var sums = [UInt32](repeating: 0, count: side * side)
    private var ticks = 0
    /// Pixels of the looks by level.
    private var levels = [Int](repeating: 0, count: 256)

    mutating func add(_ tick: FrameTick) {
        // 32 bits hold the levels of 16 million ticks: six days of them.
        guard ticks < 1 << 24 else { return }
        let pixels = tick.thumb.pixels.span
        for place in sums.indices { sums[place] &+= UInt32(pixels[place]) }
        ticks += 1
    }

    /// Every fourth pixel of every fourth row.
    mutating func add(_ luma: LumaImage) {
        let pixels = luma.pixels.span
        for y in stride(from: 0, to: luma.height, by: 4) {
            for x in stride(from: 0, to: luma.width, by: 4) { levels[Int(pixels[y * luma.width + x])] += 1 }
        }
    }

    mutating func add(_ other: LightCue) {
        for place in sums.indices { sums[place] &+= other.sums[place] }
        ticks += other.ticks
        for level in levels.indices { levels[level] += other.levels[level] }
    }

    /// Level under which 99 of 100 pixels lie.
    var highlight: Double? {
        let all = levels.reduce(0, +)
        guard all > 0 else { return nil }
        var below = 0
        for (level, count) in levels.enumerated() {
            below += count
            if below * 100 >= all * 99 { return Double(level) }
        }
        return 255
    }

    /// Fall of the log of the mean light from the middle to the middle of an edge (in natural units), as the square term
    /// of a least-squares fit with slopes.
    var falloff: Double? {
        guard ticks > 0 else { return nil }
        let n = Self.side
        // Over the square grid x, y and r² - mean are orthogonal to each other and to a constant: each coefficient stands alone.
        let places = (0..<n).map { (2 * Double($0) + 1) / Double(n) - 1 }
        let square = places.reduce(0) { $0 + $1 * $1 } / Double(n)
        var product = 0.0, norm = 0.0
        for y in 0..<n {
            for x in 0..<n {
                let term = places[x] * places[x] + places[y] * places[y] - 2 * square
                // Eight levels are added so that black corners do not decide.
                product += term * log(Double(sums[y * n + x]) / Double(ticks) + 8)
                norm += term * term
            }
        }
        return -product / norm
    }
}
