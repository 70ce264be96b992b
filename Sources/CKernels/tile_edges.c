#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tile_kernels.h"

#pragma STDC FP_CONTRACT OFF

enum { side = moire_tile_side_max };

// The picture smoothed by (1 4 6 4 1)/16 both ways, in 32nds of a level.
static inline __attribute__((always_inline)) void smooth(const uint8_t *restrict p, size_t w, size_t h,
                                                         int16_t (*restrict out)[side]) {
    uint16_t rows[side][side];
    for (size_t y = 0; y < h; y++) {
        const uint8_t *a = p + y * w;
        for (size_t x = 2; x + 2 < w; x++)
            rows[y][x] = (uint16_t)(a[x - 2] + a[x + 2] + 4 * (a[x - 1] + a[x + 1]) + 6 * a[x]);
    }
    for (size_t y = 2; y + 2 < h; y++)
        for (size_t x = 2; x + 2 < w; x++)
            // At most 255 * 256 + 4: fits 16 bits without a sign.
            out[y][x] = (int16_t)((uint16_t)(rows[y - 2][x] + rows[y + 2][x] + 4 * (rows[y - 1][x] + rows[y + 1][x])
                                             + 6 * rows[y][x] + 4)
                                  >> 3);
}

// Sobel gradients: at most 4 * 8160 in magnitude, so 16 bits hold them.
static inline __attribute__((always_inline)) void slopes(int16_t (*restrict s)[side], size_t w, size_t h,
                                                         int16_t (*restrict gx)[side], int16_t (*restrict gy)[side],
                                                         float (*restrict squared)[side]) {
    for (size_t y = 3; y + 3 < h; y++)
        for (size_t x = 3; x + 3 < w; x++) {
            const int16_t nw = s[y - 1][x - 1], ne = s[y - 1][x + 1], sw = s[y + 1][x - 1], se = s[y + 1][x + 1];
            const int16_t dx = (int16_t)(ne - nw + 2 * (s[y][x + 1] - s[y][x - 1]) + se - sw);
            const int16_t dy = (int16_t)(sw - nw + 2 * (s[y + 1][x] - s[y - 1][x]) + se - ne);
            gx[y][x] = dx, gy[y][x] = dy;
            squared[y][x] = (float)dx * (float)dx + (float)dy * (float)dy;
        }
}

static inline int flat_step(const uint8_t *p, ptrdiff_t along) {
    return abs(p[along] - p[-along]) <= 40 && abs(p[-along] - p[-2 * along]) <= 1
        && abs(p[-along] - p[-3 * along]) <= 1 && abs(p[along] - p[2 * along]) <= 1
        && abs(p[along] - p[3 * along]) <= 1;
}

// How much of an edge's height swings to and fro from 3 to 8 pixels off, on the sides that lie in the tile.
static inline void ring(const uint8_t *p, ptrdiff_t along, size_t before, size_t after, float squared,
                        moire_edge_counts *counts) {
    const float height = sqrtf(squared) / 128;
    for (int sense = -1; sense <= 1; sense += 2) {
        if ((sense < 0 ? before : after) < 8) continue;
        const ptrdiff_t step = sense * along;
        int travel = 0;
        for (int k = 3; k < 8; k++) travel += abs(p[(k + 1) * step] - p[k * step]);
        const float swing = (float)(travel - abs(p[8 * step] - p[3 * step])) * moire_ring_bins / height;
        counts->rings[swing < moire_ring_bins ? (int)swing : moire_ring_bins - 1]++;
    }
}

// Where a row's slope is steep, and steepest in its own direction. Of a crest of two the latter counts.
static inline __attribute__((always_inline)) void crests(float (*restrict squared)[side], int16_t (*restrict gx)[side],
                                                         int16_t (*restrict gy)[side], size_t y, size_t w, float least,
                                                         uint8_t *restrict out) {
    const float *above = squared[y - 1], *row = squared[y], *below = squared[y + 1];
    for (size_t x = 4; x + 4 < w; x++) {
        const int dx = gx[y][x] < 0 ? -gx[y][x] : gx[y][x], dy = gy[y][x] < 0 ? -gy[y][x] : gy[y][x];
        const float before = dx >= dy ? row[x - 1] : above[x], after = dx >= dy ? row[x + 1] : below[x];
        out[x] = (row[x] >= least) & (row[x] >= before) & (row[x] > after);
    }
}

