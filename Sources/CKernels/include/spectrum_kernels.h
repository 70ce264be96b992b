#pragma once
#include <stddef.h>
#include <stdint.h>

/// Power spectrum of 64x64 pixels under a window, mean removed.
///
/// `window`, `cosine` and `sine` as for a transform of 64: 64, 32 and 32 values. `power` receives 64 rows
/// of 33 values: row k is the vertical frequency k (beyond 32: k - 64) in cycles per 64 pixels, column
/// k the horizontal one. Two rows share one complex transform: 32 + 33 transforms of 64 in all.
void moire_patch_spectrum(const uint8_t *pixels, size_t stride, const float *window, const float *cosine,
                          const float *sine, float *power);

/// Sums of the left and right 32 pixels of each of the 64 rows of a 64x64 picture.
void moire_row_sums(const uint8_t *pixels, uint32_t left[64], uint32_t right[64]);
