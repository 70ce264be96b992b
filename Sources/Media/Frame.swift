import CFFmpeg

/// Owns one AVFrame, reused for every frame of a stream.
@safe struct Frame: ~Copyable {
    let raw: UnsafeMutablePointer<AVFrame>

    init() throws(MediaError) {
        guard let frame = unsafe av_frame_alloc() else { throw .outOfMemory("allocating a frame") }
        unsafe raw = frame
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = unsafe raw
        unsafe av_frame_free(&pointer)
    }

    /// Drops the picture or samples, keeps the frame.
    func clear() { unsafe av_frame_unref(raw) }

    /// Takes over the other's picture, and leaves it empty.
    func take(_ other: borrowing Frame) {
        clear()
        unsafe av_frame_move_ref(raw, other.raw)
    }

    var width: Int { unsafe Int(raw.pointee.width) }
    var height: Int { unsafe Int(raw.pointee.height) }
    var sampleCount: Int { unsafe Int(raw.pointee.nb_samples) }
    var sampleRateHz: Int { unsafe Int(raw.pointee.sample_rate) }
    var channelCount: Int { unsafe Int(raw.pointee.ch_layout.nb_channels) }
    var isKey: Bool { unsafe moire_frame_is_key(raw) != 0 }
    var isInterlaced: Bool { unsafe moire_frame_is_interlaced(raw) != 0 }
    var isFullRange: Bool { unsafe ColorRange.isFull(raw.pointee.color_range, AVPixelFormat(raw.pointee.format)) }
    /// The decoder knows that what it shows is wrong: missing references, concealed blocks.
    var isDamaged: Bool {
        unsafe raw.pointee.decode_error_flags != 0 || raw.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
    }
    /// An edit list or the container says that this is decoded only for others' sake.
    var isDiscarded: Bool { unsafe raw.pointee.flags & AV_FRAME_FLAG_DISCARD != 0 }
    /// Presentation time in the stream's time base; nil when nobody knows.
    ///
    /// FFmpeg's best effort is the pts wherever pts are sane, and the packet's dts where a container
    /// has none (AVI) or where they have proved worse than the dts.
    var timestamp: Int64? {
        let best = unsafe raw.pointee.best_effort_timestamp
        return best == moire_no_pts ? nil : best
    }
    /// In the stream's time base; zero when unknown.
    var duration: Int64 { unsafe max(0, moire_frame_duration(raw)) }
}

enum ColorRange {
    /// Code values go from 0 to the largest. A stream that does not say is limited, except in the old
    /// formats that say so in their name, and grey, which FFmpeg makes full throughout.
    static func isFull(_ range: AVColorRange, _ format: AVPixelFormat) -> Bool {
        if range != AVCOL_RANGE_UNSPECIFIED { return range == AVCOL_RANGE_JPEG }
        let full = [
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
        ]
        if full.contains(format) { return true }
        guard let descriptor = unsafe av_pix_fmt_desc_get(format) else { return false }
        return unsafe descriptor.pointee.nb_components <= 2
    }
}
