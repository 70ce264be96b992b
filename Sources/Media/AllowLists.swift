import CFFmpeg

/// What of FFmpeg hostile input may reach. A name that this build of FFmpeg lacks is skipped.
struct AllowLists {
    /// Demuxers, by FFmpeg's names.
    let demuxers: [String]
    /// Decoders, preferred first where several read one codec. All are software decoders.
    let decoders: [String]

    /// Videos and sound.
    static let media = AllowLists(demuxers: containers, decoders: videoDecoders + audioDecoders)

    /// Single pictures. They have lists of their own, so that neither lets in what the other has no use for: a video's
    /// file is never tried as a picture, and a picture's never as sound.
    static let photos = AllowLists(
        demuxers: ["jpeg_pipe", "png_pipe", "webp_pipe", "gif", "bmp_pipe"],
        decoders: ["mjpeg", "png", "webp", "gif", "bmp"])

    /// Containers that people upload. No playlists (`hls`, `dash`, `concat`), which open other files, and no raw
    /// streams, which anything can be mistaken for.
    private static let containers = [
        "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg", "flv", "avi", "ogg",
        "wav", "mp3", "aac", "flac", "gif", "amr", "aiff",
    ]

    private static let videoDecoders = [
        "h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1",
        "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "h263", "h263p", "h263i", "flv", "mpeg1video", "mpeg2video",
        "theora", "vp6", "vp6f", "vp6a", "wmv1", "wmv2", "gif", "mjpeg", "png", "prores", "dvvideo", "cinepak",
        "qtrle", "svq1", "svq3", "h261", "rawvideo",
    ]

    private static let audioDecoders = [
        "aac", "mp3float", "mp2float", "ac3", "eac3", "opus", "libopus", "vorbis", "flac", "alac", "amrnb", "amrwb",
        "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "wmav1", "wmav2", "nellymoser",
        "pcm_s8", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be",
        "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw", "pcm_dvd", "pcm_bluray",
    ]

    func allows(demuxerNames: String) -> Bool {
        demuxerNames.split(separator: ",").contains { name in demuxers.contains { $0 == name } }
    }

    /// The decoder to use for a codec, or nil when none on the list is present in this FFmpeg.
    func decoder(for codec: AVCodecID) -> UnsafePointer<AVCodec>? {
        for name in decoders {
            if let found = unsafe avcodec_find_decoder_by_name(name), unsafe found.pointee.id == codec {
                return unsafe found
            }
        }
        return nil
    }
}
