import CFFmpeg

/// Turns pictures that the kernels cannot read (RGB, palettes, big-endian, ...) into full-range
/// 8-bit Y'CbCr without subsampling.
@safe final class PictureConverter {
    private var scaler: Scaler?
    private let output: Frame

    init() throws(MediaError) { output = try Frame() }

    /// The converted picture, valid until the next call; nil when swscale cannot read the format.
    func convert(_ frame: borrowing Frame) -> UnsafeMutablePointer<AVFrame>? {
        let plan = unsafe Scaler.Plan(
            width: frame.raw.pointee.width, height: frame.raw.pointee.height, format: frame.raw.pointee.format,
            outWidth: frame.raw.pointee.width, outHeight: frame.raw.pointee.height,
            outFormat: AV_PIX_FMT_YUV444P.rawValue, colorspace: Int32(clamping: frame.raw.pointee.colorspace.rawValue),
            fullRange: true)
        return unsafe convert(frame.raw, plan)
    }

    private func convert(_ frame: UnsafeMutablePointer<AVFrame>, _ plan: Scaler.Plan) -> UnsafeMutablePointer<AVFrame>?
    {
        let out = unsafe output.raw
        if scaler?.plan != plan {
            scaler = nil
            guard let fresh = try? Scaler(plan) else { return nil }
            scaler = consume fresh
            unsafe av_frame_unref(out)
            unsafe out.pointee.width = plan.outWidth
            unsafe out.pointee.height = plan.outHeight
            unsafe out.pointee.format = plan.outFormat
            guard unsafe av_frame_get_buffer(out, 0) >= 0 else { return nil }
        }
        let planes = unsafe [out.pointee.data.0, out.pointee.data.1, out.pointee.data.2, nil]
        let strides = unsafe [out.pointee.linesize.0, out.pointee.linesize.1, out.pointee.linesize.2, 0]
        guard unsafe scaler?.convert(frame, to: planes, strides: strides) == true else { return nil }
        return unsafe out
    }
}
