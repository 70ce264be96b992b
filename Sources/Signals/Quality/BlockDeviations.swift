internal import CKernels
internal import Frames

/// How much each block of 8x8 varies in what is finer than its slopes: noise in the quiet ones, detail in the others.
struct BlockDeviations {
    /// Standard deviations, levels: of all blocks, of those that are neither near black nor near white, where clipping
    /// hides noise, and of those that are not quite there.
    private var all: [Double] = []
    private var inner: [Double] = []
    private var outer: [Double] = []

    init(_ images: [LumaImage]) {
        for image in images {
            let columns = image.width / 8, rows = image.height / 8
            var sums = [UInt32](repeating: 0, count: columns * rows)
            unsafe image.withPixels(from: image.whole) {
                unsafe moire_noise_blocks($0, image.width, image.width, image.height, &sums)
            }
            for (block, sum) in sums.enumerated() {
                let centre = image[block % columns * 8 + 4, block / columns * 8 + 4]
                // Immerkaer's equation 3: sqrt(pi / 2) / (6 N) times the sum over N pixels.
                let deviation = (Double.pi / 2).squareRoot() / (6 * 36) * Double(sum)
                all.append(deviation)
                if (36...235).contains(centre) { inner.append(deviation) }
                if (12...243).contains(centre) { outer.append(deviation) }
            }
        }
    }

    /// The deviation under which a share of the blocks lies, those near black and white left out unless there are few
    /// others: the noise, where the share is that of the blocks without texture. Nil without a block that could show it.
    func quietest(_ share: Double) -> Double? { quantile(inner.count * 4 >= all.count ? inner : outer, share) }

    /// Of all blocks; nil without one.
    var mean: Double? { all.isEmpty ? nil : all.reduce(0, +) / Double(all.count) }

    /// Share of all blocks that deviate by less; nil without a block.
    func share(below deviation: Double) -> Double? {
        all.isEmpty ? nil : Double(all.count { $0 < deviation }) / Double(all.count)
    }
}
