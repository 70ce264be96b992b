#pragma once
#include <stddef.h>
#include <stdint.h>

// Local features of a luma picture: blobs of any size, each with a binary code of its surroundings.
//
// Blobs are extrema of differences of Gaussians over position and size (D. Lowe, Distinctive image features from
// scale-invariant keypoints, IJCV 60(2), 2004), two sizes an octave, on a pyramid of binomial filters in 16-bit
// integers. The code describes the neighbourhood's gradients, upright: 4 x 4 cells by 8 directions, square roots of
// the sums, then a cosine transform over the cells and a Fourier transform over the directions; a bit is the sign of
// a coefficient, the lowest frequencies first. So a mirrored picture's code is the code with fixed bits flipped, and
// a coefficient's magnitude says how sure its bit is.

enum {
    /// Bits of a code: whether the blob is dark, then the signs of 95 coefficients.
    moire_keypoint_bits = 96,
    /// Smallest side of a picture in which blobs are looked for, and the largest.
    moire_keypoint_side_min = 32,
    moire_keypoint_side_max = 1024,
};

/// 96 bits, low word first.
typedef struct moire_code96 {
    uint32_t words[3];
} moire_code96;

typedef struct moire_keypoint {
    float x, y;       ///< Pixels from the picture's left and upper edge; the first pixel's middle is 0.5.
    float sigma;      ///< Size of the blob, pixels: 0.84 of the standard deviation of the Gaussian that fits it.
    float contrast;   ///< Grey levels by which it stands out, at least the asked minimum.
    uint32_t place;   ///< Octave (times 16), level (times 2), and 1 for a dark one.
    moire_code96 code;
    moire_code96 weak;  ///< Bits more often wrong than others: coefficients under 0.75 of the mean magnitude.
    moire_code96 weaker;  ///< Of those, the ones that say next to nothing: under 0.3 of it.
} moire_keypoint;

/// Bytes of scratch memory for pictures up to this size, aligned to 64.
size_t moire_keypoint_scratch_bytes(int width, int height);

/// Finds blobs and describes the strongest.
///
/// - luma: row-major, without padding; both sides within the limits above, or nothing is found.
/// - contrast_min: grey levels; 1.5 keeps nearly all that survives an upload's encoder.
/// - returns: how many were written to `out`, at most `capacity`, strongest first.
///
/// Cost: the pyramid and the search 2.8 ns a pixel with AVX2, and 0.5 us a code. All variants give the same bytes.
size_t moire_keypoints(const uint8_t *luma, int width, int height, float contrast_min, void *scratch,
                       moire_keypoint *out, size_t capacity);

/// Forces a level for tests: 0 plain, 1 AVX2; -1 picks the best.
void moire_keypoints_force_level(int level);
int moire_keypoints_level(void);

/// Bits that a mirrored picture flips (left and right swapped), one upside down in a mirror (top and bottom swapped), and
/// a negative; any of them together by exclusive or.
moire_code96 moire_keypoint_mirror_mask(void);
moire_code96 moire_keypoint_upside_mask(void);
moire_code96 moire_keypoint_negative_mask(void);

/// The code that a place has when the picture's rows and columns are exchanged: bits change places, and some are flipped.
moire_code96 moire_keypoint_transposed(moire_code96 code);
