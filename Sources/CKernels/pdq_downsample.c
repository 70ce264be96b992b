// Bringing a picture to 64×64 as PDQ does: two passes of a box filter along rows and columns, then the samples at the
// centres. The order of the additions is the reference implementation's, but where whole numbers are added, which floats
// hold exactly.
//
// Cost: a 512×288 picture is 147 456 pixels. Of bytes, the first row pass adds whole numbers, the first column pass
// touches each pixel once, the second row pass divides at 64 columns only, and the last column pass runs over 64
// columns. Where windows along rows have 1, 2 or 4 bytes, both first passes add whole numbers, in pdq_whole.c.
#include "pdq.h"
#include "pdq_box.h"
#include "pdq_whole.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

static int forced_level = -1;

void moire_pdq_force_level(int level) { forced_level = level; }

int moire_pdq_level(void) {
    if (forced_level >= 0) return forced_level;
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") ? 2 : 1;
#else
    return 1;
#endif
}

// ---- plain reference -----------------------------------------------------------------------------

static void box_reference(const float *in, float *out, int length, int stride, int window) {
    int half = (window + 2) / 2;
    float sum = 0;
    int size = 0, left = 0, right = 0, at = 0;
    for (; right < half - 1; right++, size++) sum += in[(size_t)right * stride];
    for (; right < window; right++, at++) {
        sum += in[(size_t)right * stride];
        out[(size_t)at * stride] = sum / ++size;
    }
    for (; right < length; right++, left++, at++) {
        sum += in[(size_t)right * stride];
        sum -= in[(size_t)left * stride];
        out[(size_t)at * stride] = sum / size;
    }
    for (; at < length; at++, left++) {
        sum -= in[(size_t)left * stride];
        out[(size_t)at * stride] = sum / --size;
    }
}

static void downsample_reference(float *luma, int width, int height, float *scratch, float *out) {
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < height; y++)
            box_reference(luma + (size_t)y * width, scratch + (size_t)y * width, width, 1, window_size(width));
        for (int x = 0; x < width; x++) box_reference(scratch + x, luma + x, height, width, window_size(height));
    }
    int rows[SIDE], columns[SIDE];
    centres(height, rows);
    centres(width, columns);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) out[i * SIDE + j] = luma[(size_t)rows[i] * width + columns[j]];
}

// ---- the same sums, side by side -----------------------------------------------------------------

// `count` rows (at most 16) of `width` floats to width×16, unused lanes zero.
INLINE void transpose_in(const float *in, int width, int count, float *strip) {
    if (count < LANES) memset(strip, 0, sizeof(float) * LANES * (size_t)width);
    int x = 0;
    if (count == LANES) {
        for (; x + 4 <= width; x += 4) {
            for (int half = 0; half < LANES; half += 4) {
                const float *p = in + (size_t)half * width + x;
                f4 a = *(const f4 *)p, b = *(const f4 *)(p + width);
                f4 c = *(const f4 *)(p + 2 * (size_t)width), d = *(const f4 *)(p + 3 * (size_t)width);
                f4 ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
                f4 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
                float *o = strip + (size_t)x * LANES + half;
                *(f4 *)o = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
                *(f4 *)(o + LANES) = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
                *(f4 *)(o + 2 * LANES) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
                *(f4 *)(o + 3 * LANES) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
            }
        }
    }
    for (; x < width; x++)
        for (int r = 0; r < count; r++) strip[(size_t)x * LANES + r] = in[(size_t)r * width + x];
}

// One box pass along the rows of a strip, of which only 64 non-decreasing places are divided and written, one after the
// other. The sums stay in registers: each waits for the one before it, and two vectors of them wait at once.
typedef float f8 __attribute__((vector_size(32), aligned(4)));

INLINE void box_kept(const float *restrict strip, float *restrict out, int length,
                                                           int window, const int *keep) {
    int half = (window + 2) / 2, size = 0, left = 0, right = 0, kept = 0;
    f8 a = {0}, b = {0};
    for (; right < half - 1; right++, size++) {
        const f8 *add = (const f8 *)(strip + (size_t)right * LANES);
        a += add[0], b += add[1];
    }
    for (int at = 0; at < length; at++) {
        if (right < length) {
            const f8 *add = (const f8 *)(strip + (size_t)right++ * LANES);
            a += add[0], b += add[1];
            if (size < window) {
                size++;
            } else {
                const f8 *take = (const f8 *)(strip + (size_t)left++ * LANES);
                a -= take[0], b -= take[1];
            }
        } else {
            const f8 *take = (const f8 *)(strip + (size_t)left++ * LANES);
            a -= take[0], b -= take[1];
            size--;
        }
        for (; kept < SIDE && keep[kept] == at; kept++) {
            f8 *o = (f8 *)(out + (size_t)kept * LANES);
            o[0] = a / (float)size, o[1] = b / (float)size;
        }
    }
}

