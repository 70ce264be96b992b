#include "cell_changes.h"

#include <string.h>

enum { grid = moire_cell_grid, band = moire_cell_rows };

size_t moire_cell_rows_bytes(int32_t width) { return (size_t)grid * band * (size_t)width; }

static inline uint8_t byte_at(const moire_plane *plane, double gain, int32_t x, int64_t y) {
    const uint8_t *p = plane->base + y * plane->stride_bytes + (ptrdiff_t)x * plane->step * plane->sample_bytes;
    if (plane->sample_bytes == 1) return p[0];
    double value = (p[0] | p[1] << 8) * gain + 0.5;
    return value < 255 ? (uint8_t)value : 255;
}

/// Of the looked-at rows 0 ... 95, where number `k` lies in the picture.
static inline int64_t row_of(int32_t k, int32_t height) {
    return (int64_t)(2 * k + 1) * height / (2 * grid * band);
}

void moire_cell_changes_reference(const moire_plane *plane, double gain, uint8_t *rows,
                                  uint8_t cells[moire_cell_grid * moire_cell_grid]) {
    memset(cells, 0, grid * grid);
    for (int32_t k = 0; k < grid * band; k++)
        for (int32_t c = 0; c < grid; c++)
            for (int32_t x = (int32_t)((int64_t)c * plane->width / grid);
                 x < (int32_t)((int64_t)(c + 1) * plane->width / grid); x++) {
                uint8_t *before = rows + (size_t)k * plane->width + x, *cell = cells + k / band * grid + c;
                uint8_t now = byte_at(plane, gain, x, row_of(k, plane->height));
                uint8_t difference = now > *before ? now - *before : *before - now;
                if (difference > *cell) *cell = difference;
                *before = now;
            }
}

static inline __attribute__((always_inline)) void changes_body(const moire_plane *plane, double gain, uint8_t *rows,
                                                               uint8_t *line, uint8_t *cells) {
    const int32_t width = plane->width;
    uint8_t *restrict most = line, *restrict copy = line + width;
    for (int32_t y = 0; y < grid; y++) {
        memset(most, 0, (size_t)width);
        for (int32_t k = y * band; k < (y + 1) * band; k++) {
            const int64_t row = row_of(k, plane->height);
            const uint8_t *restrict now = plane->base + row * plane->stride_bytes;
            if (plane->step > 1 || plane->sample_bytes > 1) {
                for (int32_t x = 0; x < width; x++) copy[x] = byte_at(plane, gain, x, row);
                now = copy;
            }
            uint8_t *restrict before = rows + (size_t)k * width;
            for (int32_t x = 0; x < width; x++) {
                const uint8_t a = now[x], b = before[x];
                const uint8_t d = (uint8_t)((a > b ? a : b) - (a > b ? b : a));
                most[x] = most[x] > d ? most[x] : d;
                before[x] = a;
            }
        }
        for (int32_t c = 0; c < grid; c++) {
            uint8_t top = 0;
            const int32_t end = (int32_t)((int64_t)(c + 1) * width / grid);
            for (int32_t x = (int32_t)((int64_t)c * width / grid); x < end; x++) top = most[x] > top ? most[x] : top;
            cells[y * grid + c] = top;
        }
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void changes_avx2(const moire_plane *plane, double gain, uint8_t *rows,
                                                         uint8_t *line, uint8_t *cells) {
    changes_body(plane, gain, rows, line, cells);
}
#endif

void moire_cell_changes(const moire_plane *plane, double gain, uint8_t *rows, uint8_t *line,
                        uint8_t cells[moire_cell_grid * moire_cell_grid]) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        changes_avx2(plane, gain, rows, line, cells);
        return;
    }
#endif
    changes_body(plane, gain, rows, line, cells);
}

moire_cell_counts moire_cell_count(const uint8_t cells[moire_cell_grid * moire_cell_grid], uint8_t drawn_levels,
                                   moire_cell_history *history) {
    enum { all = grid * grid };
    uint8_t wide[all], near[all];
    moire_cell_counts counts = {0};
    for (int i = 0; i < all; i++) {
        const uint8_t is = cells[i] > drawn_levels, left = history->drawn[i];
        counts.drawn += is;
        history->drawn[i] = is ? moire_cell_drawn_frames : left ? left - 1 : 0;
    }
    for (int y = 0; y < grid; y++)
        for (int x = 0; x < grid; x++) {
            const uint8_t *d = history->drawn + y * grid + x;
            wide[y * grid + x] = d[0] | (x > 0 ? d[-1] : 0) | (x + 1 < grid ? d[1] : 0);
        }
    for (int y = 0; y < grid; y++)
        for (int x = 0; x < grid; x++) {
            const uint8_t *w = wide + y * grid + x;
            near[y * grid + x] = w[0] | (y > 0 ? w[-grid] : 0) | (y + 1 < grid ? w[grid] : 0);
        }
    counts.others = all;
    for (int k = 0; k < moire_cell_memory; k++) {
        const uint8_t *before = history->before[k];
        uint32_t others = 0;
        for (int i = 0; i < all; i++) others += !near[i] & (cells[i] != before[i]);
        if (others < counts.others) counts.others = others;
    }
    for (int i = 0; i < all; i++) counts.strays += !near[i] & (cells[i] > 0);
    memcpy(history->before[history->frames++ % moire_cell_memory], cells, all);
    return counts;
}
