internal import CKernels
internal import Frames

/// What is counted in the native tiles of one frame, and what follows from the counts.
struct TileMeasures {
    /// Standard deviation of the noise, levels; nil without a block that could show it.
    private(set) var noise: Double?
    /// Share of native blocks of 8x8 that vary by less than `blankDeviation`: sky and walls, and what a coder rounded
    /// away or a lens never drew. Nil without a block.
    private(set) var blank: Double?
    /// Mean deviation of all native blocks, levels; nil without a block.
    private(set) var deviation: Double?
    private(set) var sharpness: EdgeSharpness?
    /// Half of the strong edges swing less than this share of their height; nil with too few of them.
    private(set) var ringing: Double?
    /// Share of steps on block borders above that elsewhere.
    private(set) var blockSteps = 0.0
    /// Levels of flat steps on block borders above those elsewhere, a mean over the borders.
    private(set) var blockLevels = 0.0
    /// Levels of flat steps off block borders, a mean over all of them.
    private(set) var banding = 0.0
    /// Share of pixels in combs of lines, above that in combs of columns.
    private(set) var combing = 0.0

    /// - Parameter trimmed: the frame has bars, so that lines of one colour at a tile's edge are cut off.
    init?(_ patches: [NativePatch], trimmed: Bool, _ p: QualityParameters) {
        let tiles = patches.compactMap { trimmed ? Self.withoutBars($0) : $0 }
            .filter { min($0.luma.width, $0.luma.height) >= 24 && max($0.luma.width, $0.luma.height) <= 96 }
        guard !tiles.isEmpty else { return nil }
        let halves = tiles.map { $0.luma.halved($0.luma.whole) }
        let native = BlockDeviations(tiles.map(\.luma))
        let quiet = native.quietest(p.flatBlocks), half = BlockDeviations(halves).quietest(p.flatHalfBlocks)
        blank = native.share(below: p.blankDeviation)
        deviation = native.mean
        if quiet != nil || half != nil { noise = max(quiet ?? 0, p.grain * (half ?? 0)) }
        count(tiles, halves, noise: p.noiseSpread * max(quiet ?? 0, 1.4 * (half ?? 0)), p)
    }

    private mutating func count(
        _ tiles: [NativePatch], _ halves: [LumaImage], noise: Double, _ p: QualityParameters
    ) {
        var edges = moire_edge_counts(), steps = moire_step_counts()
        for (tile, half) in zip(tiles, halves) {
            let quarter = half.halved(half.whole)
            for (level, image) in [tile.luma, half, quarter].enumerated() {
                // Halving takes half of the noise away, and smoothing leaves a quarter of it in the slope.
                let share = [0.55, 0.3, 0.15][level]
                let slope = Float((p.edgeSlope + share * noise).rounded(.down))
                let white = Float(noise / Double(1 << level))
                unsafe moire_tile_edges(image.pixels, image.width, image.height, Int32(level), slope, white, &edges)
            }
            unsafe moire_tile_steps(
                tile.luma.pixels, tile.luma.width, tile.luma.height, tile.x & 7, tile.y & 7, &steps)
        }
        sharpness = EdgeSharpness(edges, p)
        ringing = Self.ringing(edges)
        judge(steps)
    }

    private mutating func judge(_ counts: moire_step_counts) {
        let places = numbers(counts.places), steps = numbers(counts.steps), contours = numbers(counts.contours)
        func share(_ sums: [UInt32], _ phase: Int) -> Double {
            places[phase] == 0 ? 0 : Double(sums[phase]) / Double(places[phase])
        }
        // Phase four borders the blocks of 4x4 that newer coders also cut.
        let others = [1, 2, 3, 5, 6, 7]
        blockSteps = share(steps, 0) - others.reduce(0) { $0 + share(steps, $1) } / Double(others.count)
        banding = others.reduce(0) { $0 + share(contours, $1) } / Double(others.count)
        let middle = quantile((1..<8).map { share(contours, $0) }, 0.5) ?? 0
        blockLevels = max(0, share(contours, 0) - 1.5 * middle)
        let pixels = Double(max(1, counts.pixels))
        combing = max(0, (Double(counts.combed_down) - Double(counts.combed_across)) / pixels)
    }

    private static func ringing(_ edges: moire_edge_counts) -> Double? {
        let bins = numbers(edges.rings)
        guard bins.reduce(0, +) >= 40 else { return nil }
        return binQuantile(bins, 0.5) / Double(bins.count)
    }

    /// The tile without the lines of one colour along its edges and eight more, cut at multiples of eight.
    private static func withoutBars(_ tile: NativePatch) -> NativePatch? {
        let luma = tile.luma
        func plain(_ count: Int, _ line: (Int) -> PixelLine) -> Int {
            let lines = (0..<count).first { line($0).levels.range > 3 } ?? count
            return lines < 2 ? 0 : (lines + 15) & ~7
        }
        let top = plain(luma.height) { luma.row($0) }
        let bottom = plain(luma.height) { luma.row(luma.height - 1 - $0) }
        let left = plain(luma.width) { luma.column($0, rows: 0..<luma.height) }
        let right = plain(luma.width) { luma.column(luma.width - 1 - $0, rows: 0..<luma.height) }
        let width = luma.width - left - right, height = luma.height - top - bottom
        guard width > 0, height > 0 else { return nil }
        if width == luma.width, height == luma.height { return tile }
        var cut = LumaImage(width: width, height: height, filledWith: 0)
        for y in 0..<height { for x in 0..<width { cut[x, y] = luma[x + left, y + top] } }
        return NativePatch(x: tile.x + left, y: tile.y + top, luma: cut)
    }
}

/// Value below which the share `q` of a histogram lies, in bins and parts of one.
func binQuantile(_ bins: some RandomAccessCollection<UInt32>, _ q: Double) -> Double {
    let aim = q * bins.reduce(0.0) { $0 + Double($1) }
    var sum = 0.0
    for (bin, count) in bins.enumerated() where count > 0 {
        if sum + Double(count) >= aim { return Double(bin) + (aim - sum) / Double(count) }
        sum += Double(count)
    }
    return Double(bins.count)
}

/// The elements of an array of C, which Swift sees as a tuple.
func numbers<Tuple>(_ tuple: Tuple) -> [UInt32] {
    // An imported C array of uint32_t is laid out as one and initialised as a whole.
    unsafe withUnsafeBytes(of: tuple) { unsafe Array($0.bindMemory(to: UInt32.self)) }
}
