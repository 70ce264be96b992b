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

/// Upright strips into which a 64x64 picture is cut for `moire_strip_sums` and `moire_band_spectrum`.
enum { moire_strips = 8 };

/// Sums of the 8 pixels of each row of each upright strip of a 64x64 picture: `sums[strip * 64 + y]`, 512 values.
void moire_strip_sums(const uint8_t *pixels, uint16_t *sums);

/// Adds the spectrum of 64 moments of 8 strips of 64 rows to two sums.
///
/// `steps[t * 512 + strip * 64 + y]`; `window`, `cosine` and `sine` as in `moire_patch_spectrum`; the window is laid
/// over time and over height. `coherent` and `power` have 32 rows of 64 values: row f is the temporal frequency f in
/// cycles per 64 moments, column v the vertical one (beyond 32: v - 64). `coherent` receives the power of the mean of
/// the strips' spectra, `power` the mean of their powers: equal where all strips carry the same wave. About 0.3 ms.
void moire_band_spectrum(const float *steps, const float *window, const float *cosine, const float *sine,
                         double *coherent, double *power);
