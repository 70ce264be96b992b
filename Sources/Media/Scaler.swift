import CFFmpeg

/// Owns an swscale context for one pair of formats and sizes.
@safe struct Scaler: ~Copyable {
    struct Plan: Equatable {
        let width, height, format: Int32
        let outWidth, outHeight, outFormat: Int32
        let colorspace: Int32
        let fullRange: Bool
    }

    let plan: Plan
    private let raw: OpaquePointer

    /// The output is full range; the matrix is the input's, or by size when it does not say: BT.709
    /// from 720 lines up, BT.601 below, as players do.
    init(_ plan: Plan) throws(MediaError) {
        // Area averaging down; accurate rounding and no shortcuts, so that every CPU gives the same picture.
        let flags =
            SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT
            | SWS_FULL_CHR_H_INP | SWS_BITEXACT
        guard
            let context = unsafe sws_getContext(
                plan.width, plan.height, AVPixelFormat(plan.format), plan.outWidth, plan.outHeight,
                AVPixelFormat(plan.outFormat), flags, nil, nil, nil)
        else { throw MediaError(moire_averror_einval, "preparing the conversion of the pixel format") }
        unsafe raw = context
        self.plan = plan
        let unspecified = [AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_RGB, AVCOL_SPC_RESERVED].map { Int32($0.rawValue) }
        let matrix =
            unspecified.contains(plan.colorspace)
            ? (plan.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601)
            : plan.colorspace
        let table = unsafe sws_getCoefficients(matrix)
        // Fails for pairs that need no matrix.
        _ = unsafe sws_setColorspaceDetails(context, table, plan.fullRange ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16)
    }

    deinit { unsafe sws_freeContext(raw) }

    /// Writes the whole picture to the planes given; they fit `plan`'s output.
    func convert(_ frame: UnsafeMutablePointer<AVFrame>, to planes: [UnsafeMutablePointer<UInt8>?], strides: [Int32])
        -> Bool
    {
        let data = unsafe frame.pointee.data
        let sources = unsafe [
            UnsafePointer(data.0), UnsafePointer(data.1), UnsafePointer(data.2), UnsafePointer(data.3),
        ]
        let sourceStrides = unsafe [
            frame.pointee.linesize.0, frame.pointee.linesize.1,
            frame.pointee.linesize.2, frame.pointee.linesize.3,
        ]
        return unsafe sws_scale(raw, sources, sourceStrides, 0, plan.height, planes, strides) == plan.outHeight
    }

    /// The whole picture as RGB without padding, for a plan whose output is `AV_PIX_FMT_RGB24`; nil when swscale fails.
    func packedRGB(_ frame: UnsafeMutablePointer<AVFrame>) -> [UInt8]? {
        // swscale writes whole vectors: rows are padded, and copied out.
        let width = Int(plan.outWidth), height = Int(plan.outHeight)
        let rowBytes = width * 3, stride = (rowBytes + 127) & ~63
        var padded = [UInt8](repeating: 0, count: stride * height + 64)
        let isDone = unsafe padded.withUnsafeMutableBufferPointer { buffer in
            unsafe convert(frame, to: [buffer.baseAddress, nil, nil, nil], strides: [Int32(stride), 0, 0, 0])
        }
        guard isDone else { return nil }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(rowBytes * height)
        for row in 0..<height { pixels += padded[row * stride..<row * stride + rowBytes] }
        return pixels
    }
}
