#include <string.h>

#include "picture_kernels.h"
#include "tile_kernels.h"

void moire_histogram(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint32_t histogram[256]) {
    // Four tables: a run of equal pixels would wait for its own last increment in one.
    uint32_t part[4][256];
    memset(part, 0, sizeof part);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = pixels + y * stride;
        size_t x = 0;
        for (; x + 4 <= width; x += 4) {
            part[0][row[x]]++;
            part[1][row[x + 1]]++;
            part[2][row[x + 2]]++;
            part[3][row[x + 3]]++;
        }
        for (; x < width; x++) part[0][row[x]]++;
    }
    for (int k = 0; k < 256; k++) histogram[k] += part[0][k] + part[1][k] + part[2][k] + part[3][k];
}

uint64_t moire_gradient_energy(const uint8_t *pixels, size_t stride, size_t width, size_t height) {
    if (width < 2 || height < 2) return 0;
    uint64_t total = 0;
    for (size_t y = 0; y + 1 < height; y++) {
        const uint8_t *row = pixels + y * stride, *below = row + stride;
        // At most 2 * 255^2 a pixel: 32 bits hold 33 000 pixels of a row.
        uint32_t sum = 0;
        for (size_t x = 0; x + 1 < width; x++) {
            const int16_t right = (int16_t)(row[x + 1] - row[x]), down = (int16_t)(below[x] - row[x]);
            sum += (uint32_t)(right * right + down * down);
        }
        total += sum;
    }
    return total;
}

void moire_halve(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint8_t *half) {
    for (size_t y = 0; y < height / 2; y++) {
        const uint8_t *row = pixels + 2 * y * stride, *below = row + stride;
        for (size_t x = 0; x < width / 2; x++)
            half[x] = (uint8_t)((row[2 * x] + row[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
        half += width / 2;
    }
}

void moire_noise_blocks(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint32_t *sums) {
    for (size_t by = 0; by < height / 8; by++)
        for (size_t bx = 0; bx < width / 8; bx++) {
            const uint8_t *block = pixels + by * 8 * stride + bx * 8;
            uint32_t sum = 0;
            for (size_t y = 1; y < 7; y++) {
                const uint8_t *a = block + (y - 1) * stride, *b = a + stride, *c = b + stride;
                // 1 -2 1 down the columns first, then along the row; within 16 bits throughout.
                int16_t column[8];
                for (size_t x = 0; x < 8; x++) column[x] = (int16_t)(a[x] - 2 * b[x] + c[x]);
                for (size_t x = 1; x < 7; x++) {
                    const int16_t value = (int16_t)(column[x - 1] - 2 * column[x] + column[x + 1]);
                    sum += (uint32_t)(value < 0 ? -value : value);
                }
            }
            sums[by * (width / 8) + bx] = sum;
        }
}

moire_chroma_moments moire_chroma(const uint8_t *blue, const uint8_t *red, size_t count) {
    moire_chroma_moments total = {0, 0, 0, 0, 0};
    // 4096 products of at most 128^2 fit 32 bits with room to spare.
    for (size_t start = 0; start < count; start += 4096) {
        const size_t end = start + 4096 < count ? start + 4096 : count;
        int32_t b = 0, r = 0, bb = 0, rr = 0, br = 0;
        for (size_t i = start; i < end; i++) {
            const int16_t u = (int16_t)(blue[i] - 128), v = (int16_t)(red[i] - 128);
            b += u, r += v, bb += u * u, rr += v * v, br += u * v;
        }
        total.blue += b, total.red += r;
        total.blue_squared += bb, total.red_squared += rr, total.blue_red += br;
    }
    return total;
}
