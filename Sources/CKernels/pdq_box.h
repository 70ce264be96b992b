// What the ways to bring a picture to 64×64 share: where its samples are, and filters of columns side by side.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define SIDE 64
#define LANES 16
#define INLINE static inline __attribute__((always_inline))

// Half of a 1/64th block per pass, rounded up; two passes then cover the block.
INLINE int window_size(int length) { return (length + 2 * SIDE - 1) / (2 * SIDE); }

// Sample `k` of 64 sits at the centre of its block.
INLINE void centres(int length, int *index) {
    for (int k = 0; k < SIDE; k++) index[k] = (int)(((k + 0.5) * length) / SIDE);
}

/// The largest whole number that `reciprocal` divides.
enum { whole_sum_max = 4095 };

// Of a whole number s up to 4 095 and a divisor up to 16, s / divisor is s * hi + s * lo, rounded as a division
// rounds: `hi` has the upper 12 bits of 1 / divisor, so that the first product is exact, and `lo` the rest, so that
// the second is wrong by 2^-36 of the quotient; no quotient that a float cannot hold lies so near to the middle
// between two floats.
INLINE void reciprocal(int divisor, float *hi, float *lo) {
    const float nearest = 1 / (float)divisor;
    uint32_t bits;
    memcpy(&bits, &nearest, sizeof bits);
    bits &= ~(uint32_t)0xFFF;
    memcpy(hi, &bits, sizeof bits);
    *lo = (float)(1 / (double)divisor - (double)*hi);
}

typedef float f4 __attribute__((vector_size(16), aligned(4)));

INLINE void transpose_out(const float *strip, int width, int count, float *out) {
    int x = 0;
    if (count == LANES) {
        for (; x + 4 <= width; x += 4) {
            for (int half = 0; half < LANES; half += 4) {
                const float *p = strip + (size_t)x * LANES + half;
                f4 a = *(const f4 *)p, b = *(const f4 *)(p + LANES);
                f4 c = *(const f4 *)(p + 2 * LANES), d = *(const f4 *)(p + 3 * LANES);
                f4 ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
                f4 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
                float *o = out + (size_t)half * width + x;
                *(f4 *)o = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
                *(f4 *)(o + width) = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
                *(f4 *)(o + 2 * (size_t)width) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
                *(f4 *)(o + 3 * (size_t)width) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
            }
        }
    }
    for (; x < width; x++)
        for (int r = 0; r < count; r++) out[(size_t)r * width + x] = strip[(size_t)x * LANES + r];
}

// One box pass down `length` rows of `wide` independent columns. With `keep`, a list of 64
// non-decreasing positions, only those are divided and written, one after the other.
INLINE void box_side_by_side(const float *restrict in, float *restrict out,
                                                                   float *restrict sum, int length, size_t wide,
                                                                   int window, const int *keep) {
    int half = (window + 2) / 2, size = 0, left = 0, right = 0, kept = 0;
    for (size_t j = 0; j < wide; j++) sum[j] = 0;
    for (; right < half - 1; right++, size++) {
        const float *add = in + (size_t)right * wide;
        for (size_t j = 0; j < wide; j++) sum[j] += add[j];
    }
    for (int at = 0; at < length; at++) {
        if (right < length) {
            const float *add = in + (size_t)right++ * wide;
            if (size < window) {
                size++;
                for (size_t j = 0; j < wide; j++) sum[j] += add[j];
            } else {
                const float *take = in + (size_t)left++ * wide;
                for (size_t j = 0; j < wide; j++) {
                    float s = sum[j] + add[j];
                    sum[j] = s - take[j];
                }
            }
        } else {
            size--;
            const float *take = in + (size_t)left++ * wide;
            for (size_t j = 0; j < wide; j++) sum[j] -= take[j];
        }
        float divisor = (float)size;
        if (keep) {
            for (; kept < SIDE && keep[kept] == at; kept++) {
                float *o = out + (size_t)kept * wide;
                for (size_t j = 0; j < wide; j++) o[j] = sum[j] / divisor;
            }
        } else {
            float *o = out + (size_t)at * wide;
            for (size_t j = 0; j < wide; j++) o[j] = sum[j] / divisor;
        }
    }
}

