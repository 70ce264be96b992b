#include "picture_kernels.h"

#include <string.h>

void moire_layout_steps_reference(const uint8_t *pixels, size_t width, size_t height, int hard_step,
                                  uint32_t *across_by_column, uint32_t *down_by_column, uint32_t *across_by_row,
                                  uint32_t *down_by_row, uint8_t *hard) {
    const size_t blocks = width / 8;
    for (size_t y = 0; y + 1 < height; y++)
        for (size_t x = 0; x + 1 < width; x++) {
            const uint8_t *p = pixels + y * width + x;
            const int across = p[1] > p[0] ? p[1] - p[0] : p[0] - p[1];
            const int down = p[width] > p[0] ? p[width] - p[0] : p[0] - p[width];
            across_by_column[x] += (uint32_t)across, across_by_row[y] += (uint32_t)across;
            down_by_column[x] += (uint32_t)down, down_by_row[y] += (uint32_t)down;
            if ((across >= hard_step || down >= hard_step) && x / 8 < blocks && y / 8 < height / 8)
                hard[y / 8 * blocks + x / 8]++;
        }
}

#if defined(__x86_64__)

enum { chunk = 256 };  // Pixels whose steps are kept at once; a multiple of a block's eight.

// The same, some hundred pixels of a row at a time: each loop is one that the compiler makes vectors of.
__attribute__((target("avx2"))) static void steps_avx2(const uint8_t *pixels, size_t width, size_t height,
                                                       uint8_t hard_step, uint32_t *restrict across_by_column,
                                                       uint32_t *restrict down_by_column, uint32_t *across_by_row,
                                                       uint32_t *down_by_row, uint8_t *hard) {
    const size_t blocks = width / 8;
    uint8_t across[chunk], down[chunk], is_hard[chunk];
    for (size_t y = 0; y + 1 < height; y++)
        for (size_t start = 0; start + 1 < width; start += chunk) {
            const size_t count = width - 1 - start < chunk ? width - 1 - start : chunk;
            const uint8_t *restrict p = pixels + y * width + start;
            uint32_t across_sum = 0, down_sum = 0;
            for (size_t x = 0; x < count; x++) {
                across[x] = p[x + 1] > p[x] ? p[x + 1] - p[x] : p[x] - p[x + 1];
                down[x] = p[x + width] > p[x] ? p[x + width] - p[x] : p[x] - p[x + width];
                is_hard[x] = across[x] >= hard_step || down[x] >= hard_step;
            }
            for (size_t x = 0; x < count; x++) across_by_column[start + x] += across[x];
            for (size_t x = 0; x < count; x++) down_by_column[start + x] += down[x];
            for (size_t x = 0; x < count; x++) across_sum += across[x];
            for (size_t x = 0; x < count; x++) down_sum += down[x];
            across_by_row[y] += across_sum;
            down_by_row[y] += down_sum;
            if (y / 8 >= height / 8) continue;
            // The last column has no right neighbour.
            memset(is_hard + count, 0, chunk - count);
            const size_t last = (start + chunk) / 8 < blocks ? (start + chunk) / 8 : blocks;
            for (size_t block = start / 8; block < last; block++) {
                uint64_t eight;
                memcpy(&eight, is_hard + (block * 8 - start), 8);
                // The upper byte of the product is the sum of the eight.
                hard[y / 8 * blocks + block] += (uint8_t)(eight * 0x0101010101010101 >> 56);
            }
        }
}
#endif

void moire_layout_steps(const uint8_t *pixels, size_t width, size_t height, int hard_step, uint32_t *across_by_column,
                        uint32_t *down_by_column, uint32_t *across_by_row, uint32_t *down_by_row, uint8_t *hard) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && hard_step >= 0 && hard_step <= 255) {
        steps_avx2(pixels, width, height, (uint8_t)hard_step, across_by_column, down_by_column, across_by_row,
                   down_by_row, hard);
        return;
    }
#endif
    moire_layout_steps_reference(pixels, width, height, hard_step, across_by_column, down_by_column, across_by_row,
                                 down_by_row, hard);
}
