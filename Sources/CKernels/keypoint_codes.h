// What finding blobs (keypoints.c), planning their codes (keypoint_plan.c) and describing them (keypoint_codes.c)
// share.
#pragma once
#include "keypoints.h"

// Which coefficient each bit from 1 on is the sign of: vertical * 32 + horizontal * 8 + harmonic, by the sum of the
// squared frequencies up to 17, then in that order. Computed once; a pure function of the tables above.
//
// With rows and columns exchanged, bits change places in pairs at most `keypoint_swaps` apart, and the flips follow.
enum { keypoint_swaps = 7, keypoint_samples = 12, keypoint_cells = 4, keypoint_directions = 8 };
enum { keypoint_coefficients = keypoint_cells * keypoint_cells * keypoint_directions, keypoint_batch = 8 };
typedef struct {
    uint8_t coefficient[moire_keypoint_bits];
    uint8_t place[moire_keypoint_bits];  // where `keypoint_describe` writes that one
    float window[keypoint_samples * keypoint_samples];  // weights of a patch's samples
    moire_code96 mirror, upside, negative;
    moire_code96 swapped[keypoint_swaps + 1];  // the lower bit of each pair so far apart
    moire_code96 exchanged;
} keypoint_code_plan;

keypoint_code_plan keypoint_code_plan_make(void);

/// Writes the frequencies of a blob's surroundings.
///
/// - level: the blurred picture that the blob was found in, `width` x `height`, 16 units a grey level; 30 bytes behind
///   its last pixel are read, whatever they hold.
/// - x, y, sigma: the blob's in the level's own pixels; whole numbers are pixels' middles.
typedef void keypoint_describe(const uint16_t *level, int width, int height, float x, float y, float sigma,
                               const keypoint_code_plan *plan, float coefficients[keypoint_coefficients]);

/// Writes the codes and their weak bits of `count` blobs, whose polarity is in `out`. All of the batch's coefficients
/// are read.
typedef void keypoint_encode(const float coefficients[keypoint_batch][keypoint_coefficients], int count,
                             const keypoint_code_plan *plan, moire_keypoint *out);

keypoint_describe keypoint_describe_plain;
keypoint_encode keypoint_encode_plain;
#if defined(__x86_64__)
keypoint_describe keypoint_describe_avx2;
keypoint_encode keypoint_encode_avx2;
#endif

static inline int keypoint_clamped(int v, int last) { return v < 0 ? 0 : v > last ? last : v; }
