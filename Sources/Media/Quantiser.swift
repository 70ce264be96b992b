import CFFmpeg
import Frames

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Frame {
    /// How coarsely the coder rounded this picture: the mean step of its quantiser as the QP that has this step in
    /// H.264, -2...52. Nil where the decoder does not tell: of the codecs allowed here, all but H.264, VP9 and the MPEG
    /// family.
    var quantiser: Double? {
        var type = AV_VIDEO_ENC_PARAMS_NONE
        var mean = 0.0
        guard unsafe moire_frame_quantiser(raw, &type, &mean) != 0, mean.isFinite else { return nil }
        switch type {
        // Of deeper pictures FFmpeg gives QP', whose step is in their own finer levels: six a bit.
        case AV_VIDEO_ENC_PARAMS_H264: return mean - Double(6 * max(0, unsafe bitDepth(raw.pointee.format) - 8))
        case AV_VIDEO_ENC_PARAMS_VP9: return Quantiser.qp(ofStep: Quantiser.vp9Step(mean))
        // MPEG-2's quantiser_scale is its step; FFmpeg doubles the quantisers of MPEG-1 and MPEG-4 to match.
        case AV_VIDEO_ENC_PARAMS_MPEG2: return mean > 0 ? Quantiser.qp(ofStep: mean) : nil
        default: return nil
        }
    }

    private func bitDepth(_ format: Int32) -> Int {
        guard let descriptor = unsafe av_pix_fmt_desc_get(AVPixelFormat(format)) else { return 8 }
        return unsafe Int(descriptor.pointee.comp.0.depth)
    }
}

extension KeyFrameSize {
    /// What a key frame of HEVC or AV1 took; nil for other frames and codecs.
    ///
    /// - Parameter bytes: of the last packet with a key frame that the decoder was given: this one's, or, where key
    ///   frames follow each other so closely that the decoder still held this one back, a neighbour's.
    init?(_ frame: borrowing Frame, codec: String, bytes: Int) {
        let coders: [String: Coder] = ["hevc": .hevc, "av1": .av1]
        let pixels = frame.width * frame.height
        guard frame.isKey, let coder = coders[codec], bytes > 0, pixels > 0 else { return nil }
        self.init(coder: coder, bitsPerPixel: Double(bytes) * 8 / Double(pixels))
    }
}

/// Steps of quantisers, in levels of the coefficients of an orthonormal transform.
enum Quantiser {
    /// ITU-T H.264, 8.5.9: the step is 0.625 at QP 0 and doubles with every six.
    static func qp(ofStep step: Double) -> Double { 6 * log2(step / 0.625) }

    /// The AC step of VP9's `base_q_idx`: an eighth of the 8-bit table in the bit stream specification (8.6.1), which
    /// these points meet and straight lines between their logarithms follow within a tenth.
    static func vp9Step(_ index: Double) -> Double {
        let points: [(index: Double, step: Double)] = [
            (0, 4), (1, 8), (8, 15), (24, 31), (56, 63), (95, 102), (137, 203), (169, 359), (198, 615), (225, 1026),
            (255, 1828),
        ]
        guard let upper = points.firstIndex(where: { $0.index >= index }) else { return 1828.0 / 8 }
        guard upper > 0 else { return 4.0 / 8 }
        let (a, b) = (points[upper - 1], points[upper])
        let share = (index - a.index) / (b.index - a.index)
        return a.step * pow(b.step / a.step, share) / 8
    }
}
