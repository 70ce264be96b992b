// A picture to 64×64 with whole numbers in the first pass along rows and down columns.
//
// Where a window along rows has 1, 2 or 4 bytes, its mean is a whole number of quarters, and so is any sum of them:
// floats hold all of it exactly, in whatever order it is added, and 16-bit integers hold four times as much. What is
// rounded is the division after the columns, and that is two multiplications: see `reciprocal`.
//
// Windows that reach over an end of a row have three bytes, too: these columns, three at most, are floats from the
// start.
#include "pdq_whole.h"
#include "pdq_box.h"

#include <string.h>

enum { edges_max = 3, ring_columns = 16 };

typedef float f8 __attribute__((vector_size(32), aligned(4)));
typedef uint16_t h8 __attribute__((vector_size(16), aligned(2)));
typedef uint16_t h16 __attribute__((vector_size(32), aligned(2)));

int pdq_whole_fits(int width, int height) {
    const int along = window_size(width), down = window_size(height);
    return width >= 2 * edges_max && (along == 1 || along == 2 || along == 4) && along * down * 255 <= whole_sum_max;
}

static int pitch_of(int width) { return (width + LANES - 1) / LANES * LANES + LANES; }

size_t pdq_whole_scratch_floats(int width, int height) {
    const size_t rows16 = LANES + 1 + (size_t)window_size(height) + 1;  // a block, its sums, the rows that were summed
    const size_t tall = height > SIDE ? (size_t)height : SIDE;
    return rows16 * (size_t)pitch_of(width) / 2 + (size_t)SIDE * LANES + tall * SIDE + SIDE;
}

/// Columns of which the windows are whole, and those that are not, before and behind.
typedef struct {
    int from, to, count, at[edges_max], first[edges_max], end[edges_max];
} edges_t;

static edges_t edges_of(int width, int window) {
    const int after = (window + 2) / 2, before = window - after;  // place x has bytes x - before ... x + after - 1
    edges_t edges = {before, width - after + 1, 0, {0}, {0}, {0}};
    for (int x = 0; x < width; x++) {
        if (x == edges.from) x = edges.to;
        if (x >= width) break;
        const int k = edges.count++;
        edges.at[k] = x, edges.first[k] = x - before < 0 ? 0 : x - before;
        edges.end[k] = x + after < width ? x + after : width;
    }
    return edges;
}

// Adds a row of windows to the columns' sums, and keeps it for when it is to be taken away.
INLINE void add_row(const uint8_t *restrict in, int from, int to, int window, uint16_t *restrict row,
                    uint16_t *restrict sums, const uint16_t *restrict old) {
    const uint8_t *first = in - (window == 4);
    for (int x = from; x < to; x++) {
        uint16_t sum = first[x];
        for (int k = 1; k < window; k++) sum = (uint16_t)(sum + first[x + k]);
        row[x] = sum;
        sums[x] = (uint16_t)(sums[x] + sum - (old ? old[x] : 0));
    }
}

