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

/// Immerkaer's noise operator, the difference of two Laplacians
/// (J. Immerkaer, Fast Noise Variance Estimation, CVIU 64(2), 1996), block by block.
///
/// `sums[by * (width / 16) + bx]` receives the sum of the operator's magnitude over the inner 14x14
/// pixels of each whole block of 16x16.
void moire_noise_blocks(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint32_t *sums);

typedef struct {
    int64_t blue, red, blue_squared, red_squared, blue_red;
} moire_chroma_moments;

/// First and second moments of two chroma planes about 128.
moire_chroma_moments moire_chroma(const uint8_t *blue, const uint8_t *red, size_t count);

typedef struct {
    uint64_t on_sum, off_sum;
    uint32_t on_count, off_count;
} moire_grid_steps;

/// Widest picture that `moire_grid` takes; wider ones count nothing.
enum { moire_grid_width_max = 128 };

/// Magnitudes of second-difference steps across the lines of the 8-grid and between them.
///
/// A step at the border of columns x - 1 and x is |p[x] - p[x-1]| less the mean of its two
/// neighbours' steps, so that a texture's own roughness cancels; negative values count as zero.
/// Values are doubled to stay whole. Rows and columns are measured alike.
moire_grid_steps moire_grid(const uint8_t *pixels, size_t width, size_t height);
