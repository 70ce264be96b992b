// FFmpeg's libraries as Swift sees them. A function stands here only because Swift cannot reach the
// original; each says why.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Macros with casts or expressions are invisible to Swift.
static const int moire_averror_eof = AVERROR_EOF;
static const int moire_averror_eagain = AVERROR(EAGAIN);
static const int64_t moire_no_pts = AV_NOPTS_VALUE;
