/// A frame sampled for analysis: about four a second, chosen by pts.
///
/// The timeline is cut into cells of `samplePeriod`. A cell's sample is the first frame that begins in
/// it, with its own pts, so the choice depends on time alone and never on a frame count. A cell in which
/// no frame begins (a slide held for seconds) shows the frame before it again, with the cell's start as pts.
public struct WorkingFrame: Sendable {
    /// Seconds on the file's timeline.
    public var pts: Double
    /// Area-averaged to a longest side of at most 512, never enlarged, display orientation.
    public var luma: LumaImage
    /// Blue-difference chroma at half the size of `luma` (rounded up); nil for grey video.
    public var chromaBlue: LumaImage?
    /// Red-difference chroma, as `chromaBlue`.
    public var chromaRed: LumaImage?
    /// Squares of luma at native resolution, in the decoder's own orientation.
    public var patches: [NativePatch]
    /// Twelve native squares, four by three along the longer side, for what is counted all over the
    /// picture; a sample of it where the picture is large, nearly all of it at 360 lines.
    public var tiles: [NativePatch]
    /// Lines of the decoded picture along its shorter side; zero when unknown.
    public var decodedLines: Int
    public var isInterlaced: Bool
    /// Step of the coder's quantiser, as the QP of H.264 that has it; nil where the decoder does not tell.
    public var quantiser: Double?
    /// What the last key frame took, of codecs whose decoder tells no quantiser; nil for all others.
    public var keyFrame: KeyFrameSize?

    /// Seconds between grid points.
    public static let samplePeriod = 0.25
    /// Longest side of `luma`, pixels. PDQ's own hasher reduces to the same size first.
    public static let longestSide = 512

    public init(
        pts: Double, luma: LumaImage, chromaBlue: LumaImage? = nil, chromaRed: LumaImage? = nil,
        patches: [NativePatch] = [], tiles: [NativePatch] = [], decodedLines: Int = 0, isInterlaced: Bool = false,
        quantiser: Double? = nil, keyFrame: KeyFrameSize? = nil
    ) {
        self.pts = pts
        self.luma = luma
        self.chromaBlue = chromaBlue
        self.chromaRed = chromaRed
        self.patches = patches
        self.tiles = tiles
        self.decodedLines = decodedLines
        self.isInterlaced = isInterlaced
        self.quantiser = quantiser
        self.keyFrame = keyFrame
    }
}

/// How much a coder spent on a key frame.
public struct KeyFrameSize: Sendable, Equatable {
    public enum Coder: Sendable { case hevc, av1 }

    public var coder: Coder
    /// Bits of the packet over pixels of the picture.
    public var bitsPerPixel: Double

    public init(coder: Coder, bitsPerPixel: Double) {
        self.coder = coder
        self.bitsPerPixel = bitsPerPixel
    }
}

/// A square of luma cut out of the decoded frame without scaling, for what scaling destroys: noise,
/// block edges, moiré, true sharpness, interlacing combs.
public struct NativePatch: Sendable {
    /// Left edge in the decoded frame, a multiple of 8 so that coding blocks keep their phase.
    public var x: Int
    /// Top edge in the decoded frame, a multiple of 8.
    public var y: Int
    /// At most `side` pixels a side; smaller where the frame is.
    public var luma: LumaImage

    /// Pixels; five patches (centre and the centres of the four quadrants) are cut from each working frame.
    public static let side = 96

    public init(x: Int, y: Int, luma: LumaImage) {
        self.x = x
        self.y = y
        self.luma = luma
    }
}
