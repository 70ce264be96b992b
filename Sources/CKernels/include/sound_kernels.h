#pragma once
#include <stddef.h>
#include <stdint.h>

/// Second-order section in transposed direct form II, a0 normalised to one.
typedef struct {
    double b0, b1, b2, a1, a2;
} moire_biquad;

/// Runs `count` samples through two sections in a row and returns the sum of squares of what comes out.
///
/// `state` holds two values per section and is carried from call to call, so that cutting the input
/// differently changes nothing but the order of the additions into the sum. Samples that are not
/// numbers count as zero, magnitudes above 16 as 16: a hostile file must not poison the state.
/// Bound by the latency of the recursion, about twelve cycles a sample.
double moire_biquad_energy(const float *samples, size_t count, const moire_biquad sections[2], double state[4]);

/// The same for two channels side by side in the two lanes of an SSE2 register: the recursion's
/// latency is paid once. `state` holds eight values, lanes interleaved.
void moire_biquad_energy_pair(const float *left, const float *right, size_t count, const moire_biquad sections[2],
                              double state[8], double energy[2]);

/// Highest magnitude of `count` samples, at most 16; what is not a number counts as zero.
float moire_sample_peak(const float *samples, size_t count);
float moire_sample_peak_reference(const float *samples, size_t count);

/// Samples that lie in runs of at least `shortest` neighbours at or beyond `rail` with one sign.
///
/// `run` carries the length of the open run, signed like its samples, from call to call; a run that
/// crosses a cut is counted where it reaches `shortest` (with all its samples) and beyond.
size_t moire_clipped_samples(const float *samples, size_t count, float rail, int32_t shortest, int32_t *run);

/// Forward complex Fourier transform in place, `count` a power of two.
///
/// `cosine` and `sine` hold `count / 2` values, cos and sin of 2 pi k / count.
void moire_fft(float *real, float *imaginary, size_t count, const float *cosine, const float *sine);
