import CFFmpeg

/// The constant tables of common decoders, which FFmpeg computes when the first of a kind is opened in a process: those of
/// AAC alone take a millisecond.
public enum DecoderTables {
    /// None with threads of its own, which would not be there after a fork.
    private static let common = ["h264", "hevc", "vp9", "mpeg4", "aac", "mp3float", "opus", "vorbis"]

    /// Opens and closes each once, without any media. A process that forks a child for each file does it beforehand, so
    /// that the children have the tables from it.
    public static func prepare() {
        av_log_set_level(AV_LOG_QUIET)
        for name in common {
            guard let codec = unsafe avcodec_find_decoder_by_name(name),
                let context = unsafe avcodec_alloc_context3(codec)
            else { continue }
            unsafe context.pointee.thread_count = 1
            // What decoders of sound need to open.
            unsafe context.pointee.sample_rate = 48_000
            unsafe av_channel_layout_default(&context.pointee.ch_layout, 2)
            _ = unsafe avcodec_open2(context, codec, nil)
            var pointer: UnsafeMutablePointer<AVCodecContext>? = unsafe context
            unsafe avcodec_free_context(&pointer)
        }
    }
}