// ---- all passes ------------------------------------------------------------------------------------

/// The widest window of which 255s add up in 16 bits.
enum { exact_window = 256 };

// Means of `window` bytes around each of the places `from` to `to` of a row.
INLINE void means(const uint8_t *restrict in, int from, int to, int window, float *restrict out) {
    const int before = window - (window + 2) / 2;
    float hi, lo;
    reciprocal(window, &hi, &lo);
    for (int x = from; x < to; x++) {
        int sum = 0;
        for (int k = 0; k < window; k++) sum += in[x - before + k];
        out[x] = (float)sum * hi + (float)sum * lo;
    }
}

// Means of `window` bytes around each place of a row; fewer at its ends.
INLINE void first_pass(const uint8_t *restrict in, int width, int window, uint16_t *restrict sums,
                       float *restrict out) {
    const int after = (window + 2) / 2, before = window - after;  // place x has bytes x - before ... x + after - 1
    const int from = before < width ? before : width, to = width - after + 1 > from ? width - after + 1 : from;
    if (window == 3) {  // of pictures with sides of 257 to 384
        means(in, from, to, 3, out);
    } else {
        memset(sums, 0, sizeof *sums * (size_t)width);
        for (int k = 0; k < window; k++)
            for (int x = from; x < to; x++) sums[x] = (uint16_t)(sums[x] + in[x - before + k]);
        const float divisor = (float)window;
        for (int x = from; x < to; x++) out[x] = (float)sums[x] / divisor;
    }
    for (int x = 0; x < width; x++) {
        if (x == from) x = to;
        if (x >= width) break;
        const int first = x - before < 0 ? 0 : x - before, end = x + after < width ? x + after : width;
        int sum = 0;
        for (int k = first; k < end; k++) sum += in[k];
        out[x] = (float)sum / (float)(end - first);
    }
}

// First passes of float rows, in their place.
INLINE void first_passes(float *luma, int width, int height, float *strip,
                                                               float *filtered, float *sums) {
    for (int y = 0; y < height; y += LANES) {
        const int count = height - y < LANES ? height - y : LANES;
        float *rows = luma + (size_t)y * (size_t)width;
        transpose_in(rows, width, count, strip);
        box_side_by_side(strip, filtered, sums, width, LANES, window_size(width), 0);
        transpose_out(filtered, width, count, rows);
    }
}

// Of bytes where there are any, else of `floats`, which are destroyed. The passes of a row follow each other, so that it
// is still near when the next one wants it; of the first pass of bytes only the rows that the second sums up are kept.
INLINE void downsample_side_by_side(const uint8_t *bytes, float *floats, int width,
                                                                          int height, float *scratch, float *out) {
    int rows[SIDE], columns[SIDE];
    centres(height, rows);
    centres(width, columns);
    const size_t wide = width > SIDE ? (size_t)width : SIDE;
    const int window = window_size(height), half = (window + 2) / 2, ring = bytes ? window + 1 : height;
    float *sums = scratch, *strip = sums + wide, *filtered = strip + wide * LANES, *block = filtered + wide * LANES;
    float *plane = block + wide * LANES, *firsts = bytes ? plane + (size_t)height * SIDE : floats;
    uint16_t *counts = (uint16_t *)filtered;
    if (!bytes) first_passes(floats, width, height, strip, filtered, sums);
    memset(sums, 0, sizeof *sums * (size_t)width);
    int size = 0, left = 0, right = 0;
    for (int at = 0; at < height; at++) {
        // To place `at` belong the rows before `at + half`, `window` of them at most.
        for (; right < height && right < at + half; right++) {
            float *restrict add = firsts + (size_t)(right % ring) * (size_t)width;
            if (bytes) first_pass(bytes + (size_t)right * (size_t)width, width, window_size(width), counts, add);
            if (size < window) {
                size++;
                for (int x = 0; x < width; x++) sums[x] += add[x];
            } else {
                const float *restrict take = firsts + (size_t)(left++ % ring) * (size_t)width;
                for (int x = 0; x < width; x++) {
                    const float s = sums[x] + add[x];
                    sums[x] = s - take[x];
                }
            }
        }
        if (at + half > height) {
            const float *restrict take = firsts + (size_t)(left++ % ring) * (size_t)width;
            size--;
            for (int x = 0; x < width; x++) sums[x] -= take[x];
        }
        const float divisor = (float)size;
        float *restrict row = block + (size_t)(at % LANES) * (size_t)width;
        for (int x = 0; x < width; x++) row[x] = sums[x] / divisor;
        const int count = at % LANES + 1;
        if (count < LANES && at + 1 < height) continue;
        transpose_in(block, width, count, strip);
        box_kept(strip, filtered, width, window_size(width), columns);
        transpose_out(filtered, SIDE, count, plane + (size_t)(at + 1 - count) * SIDE);
    }
    box_side_by_side(plane, out, sums, height, SIDE, window_size(height), rows);
}

