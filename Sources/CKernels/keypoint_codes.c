// The code of a blob's surroundings; keypoints.h says what it is.
//
// Written in vectors of eight floats and sums of a fixed order, which no compiler may change, so that plain and vector
// builds give the same bits.
#include "keypoint_codes.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { samples = keypoint_samples, cells = keypoint_cells, directions = keypoint_directions };

#define INLINE static inline __attribute__((always_inline))

// Weights of a cell for the samples across: a triangle three samples to either side of the cell's middle.
static const float cell_weights[cells][samples] = {
    {2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3},
};

// MARK: A patch

typedef float f4 __attribute__((vector_size(16)));
typedef float f8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));

// Of any alignment. No function takes or gives a vector: without AVX, how is not agreed on.
typedef float f8_anywhere __attribute__((vector_size(32), aligned(4), may_alias));
#define LOADED(from) (*(const f8_anywhere *)(from))

/// What the picture rises to the right and down, 16 units a grey level.
typedef struct {
    int16_t x, y;
} rise_t;

enum { patch_max = 64 };  // 16.5 times the largest sigma, 3.37, and room for whole vectors

// The patch is 18 sigma wide: 12 samples, 1.5 sigma apart, each the difference of the pixels 0.75 sigma to its sides.
INLINE void fetch(const uint16_t *level, int w, int h, float x, float y, float sigma,
                  rise_t rises[samples][samples]) {
    const int reach = sigma * 0.75f + 0.5f < 1 ? 1 : (int)(sigma * 0.75f + 0.5f);
    int row_at[samples], column_at[samples];
    for (int i = 0; i < samples; i++) {
        const float away = ((float)i - 5.5f) * 1.5f * sigma;
        column_at[i] = (int)floorf(x + away + 0.5f), row_at[i] = (int)floorf(y + away + 0.5f);
    }
    const int left = column_at[0], across = column_at[samples - 1] - left + 1;
    if (left >= reach && row_at[0] >= reach && left + across - 1 + reach < w && row_at[samples - 1] + reach < h &&
        across <= patch_max) {
        // All pixels of a row at once, then those that are samples: fewer reads than four a sample.
        rise_t line[patch_max];
        const int vectors = (across + 15) / 16;
        for (int j = 0; j < samples; j++) {
            const uint16_t *at = level + (ptrdiff_t)row_at[j] * w + left, *right = at + reach, *before = at - reach;
            const uint16_t *down = at + (ptrdiff_t)reach * w, *up = at - (ptrdiff_t)reach * w;
            for (int v = 0; v < vectors; v++)
                for (int k = v * 16; k < v * 16 + 16; k++)
                    line[k] = (rise_t){(int16_t)(right[k] - before[k]), (int16_t)(down[k] - up[k])};
            for (int i = 0; i < samples; i++) rises[j][i] = line[column_at[i] - left];
        }
        return;
    }
    // Over the edge, the picture's last pixels go on.
    int c[samples], l[samples], r[samples];
    for (int i = 0; i < samples; i++) {
        c[i] = keypoint_clamped(column_at[i], w - 1);
        l[i] = keypoint_clamped(column_at[i] - reach, w - 1), r[i] = keypoint_clamped(column_at[i] + reach, w - 1);
    }
    for (int j = 0; j < samples; j++) {
        const uint16_t *at = level + (ptrdiff_t)keypoint_clamped(row_at[j], h - 1) * w;
        const uint16_t *up = level + (ptrdiff_t)keypoint_clamped(row_at[j] - reach, h - 1) * w;
        const uint16_t *down = level + (ptrdiff_t)keypoint_clamped(row_at[j] + reach, h - 1) * w;
        for (int i = 0; i < samples; i++)
            rises[j][i] = (rise_t){(int16_t)(at[r[i]] - at[l[i]]), (int16_t)(down[c[i]] - up[c[i]])};
    }
}

// Where sample `s` of a row of shares lies, after vectors of eight have been woven together in halves.
#define WOVEN(s) (((s) & ~7) + ((s) % 8 < 4 ? 2 * ((s) % 8) : 2 * ((s) % 8) - 7))

