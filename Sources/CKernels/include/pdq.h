#pragma once
#include <stddef.h>
#include <stdint.h>

// PDQ's numeric core. Every result is bit-for-bit what Meta's C++ computes without fused
// multiply-add: each sum is taken in the same order, only independent sums run side by side.

/// Forces a level for tests: 0 plain reference, 1 the portable vector code, 2 AVX2; -1 picks the best.
void moire_pdq_force_level(int level);
int moire_pdq_level(void);

/// Two passes of the Jarosz box filter along rows and columns, then the 64×64 centre samples.
/// `luma` is row-major width×height and is destroyed; `scratch` holds at least
/// `moire_pdq_scratch_floats(width, height)` of the same level. Both sides are at least 1. 64×64 is copied as it is.
void moire_pdq_downsample(float *luma, int width, int height, float *scratch, float *out64x64);
size_t moire_pdq_scratch_floats(int width, int height);
/// The same of a picture of bytes, which stay: the first pass adds whole numbers.
void moire_pdq_downsample_bytes(const uint8_t *luma, int width, int height, float *scratch, float *out64x64);

/// Gradient quality 0...100 of the 64×64 picture.
int moire_pdq_quality(const float *in64x64);

/// Coefficients (1..16)×(1..16) of the 64×64 DCT, row-major: vertical frequency first.
void moire_pdq_dct(const float *in64x64, float *out16x16);

/// The weights with which `moire_pdq_dct_weighted` transforms a picture as if it were drawn smaller in a frame, at `share`
/// of a side, its middle `shift` samples of 64 beside the frame's, and its edge drawn out to the frame's: drawing is as
/// linear as transforming. 64 × 16, those of a sample side by side.
void moire_pdq_inset_weights(double share, double shift, float *weights);
/// With weights of its rows and of its columns.
void moire_pdq_dct_weighted(const float *in64x64, const float *down, const float *across, float *out16x16);

/// Bit `k` of `words[k / 64]` is set where coefficient `k` is above the median (the 128th smallest of 256).
void moire_pdq_bits(const float *in16x16, uint64_t words[4]);

/// How far each coefficient lies from that median, in quarters of the 256: 0 for the nearest 64, 3 for the farthest; of
/// equals the lower index is the nearer. Bit `k` of `low` and `high` is the lower and upper bit of coefficient `k`'s quarter.
void moire_pdq_margins(const float *in16x16, uint64_t low[4], uint64_t high[4]);

void moire_luma_from_bytes(const uint8_t *bytes, size_t count, float *luma);
/// 0.299 R + 0.587 G + 0.114 B in single precision, left to right.
void moire_luma_from_rgb(const uint8_t *rgb, size_t count, float *luma);
