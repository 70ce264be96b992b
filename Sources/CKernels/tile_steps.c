#include "tile_kernels.h"

enum { side = moire_tile_side_max };

static inline __attribute__((always_inline)) int16_t apart(int16_t a, int16_t b) {
    const int16_t d = (int16_t)(a - b);
    return d < 0 ? (int16_t)-d : d;
}

// One row of borders, each between a pixel and the one `k` before it: 0 or 1 for a step, levels of a contour.
static inline __attribute__((always_inline)) void borders(const uint8_t *row, ptrdiff_t k, size_t width,
                                                          int16_t *restrict step, int16_t *restrict contour) {
    for (size_t x = 4; x + 4 < width; x++) {
        const uint8_t *p = row + x;
        const int16_t a = p[0], b = p[-k];
        const int16_t at = apart(a, b), left = apart(b, p[-2 * k]), right = apart(p[k], a);
        step[x] = (at >= 2) & (at > 2 * left) & (at > 2 * right);
        const int16_t flat = (left <= 1) & (apart(b, p[-3 * k]) <= 1) & (apart(b, p[-4 * k]) <= 1) & (right <= 1)
            & (apart(p[2 * k], a) <= 1) & (apart(p[3 * k], a) <= 1) & (at >= 3) & (at <= 48);
        contour[x] = (int16_t)(flat ? at : 0);
    }
}

static inline __attribute__((always_inline)) void steps(const uint8_t *p, size_t w, size_t h, size_t x0, size_t y0,
                                                        moire_step_counts *counts) {
    if (w < 9 || h < 9 || w > side || h > side) return;
    // At most 88 rows of 48 levels: 16 bits hold the columns' sums.
    uint16_t column_steps[side] = {0}, column_contours[side] = {0};
    int16_t step[side], contour[side];
    const ptrdiff_t stride = (ptrdiff_t)w;
    for (size_t y = 4; y + 4 < h; y++) {
        const uint8_t *row = p + y * w;
        borders(row, 1, w, step, contour);
        for (size_t x = 4; x + 4 < w; x++) {
            column_steps[x] = (uint16_t)(column_steps[x] + step[x]);
            column_contours[x] = (uint16_t)(column_contours[x] + contour[x]);
        }
        borders(row, stride, w, step, contour);
        uint32_t row_steps = 0, row_contours = 0, down = 0, across = 0;
        for (size_t x = 4; x + 4 < w; x++) {
            row_steps += (uint32_t)step[x], row_contours += (uint32_t)contour[x];
            const int here = row[x];
            down += (row[(ptrdiff_t)x - stride] - here) * (row[(ptrdiff_t)x + stride] - here) > 100;
            across += (row[x - 1] - here) * (row[x + 1] - here) > 100;
        }
        const size_t phase = (y + y0) & 7;
        counts->places[phase] += (uint32_t)(w - 8);
        counts->steps[phase] += row_steps, counts->contours[phase] += row_contours;
        counts->combed_down += down, counts->combed_across += across;
    }
    for (size_t x = 4; x + 4 < w; x++) {
        const size_t phase = (x + x0) & 7;
        counts->places[phase] += (uint32_t)(h - 8);
        counts->steps[phase] += column_steps[x], counts->contours[phase] += column_contours[x];
    }
    counts->pixels += (uint32_t)((w - 8) * (h - 8));
}

void moire_tile_steps_reference(const uint8_t *pixels, size_t width, size_t height, size_t x, size_t y,
                                moire_step_counts *counts) {
    steps(pixels, width, height, x, y, counts);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void steps_avx2(const uint8_t *pixels, size_t width, size_t height, size_t x,
                                                       size_t y, moire_step_counts *counts) {
    steps(pixels, width, height, x, y, counts);
}
#endif

void moire_tile_steps(const uint8_t *pixels, size_t width, size_t height, size_t x, size_t y,
                      moire_step_counts *counts) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        steps_avx2(pixels, width, height, x, y, counts);
        return;
    }
#endif
    moire_tile_steps_reference(pixels, width, height, x, y, counts);
}