// Shares of four directions a sample, to the right, down right, down, down left; those of the four opposite directions
// are the negative ones. A direction's share is the squared projection over the length: narrower than a cosine, no
// arctangent.
INLINE void share_out(const rise_t rises[samples * samples], const keypoint_code_plan *plan,
                      f4 shares[samples * samples]) {
    const i8 sign = (i8){0} + INT32_MIN;
    for (int s = 0; s < samples * samples; s += 8) {
        i8 both;
        memcpy(&both, rises + s, sizeof both);
        const f8 gx = __builtin_convertvector((both << 16) >> 16, f8), gy = __builtin_convertvector(both >> 16, f8);
        const f8 scale = LOADED(plan->window + s) / __builtin_elementwise_sqrt(gx * gx + gy * gy + 1);
        const f8 a = (gx + gy) * 0.70710678f, b = (gy - gx) * 0.70710678f;
        const f8 east = (f8)((i8)(gx * gx * scale) | ((i8)gx & sign));
        const f8 south = (f8)((i8)(gy * gy * scale) | ((i8)gy & sign));
        const f8 se = (f8)((i8)(a * a * scale) | ((i8)a & sign)), sw = (f8)((i8)(b * b * scale) | ((i8)b & sign));
        const f8 left0 = __builtin_shufflevector(east, se, 0, 8, 1, 9, 4, 12, 5, 13);
        const f8 left1 = __builtin_shufflevector(east, se, 2, 10, 3, 11, 6, 14, 7, 15);
        const f8 right0 = __builtin_shufflevector(south, sw, 0, 8, 1, 9, 4, 12, 5, 13);
        const f8 right1 = __builtin_shufflevector(south, sw, 2, 10, 3, 11, 6, 14, 7, 15);
        const f8 woven[4] = {__builtin_shufflevector(left0, right0, 0, 1, 8, 9, 4, 5, 12, 13),
                             __builtin_shufflevector(left0, right0, 2, 3, 10, 11, 6, 7, 14, 15),
                             __builtin_shufflevector(left1, right1, 0, 1, 8, 9, 4, 5, 12, 13),
                             __builtin_shufflevector(left1, right1, 2, 3, 10, 11, 6, 7, 14, 15)};
        memcpy(shares + s, woven, sizeof woven);
    }
}

