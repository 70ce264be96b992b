internal import CKernels
internal import Frames

/// How much each of the 64 blocks of a tick's picture differs between two frames.
///
/// Blocks, not one mean: a caption changes few blocks much, a tripod shot all blocks a little, and a
/// mean cannot tell them apart.
struct BlockDifferences {
    /// Summed levels, row by row; 64 pixels a block.
    private(set) var sums: [UInt16]

    static let pixelsPerBlock = 64.0

    init(_ a: LumaImage, _ b: LumaImage) {
        let pixels = FrameTick.thumbSide * FrameTick.thumbSide
        precondition(
            a.pixels.count == pixels && b.pixels.count == pixels,
            "ticks are \(FrameTick.thumbSide) pixels a side, got \(a.width) and \(b.width)")
        sums = Array(repeating: 0, count: 64)
        // Both pictures have the 4096 pixels that the kernel reads, checked above.
        unsafe moire_block_differences(a.pixels, b.pixels, &sums)
    }

    /// Share of blocks whose mean difference is above `levels`.
    func share(above levels: Double) -> Double {
        let limit = UInt16((levels * Self.pixelsPerBlock).clamped(0, 65535))
        var count = 0
        for sum in sums where sum > limit { count += 1 }
        return Double(count) / Double(sums.count)
    }

    /// Share of blocks with a summed difference of at most `sum`.
    func share(upTo limit: UInt16) -> Double {
        var count = 0
        for sum in sums where sum <= limit { count += 1 }
        return Double(count) / Double(sums.count)
    }

    /// Mean levels of the whole picture.
    var mean: Double { Double(sums.reduce(0) { $0 + Int($1) }) / (Self.pixelsPerBlock * Double(sums.count)) }

    /// True when at least half of the blocks differ by more than `levels` on average.
    func median(isAbove levels: Double) -> Bool { share(above: levels) >= 0.5 }
}
