/// One eight-bit plane, row-major without padding, in display orientation.
///
/// Luma is full range (0 black, 255 white) whatever the source's range was; chroma is centred on 128.
public struct LumaImage: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// `width * height` samples; `pixels[y * width + x]`.
    public var pixels: [UInt8]

    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height,
            "a \(width)x\(height) plane needs \(width * height) samples, got \(pixels.count)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    public init(width: Int, height: Int, filledWith value: UInt8) {
        self.init(width: width, height: height, pixels: Array(repeating: value, count: width * height))
    }

    public subscript(x: Int, y: Int) -> UInt8 {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }
}
