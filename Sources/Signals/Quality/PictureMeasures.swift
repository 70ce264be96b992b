internal import CKernels
internal import Frames

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
    /// Natural logarithm of the width of edges, pixels, and how one-sided it is; nil without an edge.
    var softness: Double?
    var oneSided: Double?
    /// The same of the least sharp axis alone, pixels of the native and of the half picture.
    var acrossNative: Double?
    var acrossHalf: Double?
    /// Share of blocks without detail.
    var blank: Double?
    /// Step of the coder's quantiser, as the QP of H.264: told by the decoder, or implied by the size of key frames.
    var quantiser: Double?
    /// Edges at native size.
    var edges: Double?
    /// Standard deviation of the noise, levels.
    var noise: Double?
    var blockSteps: Double?
    var blockLevels: Double?
    var banding: Double?
    var ringing: Double?
    var combing: Double?
    /// Mean and standard deviation of luma inside the bars, levels.
    var mean = 0.0
    var contrast = 0.0
    /// Luma under which 98 of 100 pixels lie.
    var white = 0.0
    /// Share of pixels at `brightLevel` and above.
    var highlights = 0.0
    /// Hasler and Suesstrunk's M; nil for video without chroma.
    var colourfulness: Double?
    /// Share of the frame under bars.
    var letterbox = 0.0
    /// Share of the picture that is a blurred copy beside it.
    var padding = 0.0
    var layout: Layout?

    init(_ frame: WorkingFrame, _ p: QualityParameters) {
        pts = frame.pts
        quantiser = frame.quantiser
        let area = Self.insideBars(frame.luma, p)
        letterbox = 1 - Double(area.width * area.height) / Double(frame.luma.width * frame.luma.height)
        tones(of: frame.luma, area, p)
        if let blue = frame.chromaBlue, let red = frame.chromaRed { colourfulness = Self.colourfulness(blue, red) }
        layout = Layout(frame.luma, area)
        padding = layout?.padding ?? 0
        guard let tiles = TileMeasures(frame.tiles, trimmed: letterbox > 0, p) else { return }
        softness = tiles.sharpness?.softness
        oneSided = tiles.sharpness?.oneSided
        acrossNative = tiles.sharpness?.across.native
        acrossHalf = tiles.sharpness?.across.half
        blank = tiles.blank
        if quantiser == nil, let size = frame.keyFrame, let deviation = tiles.deviation {
            quantiser = size.impliedQuantiser(deviation: deviation)
        }
        edges = tiles.sharpness.map { Double($0.edges) }
        noise = tiles.noise
        blockSteps = tiles.blockSteps
        blockLevels = tiles.blockLevels
        banding = tiles.banding
        ringing = tiles.ringing
        combing = tiles.combing
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
            if level >= p.brightLevel { ends += Double(pixels) }
        }
        mean = sum / count
        contrast = max(0, squares / count - mean * mean).squareRoot()
        white = binQuantile(histogram, 0.98)
        highlights = ends / count
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
