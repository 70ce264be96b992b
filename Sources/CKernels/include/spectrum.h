#pragma once
#include <stddef.h>
#include <stdint.h>

// Spectrogram rows and their local maxima, in 16-bit fixed point so that maxima and sums are exact
// and the same on every machine.

enum {
    moire_spectrum_frame = 1024,
    moire_spectrum_bins = 512,
    /// Units per octave of magnitude (6.02 dB).
    moire_spectrum_octave = 256,
    /// Logarithmic bands, 24 to the octave: from 180 Hz to 5.13 kHz.
    moire_bands = 117,
    moire_bands_per_octave = 24,
    moire_band_lowest_hz = 180,
};

/// Log-magnitude spectrum of 1024 samples under a Hann window.
/// `row[k]` is 128 log2(|X_k|² + 2⁻²⁶), X_k the unnormalised transform, for bins 0...511.
/// Samples that are not numbers or beyond ±16 count as zero. Input needs no alignment.
void moire_spectrum_row(const float *samples, int16_t *row);

/// As `moire_spectrum_row`, with the mean power of each logarithmic band in place of a bin's: band b lies
/// around 180 · 2^(b/24) Hz at 11 025 samples a second. Below 370 Hz bands are narrower than a bin of 10.8 Hz
/// and share its power. `row` has room for `moire_bands`.
void moire_band_row(const float *samples, int16_t *row);

// The rest is about rows of bands.

/// `out[k]` is the largest of `row[k - reach ... k + reach]`, cut off at the ends.
void moire_row_maximum(const int16_t *row, int reach, int16_t *out);

/// `out[k]` becomes the larger of `out[k]` and `row[k]`.
void moire_row_raise(int16_t *out, const int16_t *row);

/// Adds a row to 32-bit sums (`sign` +1) or takes it away (-1).
void moire_row_accumulate(int32_t *sums, const int16_t *row, int sign);

/// Bands from `low` up to but without `high` where `row` equals `maximum` and reaches `floor`.
/// `bins` has room for `moire_bands`; returns how many.
size_t moire_row_peaks(const int16_t *row, const int16_t *maximum, int low, int high, int16_t floor, uint16_t *bins);
