// What finding blobs (keypoints.c) and describing them (keypoint_codes.c) share.
#pragma once
#include "keypoints.h"

// Which coefficient each bit from 1 on is the sign of: vertical * 32 + horizontal * 8 + harmonic, by the sum of the
// squared frequencies up to 17, then in that order. Computed once; a pure function of the tables above.
//
// With rows and columns exchanged, bits change places in pairs at most `keypoint_swaps` apart, and the flips follow.
enum { keypoint_swaps = 7 };
typedef struct {
    uint8_t coefficient[moire_keypoint_bits];
    moire_code96 mirror, upside, negative;
    moire_code96 swapped[keypoint_swaps + 1];  // the lower bit of each pair so far apart
    moire_code96 exchanged;
} keypoint_code_plan;

keypoint_code_plan keypoint_code_plan_make(void);

/// Writes the code of a blob and its weak bits.
///
/// - level: the blurred picture that the blob was found in, `width` x `height`, 16 units a grey level.
/// - x, y, sigma: the blob's in the level's own pixels; whole numbers are pixels' middles.
/// - is_dark: the blob's polarity.
typedef void keypoint_describe(const uint16_t *level, int width, int height, float x, float y, float sigma, int is_dark,
                               const keypoint_code_plan *plan, moire_keypoint *out);

keypoint_describe keypoint_describe_plain;
#if defined(__x86_64__)
keypoint_describe keypoint_describe_avx2;
#endif

static inline int keypoint_clamped(int v, int last) { return v < 0 ? 0 : v > last ? last : v; }
