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