static void downsample_portable(const uint8_t *bytes, float *floats, int width, int height, float *scratch,
                                float *out) {
    if (bytes && pdq_whole_fits(width, height)) {
        pdq_whole_portable(bytes, width, height, scratch, out);
    } else if (bytes) {
        downsample_side_by_side(bytes, 0, width, height, scratch, out);
    } else {
        downsample_side_by_side(0, floats, width, height, scratch, out);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void downsample_avx2(const uint8_t *bytes, float *floats, int width, int height,
                                                            float *scratch, float *out) {
    if (bytes && pdq_whole_fits(width, height)) {
        pdq_whole_avx2(bytes, width, height, scratch, out);
    } else if (bytes) {
        downsample_side_by_side(bytes, 0, width, height, scratch, out);
    } else {
        downsample_side_by_side(0, floats, width, height, scratch, out);
    }
}
#endif

size_t moire_pdq_scratch_floats(int width, int height) {
    const size_t wide = width > SIDE ? (size_t)width : SIDE, tall = height > SIDE ? (size_t)height : SIDE;
    const size_t passes = wide * (3 * LANES + 1) + tall * SIDE + (size_t)(window_size(height) + 1) * wide;
    // The plain code keeps a whole picture beside the one that it filters. Where bytes cannot be summed, floats of them are.
    const size_t pictures = moire_pdq_level() == 0 ? 2 : window_size(width) > exact_window ? 1 : 0;
    const size_t sides = passes + pictures * wide * tall, whole = pdq_whole_scratch_floats(width, height);
    return sides > whole ? sides : whole;
}

static void downsample(const uint8_t *bytes, float *floats, int width, int height, float *scratch, float *out) {
    const int level = moire_pdq_level();
    if (level > 0 && bytes && window_size(width) > exact_window) {
        floats = scratch + moire_pdq_scratch_floats(width, height) - (size_t)width * (size_t)height;
        moire_luma_from_bytes(bytes, (size_t)width * (size_t)height, floats);
        bytes = 0;
    }
    switch (level) {
    case 0:
        if (bytes) {
            floats = scratch + (size_t)width * (size_t)height;
            moire_luma_from_bytes(bytes, (size_t)width * (size_t)height, floats);
        }
        downsample_reference(floats, width, height, scratch, out);
        break;
#if defined(__x86_64__)
    case 2: downsample_avx2(bytes, floats, width, height, scratch, out); break;
#endif
    default: downsample_portable(bytes, floats, width, height, scratch, out); break;
    }
}

void moire_pdq_downsample(float *luma, int width, int height, float *scratch, float *out64x64) {
    if (width == SIDE && height == SIDE) {
        memcpy(out64x64, luma, sizeof(float) * SIDE * SIDE);
    } else {
        downsample(0, luma, width, height, scratch, out64x64);
    }
}

void moire_pdq_downsample_bytes(const uint8_t *luma, int width, int height, float *scratch, float *out64x64) {
    if (width == SIDE && height == SIDE) {
        moire_luma_from_bytes(luma, SIDE * SIDE, out64x64);
    } else {
        downsample(luma, 0, width, height, scratch, out64x64);
    }
}