static inline int none_of_eight(const uint8_t *flags) {
    uint64_t eight;
    memcpy(&eight, flags, sizeof eight);
    return eight == 0;
}

static inline __attribute__((always_inline)) void edges(const uint8_t *p, size_t w, size_t h, int level,
                                                        float threshold, float noise, moire_edge_counts *counts) {
    if (w < 12 || h < 12 || w > side || h > side || level < 0 || level >= moire_tile_levels) return;
    int16_t smoothed[side][side], gx[side][side], gy[side][side];
    float squared[side][side];
    smooth(p, w, h, smoothed);
    slopes(smoothed, w, h, gx, gy, squared);
    // Central differences count four rows' weights and 32nds.
    const float least = threshold * threshold * 16384, white = 24 * noise * noise;
    const ptrdiff_t stride = (ptrdiff_t)w;
    uint8_t is_crest[side];
    for (size_t y = 4; y + 4 < h; y++) {
        crests(squared, gx, gy, y, w, least, is_crest);
        for (size_t x = 4; x + 4 < w; x++) {
            // Most are none; eight at once.
            if (x + 12 <= w && none_of_eight(is_crest + x)) {
                x += 7;
                continue;
            }
            if (!is_crest[x]) continue;
            const float here = squared[y][x];
            const int dx = gx[y][x], dy = gy[y][x], ax = abs(dx), ay = abs(dy);
            const int across = ax >= ay;
            const uint8_t *at = p + y * w + x;
            if (flat_step(at, across ? 1 : stride)) continue;
            const int slope = across ? dx : dy, own = abs(slope) / 4;
            int line = 0;
            for (int k = -4; k <= 4; k++) {
                const ptrdiff_t u = (ptrdiff_t)(across ? x : y) + k;
                if (u < 3 || u + 3 >= (ptrdiff_t)(across ? w : h)) continue;
                const int g = across ? 4 * (smoothed[y][u + 1] - smoothed[y][u - 1])
                                     : 4 * (smoothed[u + 1][x] - smoothed[u - 1][x]);
                line |= slope > 0 ? -g > own : g > own;
            }
            if (line) continue;
            const int fx = at[1 - stride] - at[-1 - stride] + 2 * (at[1] - at[-1]) + at[1 + stride] - at[stride - 1];
            const int fy = at[stride - 1] - at[-1 - stride] + 2 * (at[stride] - at[-stride]) + at[1 + stride]
                - at[1 - stride];
            const float net = (float)(fx * fx + fy * fy) - white;
            const int bin = (int)(2048 * sqrtf((net > 0 ? net : 0) / here));
            const int axis = ax >= 2 * ay ? 0 : ay >= 2 * ax ? 2 : (dx > 0) == (dy > 0) ? 1 : 3;
            counts->ratios[level][axis][bin < moire_ratio_bins ? bin : moire_ratio_bins - 1]++;
            if (level == 0 && here > 9 * least)
                ring(at, across ? 1 : stride, across ? x : y, across ? w - 1 - x : h - 1 - y, here, counts);
        }
    }
}

void moire_tile_edges_reference(const uint8_t *pixels, size_t width, size_t height, int level, float threshold,
                                float noise, moire_edge_counts *counts) {
    edges(pixels, width, height, level, threshold, noise, counts);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void edges_avx2(const uint8_t *pixels, size_t width, size_t height, int level,
                                                       float threshold, float noise, moire_edge_counts *counts) {
    edges(pixels, width, height, level, threshold, noise, counts);
}
#endif

void moire_tile_edges(const uint8_t *pixels, size_t width, size_t height, int level, float threshold, float noise,
                      moire_edge_counts *counts) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        edges_avx2(pixels, width, height, level, threshold, noise, counts);
        return;
    }
#endif
    moire_tile_edges_reference(pixels, width, height, level, threshold, noise, counts);
}
