// FFmpeg's libraries as Swift sees them. A function stands here only because Swift cannot reach the
// original, or because the original moved between FFmpeg 5.1 and 7; each says which.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/video_enc_params.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Macros with casts or expressions are invisible to Swift.
static const int moire_averror_eof = AVERROR_EOF;
static const int moire_averror_eagain = AVERROR(EAGAIN);
static const int moire_averror_enomem = AVERROR(ENOMEM);
static const int moire_averror_eio = AVERROR(EIO);
static const int moire_averror_eacces = AVERROR(EACCES);
static const int moire_averror_einval = AVERROR(EINVAL);
static const int64_t moire_no_pts = AV_NOPTS_VALUE;

/// Moved in FFmpeg 6.1 from fields of their own into `flags`.
static inline int moire_frame_is_key(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_KEY
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame->key_frame;
#endif
}

static inline int moire_frame_is_interlaced(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

/// Renamed in libavutil 57.30 (FFmpeg 6.0); in the packet's time base.
static inline int64_t moire_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

/// Mean quantiser of a decoded frame over its area, on the scale of `type`; false where the decoder tells none.
/// The blocks behind the structure are reached through a function that Swift does not see.
static inline int moire_frame_quantiser(const AVFrame *frame, enum AVVideoEncParamsType *type, double *mean) {
    const AVFrameSideData *side = av_frame_get_side_data(frame, AV_FRAME_DATA_VIDEO_ENC_PARAMS);
    if (!side || side->size < sizeof(AVVideoEncParams)) return 0;
    AVVideoEncParams *parameters = (AVVideoEncParams *)side->data;
    double sum = 0, area = 0;
    for (unsigned int k = 0; k < parameters->nb_blocks; k++) {
        const AVVideoBlockParams *block = av_video_enc_params_block(parameters, k);
        const double size = (double)block->w * block->h;
        sum += size * block->delta_qp;
        area += size;
    }
    *type = parameters->type;
    *mean = parameters->qp + (area > 0 ? sum / area : 0);
    return 1;
}

/// Moved in FFmpeg 6.1 from the stream to its codec parameters. Returns the data, or null.
static inline const uint8_t *moire_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type,
                                                    size_t *size) {
    *size = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const AVPacketSideData *found = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    if (!found) return NULL;
    *size = found->size;
    return found->data;
#else
    return av_stream_get_side_data(stream, type, size);
#endif
}
