#pragma once
#include <stddef.h>
#include <stdint.h>

/// Sums of absolute differences of the 64 blocks of 8x8 pixels of two 64x64 pictures.
///
/// `sums[by * 8 + bx]`, at most 64 * 255 each. 8 KB are read; 256 SSE2 instructions of two blocks'
/// rows each, about 0.15 us.
void moire_block_differences(const uint8_t *a, const uint8_t *b, uint16_t sums[64]);
void moire_block_differences_reference(const uint8_t *a, const uint8_t *b, uint16_t sums[64]);

/// Sum of absolute differences of `count` bytes, a multiple of 16.
uint64_t moire_byte_differences(const uint8_t *a, const uint8_t *b, size_t count);
uint64_t moire_byte_differences_reference(const uint8_t *a, const uint8_t *b, size_t count);

/// Adds the levels of a `width` x `height` area to a histogram.
void moire_histogram(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint32_t histogram[256]);

/// Sum over an area of the squared differences to the right and to the lower neighbour, of the
/// (width - 1) * (height - 1) pixels that have both.
uint64_t moire_gradient_energy(const uint8_t *pixels, size_t stride, size_t width, size_t height);

/// Means of 2x2 pixels, rounded; `half` receives (width / 2) * (height / 2) pixels.
void moire_halve(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint8_t *half);

typedef struct {
    int64_t blue, red, blue_squared, red_squared, blue_red;
} moire_chroma_moments;

/// First and second moments of two chroma planes about 128.
moire_chroma_moments moire_chroma(const uint8_t *blue, const uint8_t *red, size_t count);

/// Sums of the absolute differences to the right and down, of the (width - 1) * (height - 1) pixels that have both, by
/// column and by row; and, for each whole block of 8x8, how many of its pixels have a difference of `hard_step` or more.
///
/// All is added to what the arrays hold: `width` and `height` sums, and (width / 8) * (height / 8) counts.
void moire_layout_steps(const uint8_t *pixels, size_t width, size_t height, int hard_step, uint32_t *across_by_column,
                        uint32_t *down_by_column, uint32_t *across_by_row, uint32_t *down_by_row, uint8_t *hard);
void moire_layout_steps_reference(const uint8_t *pixels, size_t width, size_t height, int hard_step,
                                  uint32_t *across_by_column, uint32_t *down_by_column, uint32_t *across_by_row,
                                  uint32_t *down_by_row, uint8_t *hard);
