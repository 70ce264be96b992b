import CPNG
public import Frames

/// PNG files in memory, through libpng's simplified interface.
public enum PNG {
    /// Pixels of a picture that `decode` makes: larger ones are refused.
    public static let mostPixels = 64 << 20

    /// A PNG of eight-bit RGB without metadata; the same picture gives the same bytes with the same
    /// libpng and zlib.
    public static func encode(_ picture: RGBImage) throws(PictureError) -> [UInt8] {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        unsafe image.width = UInt32(picture.width)
        unsafe image.height = UInt32(picture.height)
        unsafe image.format = moire_png_format_rgb
        defer { unsafe png_image_free(&image) }
        // Called twice: the first call without memory says how much is needed.
        var bytes = 0
        guard unsafe png_image_write_to_memory(&image, nil, &bytes, 0, picture.pixels, 0, nil) != 0 else {
            throw unsafe PictureError("writing a PNG: " + text(image))
        }
        var out = [UInt8](repeating: 0, count: bytes)
        guard unsafe png_image_write_to_memory(&image, &out, &bytes, 0, picture.pixels, 0, nil) != 0 else {
            throw unsafe PictureError("writing a PNG: " + text(image))
        }
        out.removeLast(out.count - bytes)
        return out
    }

    /// Any PNG as eight-bit RGB; transparency is laid over black.
    public static func decode(_ bytes: [UInt8]) throws(PictureError) -> RGBImage {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        defer { unsafe png_image_free(&image) }
        guard unsafe png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else {
            throw unsafe PictureError("reading a PNG: " + text(image))
        }
        let width = unsafe Int(image.width), height = unsafe Int(image.height)
        guard width > 0, height > 0, width <= mostPixels / height else {
            throw PictureError("reading a PNG: \(width)x\(height) pixels, at most \(mostPixels) are read")
        }
        unsafe image.format = moire_png_format_rgb
        var black = png_color()
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        guard unsafe png_image_finish_read(&image, &black, &pixels, 0, nil) != 0 else {
            throw unsafe PictureError("reading a PNG: " + text(image))
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    private static func text(_ image: png_image) -> String {
        unsafe withUnsafeBytes(of: image.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