// Sums of the eight directions in each of 4 x 4 cells, down and across.
INLINE void sum_up(const f4 shares[samples * samples], f8 sums[cells][cells]) {
    const i8 opposite = {0, 0, 0, 0, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
    memset(sums, 0, sizeof(f8) * cells * cells);
#pragma clang loop unroll(full)
    for (int j = 0; j < samples; j++) {
        f8 line[cells] = {{0}, {0}, {0}, {0}};
#pragma clang loop unroll(full)
        for (int i = 0; i < samples; i++) {
            const f4 four = shares[WOVEN(j * samples + i)];
            i8 share = (i8)__builtin_shufflevector(four, four, 0, 1, 2, 3, 0, 1, 2, 3) ^ opposite;
            share &= ~(share >> 31);
#pragma clang loop unroll(full)
            for (int c = 0; c < cells; c++)
                if (cell_weights[c][i] != 0) line[c] += cell_weights[c][i] * (f8)share;
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < cells; r++)
            if (cell_weights[r][j] != 0)
                for (int c = 0; c < cells; c++) sums[r][c] += cell_weights[r][j] * line[c];
    }
}

// MARK: Its frequencies

// The cosine transform of four, in steps of `step`. Row: frequency, column: cell; cos(pi k (2 i + 1) / 8).
INLINE void transform(f8 *values, int step) {
    const float c = 0.92387953f, s = 0.38268343f, r = 0.70710678f;
    const f8 v0 = values[0], v1 = values[step], v2 = values[2 * step], v3 = values[3 * step];
    values[0] = v0 + v1 + v2 + v3;
    values[step] = c * v0 + s * v1 - s * v2 - c * v3;
    values[2 * step] = r * v0 - r * v1 - r * v2 + r * v3;
    values[3 * step] = s * v0 - c * v1 + c * v2 - s * v3;
}

INLINE void transpose(const f8 in[8], f8 out[8]) {
    f8 a[8], b[8];
    for (int k = 0; k < 8; k += 2) {
        a[k] = __builtin_shufflevector(in[k], in[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        a[k + 1] = __builtin_shufflevector(in[k], in[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int k = 0; k < 8; k += 4)
        for (int odd = 0; odd < 2; odd++) {
            b[k + odd] = __builtin_shufflevector(a[k + odd], a[k + 2 + odd], 0, 1, 8, 9, 4, 5, 12, 13);
            b[k + 2 + odd] = __builtin_shufflevector(a[k + odd], a[k + 2 + odd], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int k = 0; k < 4; k++) {
        out[k] = __builtin_shufflevector(b[k], b[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        out[k + 4] = __builtin_shufflevector(b[k], b[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

// The Fourier transform over the directions, 45 degrees each: cos 0, cos 1, sin 1, cos 2, sin 2, cos 3, sin 3, cos 4.
INLINE void harmonics(const f8 x[directions], float *out) {
    const float r = 0.70710678f;
    const f8 r1 = r * x[1], r3 = r * x[3], r5 = r * x[5], r7 = r * x[7];
    const f8 waves[directions] = {x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7],
                                  x[0] + r1 - r3 - x[4] - r5 + r7,
                                  r1 + x[2] + r3 - r5 - x[6] - r7,
                                  x[0] - x[2] + x[4] - x[6],
                                  x[1] - x[3] + x[5] - x[7],
                                  x[0] - r1 + r3 - x[4] + r5 - r7,
                                  r1 - x[2] + r3 - r5 + x[6] - r7,
                                  x[0] - x[1] + x[2] - x[3] + x[4] - x[5] + x[6] - x[7]};
    for (int k = 0; k < directions; k++) memcpy(out + k * cells * cells, waves + k, sizeof(f8));
}

INLINE void describe_body(const uint16_t *level, int w, int h, float x, float y, float sigma,
                          const keypoint_code_plan *plan, float coefficients[keypoint_coefficients]) {
    rise_t rises[samples][samples];
    f4 shares[samples * samples];
    f8 sums[cells][cells];
    fetch(level, w, h, x, y, sigma, rises);
    share_out(&rises[0][0], plan, shares);
    sum_up(shares, sums);
    for (int r = 0; r < cells; r++)
        for (int c = 0; c < cells; c++) sums[r][c] = __builtin_elementwise_sqrt(sums[r][c]);
    for (int c = 0; c < cells; c++) transform(&sums[0][c], cells);
    for (int r = 0; r < cells; r++) transform(sums[r], 1);
    for (int half = 0; half < 2; half++) {
        f8 by_direction[directions];
        transpose(&sums[2 * half][0], by_direction);
        harmonics(by_direction, coefficients + half * 8);
    }
}

// MARK: Its bits

typedef _Bool b8 __attribute__((ext_vector_type(8)));

// A bit for each of eight comparisons.
INLINE uint32_t bits_of(const i8 *truths) {
    const b8 bits = __builtin_convertvector(*truths, b8);
    uint8_t byte;
    memcpy(&byte, &bits, 1);
    return byte;
}

// The sums of eight codes' magnitudes, each in the order of its bits, take as long as one would: it waits for itself.
INLINE void encode_body(const float coefficients[keypoint_batch][keypoint_coefficients], int count,
                        const keypoint_code_plan *plan, moire_keypoint *out) {
    float ordered[keypoint_batch][moire_keypoint_bits], sum[keypoint_batch] = {0};
    for (int bit = 1; bit < moire_keypoint_bits; bit++)
        for (int n = 0; n < keypoint_batch; n++) {
            ordered[n][bit] = coefficients[n][plan->place[bit]];
            sum[n] += fabsf(ordered[n][bit]);
        }
    for (int n = 0; n < count; n++) {
        const float mean = sum[n] / (moire_keypoint_bits - 1);
        ordered[n][0] = out[n].place & 1 ? 2 * mean : -2 * mean;
        for (int word = 0; word < moire_keypoint_bits / 32; word++) {
            uint32_t code = 0, weak = 0, weaker = 0;
            for (int part = 0; part < 32; part += 8) {
                const f8 value = LOADED(ordered[n] + word * 32 + part), size = (f8)((i8)value & INT32_MAX);
                const i8 is_set = value > 0, is_weak = size < 0.75f * mean, is_weaker = size < 0.3f * mean;
                code |= bits_of(&is_set) << part;
                weak |= bits_of(&is_weak) << part;
                weaker |= bits_of(&is_weaker) << part;
            }
            out[n].code.words[word] = code, out[n].weak.words[word] = weak, out[n].weaker.words[word] = weaker;
        }
    }
}

#define VARIANT(name, attribute)                                                                                   \
    attribute void keypoint_describe_##name(const uint16_t *level, int w, int h, float x, float y, float sigma,    \
                                            const keypoint_code_plan *plan, float *coefficients) {                 \
        describe_body(level, w, h, x, y, sigma, plan, coefficients);                                               \
    }                                                                                                              \
    attribute void keypoint_encode_##name(const float coefficients[keypoint_batch][keypoint_coefficients],         \
                                          int count, const keypoint_code_plan *plan, moire_keypoint *out) {        \
        encode_body(coefficients, count, plan, out);                                                               \
    }

VARIANT(plain, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
#endif