#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Eight columns of sixteen rows: a vector a column. The upper and lower eight rows go side by side.
INLINE void transpose(const uint16_t *block, size_t pitch, h16 *out) {
    h16 a[8], b[8];
    for (size_t k = 0; k < 8; k++) {
        const h8 upper = *(const h8 *)(block + k * pitch), lower = *(const h8 *)(block + (k + 8) * pitch);
        a[k] = PICK(upper, lower, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
    for (int k = 0; k < 4; k++) {  // rows to pairs
        const h16 p = a[2 * k], q = a[2 * k + 1];
        b[k] = PICK(p, q, 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27);
        b[k + 4] = PICK(p, q, 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int k = 0; k < 8; k += 2) {  // pairs to fours
        const h16 p = b[k], q = b[k + 1];
        a[k] = PICK(p, q, 0, 1, 16, 17, 2, 3, 18, 19, 8, 9, 24, 25, 10, 11, 26, 27);
        a[k + 1] = PICK(p, q, 4, 5, 20, 21, 6, 7, 22, 23, 12, 13, 28, 29, 14, 15, 30, 31);
    }
    for (int k = 0; k < 8; k += 2) {  // fours to columns 0 and 1, 2 and 3, ...
        const h16 p = a[k / 4 * 4 + k / 2 % 2], q = a[k / 4 * 4 + k / 2 % 2 + 2];
        out[k] = PICK(p, q, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
        out[k + 1] = PICK(p, q, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
}

/// Sixteen rows of the columns' sums, and what they are divided by.
typedef struct {
    const uint16_t *sums;
    size_t pitch;
    float hi[LANES], lo[LANES], edge[edges_max][LANES];
} block_t;

// The second pass along rows, of which 64 places are divided and written: columns become floats eight at a time, and
// are forgotten when the window has gone by.
INLINE void second_pass(const block_t *block, const edges_t *edges, int width, int window, const int *keep,
                        float *out) {
    const int half = (window + 2) / 2;
    const f8 hi0 = *(const f8 *)block->hi, hi1 = *(const f8 *)(block->hi + 8);
    const f8 lo0 = *(const f8 *)block->lo, lo1 = *(const f8 *)(block->lo + 8);
    f8 ring[ring_columns][2], a = {0}, b = {0};
    int size = 0, left = 0, kept = 0, edge = 0;
    for (int p = 0; p < width + half - 1; p++) {
        if (p < width) {
            f8 *value = ring[p % ring_columns];
            if (p % 8 == 0) {
                h16 columns[8];
                transpose(block->sums + p, block->pitch, columns);
                for (int k = 0; k < 8; k++) {
                    const h16 c = columns[k];
                    const f8 s0 = __builtin_convertvector(PICK(c, c, 0, 1, 2, 3, 4, 5, 6, 7), f8);
                    const f8 s1 = __builtin_convertvector(PICK(c, c, 8, 9, 10, 11, 12, 13, 14, 15), f8);
                    value[2 * k] = s0 * hi0 + s0 * lo0, value[2 * k + 1] = s1 * hi1 + s1 * lo1;
                }
            }
            if (p < edges->from || p >= edges->to) memcpy(value, block->edge[edge++], sizeof(float) * LANES);
            a += value[0], b += value[1];
            if (size < window) {
                size++;
            } else {
                const f8 *take = ring[left++ % ring_columns];
                a -= take[0], b -= take[1];
            }
        } else {
            const f8 *take = ring[left++ % ring_columns];
            a -= take[0], b -= take[1];
            size--;
        }
        for (; kept < SIDE && keep[kept] == p - half + 1; kept++) {
            f8 *o = (f8 *)(out + (size_t)kept * LANES);
            if (size == window) {
                o[0] = a * (1 / (float)window), o[1] = b * (1 / (float)window);
            } else {
                o[0] = a / (float)size, o[1] = b / (float)size;
            }
        }
    }
}

INLINE void whole_body(const uint8_t *luma, int width, int height, int along, float *scratch, float *out) {
    int rows[SIDE], columns[SIDE];
    centres(height, rows);
    centres(width, columns);
    const edges_t edges = edges_of(width, along);
    const int down = window_size(height), half = (down + 2) / 2, ring = down + 1;
    const size_t pitch = (size_t)pitch_of(width);
    float *plane = scratch, *filtered = plane + (size_t)(height > SIDE ? height : SIDE) * SIDE;
    float *column_sums = filtered + (size_t)SIDE * LANES;
    uint16_t *lines = (uint16_t *)(column_sums + SIDE), *sums = lines + LANES * pitch, *firsts = sums + pitch;
    memset(lines, 0, sizeof *lines * (LANES + 1) * pitch);
    float edge_sums[edges_max] = {0}, edge_rows[edges_max][whole_sum_max / 255 + 1];
    block_t block = {.sums = lines, .pitch = pitch};
    int size = 0, left = 0, right = 0;
    for (int at = 0; at < height; at++) {
        // To place `at` belong the rows before `at + half`, `down` of them at most.
        for (; right < height && right < at + half; right++) {
            const uint8_t *in = luma + (size_t)right * (size_t)width;
            const int slot = right % ring, is_full = size == down, gone = left % ring;
            uint16_t *row = firsts + (size_t)slot * pitch;
            if (is_full) {
                add_row(in, edges.from, edges.to, along, row, sums, firsts + (size_t)gone * pitch);
                left++;
            } else {
                add_row(in, edges.from, edges.to, along, row, sums, 0);
                size++;
            }
            for (int e = 0; e < edges.count; e++) {
                int sum = 0;
                for (int k = edges.first[e]; k < edges.end[e]; k++) sum += in[k];
                edge_rows[e][slot] = (float)sum / (float)(edges.end[e] - edges.first[e]);
                const float s = edge_sums[e] + edge_rows[e][slot];
                edge_sums[e] = is_full ? s - edge_rows[e][gone] : s;
            }
        }
        if (at + half > height) {
            const int gone = left++ % ring;
            const uint16_t *restrict take = firsts + (size_t)gone * pitch;
            size--;
            for (int x = edges.from; x < edges.to; x++) sums[x] = (uint16_t)(sums[x] - take[x]);
            for (int e = 0; e < edges.count; e++) edge_sums[e] -= edge_rows[e][gone];
        }
        const int lane = at % LANES, count = lane + 1;
        memcpy(lines + (size_t)lane * pitch, sums, sizeof *sums * (size_t)width);
        reciprocal(along * size, block.hi + lane, block.lo + lane);
        for (int e = 0; e < edges.count; e++) block.edge[e][lane] = edge_sums[e] / (float)size;
        if (count < LANES && at + 1 < height) continue;
        second_pass(&block, &edges, width, along, columns, filtered);
        transpose_out(filtered, SIDE, count, plane + (size_t)(at + 1 - count) * SIDE);
    }
    box_side_by_side(plane, out, column_sums, height, SIDE, down, rows);
}

#define VARIANT(name, attribute)                                                                                     \
    attribute void pdq_whole_##name(const uint8_t *luma, int width, int height, float *scratch, float *out) {        \
        switch (window_size(width)) {                                                                                \
        case 1: whole_body(luma, width, height, 1, scratch, out); break;                                             \
        case 2: whole_body(luma, width, height, 2, scratch, out); break;                                             \
        default: whole_body(luma, width, height, 4, scratch, out); break;                                            \
        }                                                                                                            \
    }

VARIANT(portable, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
#endif
