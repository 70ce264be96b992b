import CKernels
public import Frames

/// Hashes many pictures with one set of buffers.
///
/// Results are those of `PDQ.hash`. Cost: about 0.08 ms for 512×288. Holds 4 bytes a pixel of the
/// largest picture of floats or colours so far.
public struct PDQHasher: Sendable {
    private var luma: [Float] = []
    private var scratch: [Float] = []
    private var grid = [Float](repeating: 0, count: 64 * 64)

    public init() {}

    public mutating func hash(luma values: [Float], width: Int, height: Int) -> PDQ.Result {
        precondition(
            width >= 0 && height >= 0 && values.count == width * height,
            "a \(width)x\(height) picture needs \(width * height) samples, got \(values.count)")
        makeRoom(values.count)
        luma.replaceSubrange(0..<values.count, with: values)
        let quality = downsample(width: width, height: height)
        return finish(quality)
    }

    public mutating func hash(_ image: LumaImage) -> PDQ.Result {
        let quality = load(image)
        return finish(quality)
    }

    /// The hash, how sure its bits are, and the same of the picture as an inset; of a picture too small to hash all bits are
    /// of level 0.
    ///
    /// - Parameter number: of the frame; it says in which corners two of its insets lie.
    public mutating func hashToAsk(_ image: LumaImage, number: Int)
        -> (result: PDQ.Result, margins: FrameMargins, insets: [FrameInset])
    {
        guard let quality = load(image) else {
            let zero = PDQHash(0, 0, 0, 0), unsure = FrameMargins(low: zero, high: zero)
            let insets = Array(repeating: FrameInset(hash: zero, margins: unsure), count: FrameInset.ofFrame)
            return (PDQ.Result(hash: zero, quality: 0), unsure, insets)
        }
        let coefficients = transform()
        let insets = InsetWeights.all.ofFrame(number).map { weights in
            let inset = unsafe Coefficients(
                values: [Float](unsafeUninitializedCapacity: 256) { buffer, filled in
                    unsafe moire_pdq_dct_weighted(grid, weights.down, weights.across, buffer.baseAddress)
                    filled = 256
                })
            return FrameInset(hash: inset.hash, margins: inset.margins)
        }
        return (PDQ.Result(hash: coefficients.hash, quality: quality), coefficients.margins, insets)
    }

    public mutating func hash(_ image: RGBImage) -> PDQ.Result {
        makeRoom(image.width * image.height)
        unsafe moire_luma_from_rgb(image.pixels, image.width * image.height, &luma)
        let quality = downsample(width: image.width, height: image.height)
        return finish(quality)
    }

    /// Brings the picture to 64×64 and returns its quality, or nil where a side is too small to hash.
    mutating func load(_ image: LumaImage) -> Int? {
        guard makeScratch(width: image.width, height: image.height) else { return nil }
        unsafe moire_pdq_downsample_bytes(
            image.pixels, Int32(image.width), Int32(image.height), &scratch, &grid)
        return unsafe Int(moire_pdq_quality(grid))
    }

    func transform() -> Coefficients {
        unsafe Coefficients(
            values: [Float](unsafeUninitializedCapacity: 256) { buffer, filled in
                unsafe moire_pdq_dct(grid, buffer.baseAddress)
                filled = 256
            })
    }

    /// Takes the quality from a variable: in `finish(load(image))` Swift reads `self`, and with it the
    /// old grid, before the argument.
    private func finish(_ quality: Int?) -> PDQ.Result {
        guard let quality else { return PDQ.Result(hash: PDQHash(0, 0, 0, 0), quality: 0) }
        return PDQ.Result(hash: transform().hash, quality: quality)
    }

    private mutating func makeRoom(_ count: Int) {
        if luma.count < count { luma = [Float](repeating: 0, count: count) }
    }

    /// Returns false where a side is too small to hash.
    private mutating func makeScratch(width: Int, height: Int) -> Bool {
        guard width >= PDQ.smallestSide, height >= PDQ.smallestSide else { return false }
        let room = moire_pdq_scratch_floats(Int32(width), Int32(height))
        if scratch.count < room { scratch = [Float](repeating: 0, count: room) }
        return true
    }

    private mutating func downsample(width: Int, height: Int) -> Int? {
        guard makeScratch(width: width, height: height) else { return nil }
        unsafe moire_pdq_downsample(&luma, Int32(width), Int32(height), &scratch, &grid)
        return unsafe Int(moire_pdq_quality(grid))
    }
}
