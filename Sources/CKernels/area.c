#include "area_cells.h"

#include <string.h>

// 257 rows of 255 fill a 16-bit lane; a multiple of four keeps the row groups whole.
enum { rows_per_flush = 256 };

static inline uint32_t sample_at(const moire_plane *plane, int64_t x, int64_t y) {
    const uint8_t *p = plane->base + y * plane->stride_bytes + x * plane->step * plane->sample_bytes;
    return plane->sample_bytes == 1 ? p[0] : (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

void moire_area_average_reference(const moire_plane *plane, int32_t out_width, int32_t out_height,
                                  double gain, double bias, uint8_t *out) {
    double scale = 1.0 / ((double)plane->width * plane->height);
    for (int32_t v = 0; v < out_height; v++) {
        span rows = cell_span(v, plane->height, out_height);
        for (int32_t u = 0; u < out_width; u++) {
            span columns = cell_span(u, plane->width, out_width);
            uint64_t total = 0;
            for (int64_t y = rows.first; y <= rows.last; y++) {
                uint64_t wy = y == rows.first ? rows.first_weight : y == rows.last ? rows.last_weight : out_height;
                for (int64_t x = columns.first; x <= columns.last; x++) {
                    uint64_t wx = x == columns.first  ? columns.first_weight
                                  : x == columns.last ? columns.last_weight
                                                      : out_width;
                    total += wx * wy * sample_at(plane, x, y);
                }
            }
            out[(int64_t)v * out_width + u] = mapped((double)total * scale, gain, bias);
        }
    }
}

#define INLINE static inline __attribute__((always_inline))

// Samples in a row as it lies in memory, the other components between ours included.
INLINE size_t row_samples(const moire_plane *plane) {
    return (size_t)(plane->width - 1) * plane->step + 1;
}

// Scratch, in this order: one total per cell, one record per cell, the columns, their running sums
// (64-bit at worst), and the 16-bit lanes. For bytes: one record, one total and eight weights per cell, the columns.
size_t moire_area_scratch_bytes(const moire_plane *plane) {
    size_t n = row_samples(plane);
    return (most_cells + 8) * (sizeof(double) + sizeof(cell) + 8 * sizeof(uint32_t)) + (n + 1) * sizeof(uint64_t)
           + n * sizeof(uint32_t) + n * sizeof(uint16_t) + 64;
}

// column[x] += weight * row[x], over one row.
INLINE void add_weighted_8(uint32_t *restrict column, const uint8_t *restrict row, uint32_t weight, size_t n) {
    for (size_t x = 0; x < n; x++) column[x] += weight * row[x];
}

INLINE void add_weighted_16(uint32_t *restrict column, const uint16_t *restrict row, uint32_t weight, size_t n) {
    for (size_t x = 0; x < n; x++) column[x] += weight * row[x];
}

// Adds whole rows of bytes in 16-bit lanes, four at a time so that the lanes are loaded and stored
// once per four rows, then moves the lanes into the columns.
INLINE void add_whole_8(uint32_t *restrict column, uint16_t *restrict lane, const uint8_t *row, ptrdiff_t stride,
                        int64_t rows, uint32_t weight, size_t n) {
    while (rows > 0) {
        int64_t batch = rows < rows_per_flush ? rows : rows_per_flush;
        rows -= batch;
        memset(lane, 0, n * sizeof *lane);
        for (; batch >= 4; batch -= 4, row += 4 * stride) {
            const uint8_t *restrict a = row, *restrict b = row + stride;
            const uint8_t *restrict c = row + 2 * stride, *restrict d = row + 3 * stride;
            for (size_t x = 0; x < n; x++) lane[x] += (uint16_t)((uint16_t)(a[x] + b[x]) + (uint16_t)(c[x] + d[x]));
        }
        for (; batch > 0; batch--, row += stride)
            for (size_t x = 0; x < n; x++) lane[x] += row[x];
        for (size_t x = 0; x < n; x++) column[x] += weight * lane[x];
    }
}

// Totals of cells with a few columns each: running sums make the work per cell the same whatever its
// width, where a loop of one or two rounds would be mispredicted all the time.
INLINE void totals_by_running_sums(const uint32_t *restrict column, uint64_t *restrict sum, const cell *restrict cells,
                                   int32_t width, int32_t out_width, double *restrict total) {
    sum[0] = 0;
    for (int32_t x = 0; x < width; x++) sum[x + 1] = sum[x] + column[x];
    for (int32_t u = 0; u < out_width; u++) {
        cell c = cells[u];
        total[u] = (double)((int64_t)c.first_weight * column[c.first] + (int64_t)c.last_weight * column[c.last]
                            + (int64_t)out_width * (int64_t)(sum[c.inner_end] - sum[c.first + 1]));
    }
}

// Totals of cells with many columns each. `narrow`: no cell's sum exceeds 32 bits.
INLINE void totals_by_loops(const uint32_t *restrict column, const cell *restrict cells, int32_t out_width, int narrow,
                            double *restrict total) {
    for (int32_t u = 0; u < out_width; u++) {
        cell c = cells[u];
        int64_t inner = 0;
        if (narrow) {
            uint32_t sum = 0;
            for (int32_t x = c.first + 1; x < c.last; x++) sum += column[x];
            inner = sum;
        } else {
            for (int32_t x = c.first + 1; x < c.last; x++) inner += column[x];
        }
        total[u] = (double)((int64_t)c.first_weight * column[c.first] + (int64_t)c.last_weight * column[c.last]
                            + (int64_t)out_width * inner);
    }
}

INLINE void average_body(const moire_plane *plane, int32_t out_width, int32_t out_height,
                         double gain, double bias, void *scratch, uint8_t *out) {
    size_t n = row_samples(plane);
    double *total = scratch;
    cell *cells = (cell *)(total + most_cells);
    uint64_t *sum = (uint64_t *)(cells + most_cells);
    uint32_t *column = (uint32_t *)(sum + n + 1);
    uint16_t *lane = (uint16_t *)(column + n);
    int wide = plane->sample_bytes == 2;
    double scale = 1.0 / ((double)plane->width * plane->height);
    // Columns hold at most height * 65 535 < 2^32; a cell's sum may need more.
    uint64_t most = (uint64_t)plane->height * (wide ? 65535 : 255) * (uint64_t)(plane->width / out_width + 2);
    int narrow = most <= UINT32_MAX;

    for (int32_t u = 0; u < out_width; u++) cells[u] = cell_of(u, plane->width, out_width);

    for (int32_t v = 0; v < out_height; v++) {
        span rows = cell_span(v, plane->height, out_height);
        int64_t first = rows.first, last = rows.last;
        memset(column, 0, n * sizeof *column);
        const uint8_t *top = plane->base + first * plane->stride_bytes;
        const uint8_t *bottom = plane->base + last * plane->stride_bytes;
        if (wide) {
            add_weighted_16(column, (const uint16_t *)top, (uint32_t)rows.first_weight, n);
            for (int64_t y = first + 1; y < last; y++)
                add_weighted_16(column, (const uint16_t *)(plane->base + y * plane->stride_bytes), out_height, n);
            if (last > first) add_weighted_16(column, (const uint16_t *)bottom, (uint32_t)rows.last_weight, n);
        } else {
            add_weighted_8(column, top, (uint32_t)rows.first_weight, n);
            if (last > first + 1)
                add_whole_8(column, lane, top + plane->stride_bytes, plane->stride_bytes, last - first - 1,
                            out_height, n);
            if (last > first) add_weighted_8(column, bottom, (uint32_t)rows.last_weight, n);
        }
        if (plane->step > 1)
            for (int32_t x = 1; x < plane->width; x++) column[x] = column[(size_t)x * plane->step];

        if (plane->width < 8 * out_width)
            totals_by_running_sums(column, sum, cells, plane->width, out_width, total);
        else
            totals_by_loops(column, cells, out_width, narrow, total);
        uint8_t *restrict line = out + (int64_t)v * out_width;
        for (int32_t u = 0; u < out_width; u++) line[u] = mapped(total[u] * scale, gain, bias);
    }
}

void moire_area_average_baseline(const moire_plane *plane, int32_t out_width, int32_t out_height,
                                 double gain, double bias, void *scratch, uint8_t *out) {
    average_body(plane, out_width, out_height, gain, bias, scratch, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void average_avx2(const moire_plane *plane, int32_t out_width,
                                                         int32_t out_height, double gain, double bias,
                                                         void *scratch, uint8_t *out) {
    average_body(plane, out_width, out_height, gain, bias, scratch, out);
}
#endif

// At its own size. The means are what the sums give, so that the bytes are the same.
static void copy_bytes(const moire_plane *plane, double gain, double bias, uint8_t *out) {
    double pixels = (double)plane->width * plane->height;
    byte_map map = moire_byte_map(pixels, 1.0 / pixels, gain, bias);
    for (int64_t y = 0; y < plane->height; y++, out += plane->width)
        moire_map_bytes(&map, plane->base + y * plane->stride_bytes, (size_t)plane->width, out);
}

void moire_area_average(const moire_plane *plane, int32_t out_width, int32_t out_height,
                        double gain, double bias, void *scratch, uint8_t *out) {
    if (plane->sample_bytes == 1 && plane->step == 1) {
        if (out_width == plane->width && out_height == plane->height)
            return copy_bytes(plane, gain, bias, out);
        if (out_width <= plane->width && out_height <= plane->height
            && moire_area_bytes_fit(plane, out_width, out_height))
            return moire_area_average_bytes(plane, out_width, out_height, gain, bias, scratch, out);
    }
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        average_avx2(plane, out_width, out_height, gain, bias, scratch, out);
        return;
    }
#endif
    moire_area_average_baseline(plane, out_width, out_height, gain, bias, scratch, out);
}

void moire_cut(const moire_plane *plane, int32_t x, int32_t y, int32_t width, int32_t height,
               double gain, double bias, uint8_t *out) {
    if (plane->sample_bytes == 1 && plane->step == 1) {
        byte_map map = moire_byte_map(1, 1, gain, bias);
        for (int32_t v = 0; v < height; v++, out += width)
            moire_map_bytes(&map, plane->base + (int64_t)(y + v) * plane->stride_bytes + x, (size_t)width, out);
        return;
    }
    for (int32_t v = 0; v < height; v++)
        for (int32_t u = 0; u < width; u++) *out++ = mapped(sample_at(plane, x + u, y + v), gain, bias);
}

void moire_orient(const uint8_t *in, ptrdiff_t start, ptrdiff_t step_x, ptrdiff_t step_y,
                  int32_t width, int32_t height, int32_t pixel_bytes, uint8_t *out) {
    for (int32_t v = 0; v < height; v++) {
        const uint8_t *p = in + (start + v * step_y) * pixel_bytes;
        for (int32_t u = 0; u < width; u++, p += step_x * pixel_bytes)
            for (int32_t k = 0; k < pixel_bytes; k++) *out++ = p[k];
    }
}

void moire_add_scaled(const float *in, float gain, size_t count, float *out) {
    for (size_t i = 0; i < count; i++) out[i] += gain * in[i];
}
