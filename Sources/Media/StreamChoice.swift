import CFFmpeg
import Frames

/// Picks the picture and the sound stream of a file; all others are discarded unread.
struct StreamChoice {
    var video: Int?
    var audio: Int?
    /// A picture or sound stream was there that no allowed decoder reads: FFmpeg's codec name.
    var unreadableVideo: String?
    var unreadableAudio: String?

    /// Among the streams that can be decoded, the one the file marks as default, then the one with most
    /// pixels or channels, then the first. Cover pictures are not video.
    init(_ demuxer: borrowing Demuxer) {
        var bestVideo = (-1, -1), bestAudio = (-1, -1)
        for index in 0..<demuxer.streamCount {
            guard let stream = unsafe demuxer.stream(index), let parameters = unsafe stream.pointee.codecpar else {
                continue
            }
            let isDefault = unsafe stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0 ? 1 : 0
            let codec = unsafe parameters.pointee.codec_id
            let canRead = unsafe AllowLists.media.decoder(for: codec) != nil
            switch unsafe parameters.pointee.codec_type {
            case AVMEDIA_TYPE_VIDEO:
                let still = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
                if unsafe stream.pointee.disposition & still != 0 { continue }
                guard canRead else {
                    unreadableVideo = unsafe String(cString: avcodec_get_name(codec))
                    continue
                }
                let rank = unsafe (isDefault, Int(parameters.pointee.width) * Int(parameters.pointee.height))
                if rank > bestVideo { (bestVideo, video) = (rank, index) }
            case AVMEDIA_TYPE_AUDIO:
                guard canRead else {
                    unreadableAudio = unsafe String(cString: avcodec_get_name(codec))
                    continue
                }
                let rank = unsafe (isDefault, Int(parameters.pointee.ch_layout.nb_channels))
                if rank > bestAudio { (bestAudio, audio) = (rank, index) }
            default: continue
            }
        }
        if video != nil { unreadableVideo = nil }
        if audio != nil { unreadableAudio = nil }
        for index in 0..<demuxer.streamCount where index != video && index != audio {
            unsafe demuxer.stream(index)?.pointee.discard = AVDISCARD_ALL
        }
    }
}
