// Passes over rows of the pyramid in which blobs are found, 16 units a grey level.
#pragma once
#include <stdint.h>

/// Rows are made in whole vectors of so many pixels: those of all that is read and written have room for them.
enum { keypoint_vector = 32 };

/// A row of a picture with a binomial filter over it, 1 4 6 4 1 in both directions.
///
/// - in: the five rows that it is made of, those beyond the picture's edge being its last.
/// - sums: memory for a row, with 16 pixels before it and behind it.
/// - apart: how many columns lie between taps, 1 to 8; the five rows are so far apart, too.
typedef void keypoint_blur(const uint16_t *const in[5], uint16_t *sums, uint16_t *out, int width, int apart);

/// The same of bytes, with taps side by side.
typedef void keypoint_blur_bytes(const uint8_t *const in[5], uint16_t *sums, uint16_t *out, int width);

/// out = a - b.
typedef void keypoint_difference(const uint16_t *a, const uint16_t *b, int16_t *out, int width);

/// Every second pixel of a row.
typedef void keypoint_halve(const uint16_t *in, uint16_t *out, int width);

keypoint_blur keypoint_blur_plain;
keypoint_blur_bytes keypoint_blur_bytes_plain;
keypoint_difference keypoint_difference_plain;
keypoint_halve keypoint_halve_plain;
#if defined(__x86_64__)
keypoint_blur keypoint_blur_avx2;
keypoint_blur_bytes keypoint_blur_bytes_avx2;
keypoint_difference keypoint_difference_avx2;
keypoint_halve keypoint_halve_avx2;
#endif
