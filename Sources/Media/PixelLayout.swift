import CFFmpeg
import CKernels

/// Where a pixel format keeps its luma and chroma, for formats that the kernels read directly:
/// planar and semi-planar and packed Y'CbCr and grey, 8 to 16 bits, little-endian.
///
/// The rest (RGB, palettes, big-endian, floating point, bit-packed) goes through swscale.
struct PixelLayout {
    struct Component {
        let plane, stepBytes, offsetBytes, shift, depth: Int
    }

    let luma: Component
    let chroma: (blue: Component, red: Component)?
    /// Chroma is 2^these smaller than luma.
    let chromaShiftX, chromaShiftY: Int

    init?(_ format: AVPixelFormat) {
        guard format != AV_PIX_FMT_XYZ12LE, let descriptor = unsafe av_pix_fmt_desc_get(format) else { return nil }
        let elsewhere =
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
            | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER
        let d = unsafe descriptor.pointee
        guard unsafe d.flags & UInt64(elsewhere) == 0, unsafe d.nb_components >= 1,
            let luma = unsafe Self.component(d.comp.0)
        else { return nil }
        self.luma = luma
        unsafe chromaShiftX = Int(d.log2_chroma_w)
        unsafe chromaShiftY = Int(d.log2_chroma_h)
        if unsafe d.nb_components >= 3 {
            guard let blue = unsafe Self.component(d.comp.1), let red = unsafe Self.component(d.comp.2) else {
                return nil
            }
            chroma = (blue, red)
        } else {
            chroma = nil
        }
    }

    /// Nil when the samples are not whole bytes or whole words.
    private static func component(_ c: AVComponentDescriptor) -> Component? {
        let found = Component(
            plane: Int(c.plane), stepBytes: Int(c.step), offsetBytes: Int(c.offset),
            shift: Int(c.shift), depth: Int(c.depth))
        guard found.depth >= 8, found.depth + found.shift <= 16 else { return nil }
        if found.depth == 8 { return found.shift == 0 ? found : nil }
        return found.stepBytes % 2 == 0 && found.offsetBytes % 2 == 0 ? found : nil
    }
}

/// A plane of a decoded picture with the mapping of its mean values to 0...255.
@unsafe struct PlaneSource {
    let plane: moire_plane
    let gain: Double
    let bias: Double
}

/// The planes of one decoded picture. Valid as long as the frame holds it.
@unsafe struct PictureSource {
    let luma: PlaneSource
    let chroma: (blue: PlaneSource, red: PlaneSource)?

    /// Nil when the picture lacks a plane that its format promises.
    init?(_ frame: UnsafeMutablePointer<AVFrame>, layout: PixelLayout, fullRange: Bool) {
        let width = unsafe Int(frame.pointee.width), height = unsafe Int(frame.pointee.height)
        let most = 65_536  // The kernel's.
        guard width >= 1, height >= 1, width <= most, height <= most,
            let plane = unsafe Self.plane(frame, layout.luma, width, height)
        else { return nil }
        // Limited range: black at 16, white at 235, chroma 16...240, times 2^(depth - 8) (ITU-R BT.709-6, 4.6).
        let depth = layout.luma.depth
        let unit = Double(1 << (depth - 8)), scale = Double(1 << layout.luma.shift)
        let lumaGain = fullRange ? 255 / Double((1 << depth) - 1) : 255 / (219 * unit)
        unsafe luma = unsafe PlaneSource(
            plane: plane, gain: lumaGain / scale, bias: fullRange ? 0 : -16 * unit * lumaGain)
        guard let parts = layout.chroma else {
            unsafe chroma = nil
            return
        }
        let chromaWidth = -(-width >> layout.chromaShiftX), chromaHeight = -(-height >> layout.chromaShiftY)
        guard let blue = unsafe Self.plane(frame, parts.blue, chromaWidth, chromaHeight),
            let red = unsafe Self.plane(frame, parts.red, chromaWidth, chromaHeight)
        else { return nil }
        let chromaGain = (fullRange ? 1 : 255.0 / 224) / unit
        let bias = 128 - 128 * unit * chromaGain
        unsafe chroma = unsafe (
            PlaneSource(plane: blue, gain: chromaGain / scale, bias: bias),
            PlaneSource(plane: red, gain: chromaGain / scale, bias: bias)
        )
    }

    private static func plane(
        _ frame: UnsafeMutablePointer<AVFrame>, _ part: PixelLayout.Component,
        _ width: Int, _ height: Int
    ) -> moire_plane? {
        let data = unsafe [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3]
        let strides = unsafe [
            frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, frame.pointee.linesize.3,
        ]
        guard unsafe part.plane < data.count, let base = unsafe data[part.plane] else { return nil }
        let bytes = part.depth == 8 ? 1 : 2
        return unsafe moire_plane(
            base: base + part.offsetBytes, stride_bytes: Int(strides[part.plane]),
            width: Int32(width), height: Int32(height), step: Int32(part.stepBytes / bytes),
            sample_bytes: Int32(bytes))
    }
}
