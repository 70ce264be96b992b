// The code of a blob's surroundings; keypoints.h says what it is.
//
// Written lane by lane, never as a sum that a compiler would have to reorder, so that plain and vector builds give the
// same bits.
#include "keypoint_codes.h"

#include <math.h>
#include <string.h>

enum { samples = 12, cells = 4, directions = 8 };

#define INLINE static inline __attribute__((always_inline))

// Weights of a cell for the samples across: a triangle three samples to either side of the cell's middle.
static const float cell_weights[cells][samples] = {
    {2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3, 1.f / 3, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 1.f / 3, 2.f / 3, 1, 2.f / 3},
};

// exp(-(i - 5.5)^2 / (2 * 7.2^2)): a window of 0.6 of the patch.
static const float window_weights[samples] = {0.74693f, 0.82260f, 0.88860f, 0.94152f, 0.97853f, 0.99759f,
                                              0.99759f, 0.97853f, 0.94152f, 0.88860f, 0.82260f, 0.74693f};

// Rows: frequency; columns: cell. cos(pi k (2 i + 1) / 8).
static const float cosines[cells][cells] = {
    {1, 1, 1, 1},
    {0.92387953f, 0.38268343f, -0.38268343f, -0.92387953f},
    {0.70710678f, -0.70710678f, -0.70710678f, 0.70710678f},
    {0.38268343f, -0.92387953f, 0.92387953f, -0.38268343f},
};

#define R 0.70710678f
// Rows: direction, 45 degrees each; columns: cos 0, cos 1, sin 1, cos 2, sin 2, cos 3, sin 3, cos 4 of it.
static const float harmonics[directions][directions] = {
    {1, 1, 0, 1, 0, 1, 0, 1},   {1, R, R, 0, 1, -R, R, -1},   {1, 0, 1, -1, 0, 0, -1, 1},  {1, -R, R, 0, -1, R, R, -1},
    {1, -1, 0, 1, 0, -1, 0, 1}, {1, -R, -R, 0, 1, R, -R, -1}, {1, 0, -1, -1, 0, 0, 1, 1},  {1, R, -R, 0, -1, -R, -R, -1},
};
#undef R
static const uint8_t harmonic_order[directions] = {0, 1, 1, 2, 2, 3, 3, 4};
static const uint8_t harmonic_is_sine[directions] = {0, 0, 1, 0, 1, 0, 1, 0};

static void set_bit(moire_code96 *code, int bit) { code->words[bit >> 5] |= 1u << (bit & 31); }

keypoint_code_plan keypoint_code_plan_make(void) {
    keypoint_code_plan plan;
    memset(&plan, 0, sizeof plan);
    int bit = 1;
    for (int cost = 1; cost <= 17; cost++)
        for (int v = 0; v < cells; v++)
            for (int u = 0; u < cells; u++)
                for (int k = 0; k < directions; k++) {
                    const int order = harmonic_order[k];
                    if (u * u + v * v + order * order != cost || bit >= moire_keypoint_bits) continue;
                    plan.coefficient[bit] = (uint8_t)(v * 32 + u * 8 + k);
                    // Mirrored, a direction t becomes 180 - t degrees: cos k t gains (-1)^k, sin k t the opposite.
                    if ((u + order + harmonic_is_sine[k]) & 1) set_bit(&plan.mirror, bit);
                    // Upside down, t becomes -t: the sines change sign.
                    if ((v + harmonic_is_sine[k]) & 1) set_bit(&plan.upside, bit);
                    // Negative, t becomes t + 180 degrees.
                    if (order & 1) set_bit(&plan.negative, bit);
                    bit++;
                }
    set_bit(&plan.negative, 0);  // a bright blob is dark
    // Rows and columns exchanged: frequencies (u, v) become (v, u) and a direction t 90 - t degrees, so cos t and sin t
    // change places, cos 2t its sign, cos 3t and sin 3t both. The costs of a pair are equal: both are bits or neither.
    static const uint8_t partner[directions] = {0, 2, 1, 3, 4, 6, 5, 7}, is_negated[directions] = {0, 0, 0, 1, 0, 1, 1, 0};
    uint8_t bit_of[cells * cells * directions] = {0};
    for (int b = 1; b < moire_keypoint_bits; b++) bit_of[plan.coefficient[b]] = (uint8_t)b;
    for (int b = 1; b < moire_keypoint_bits; b++) {
        const int v = plan.coefficient[b] / 32, u = plan.coefficient[b] / 8 % 4, k = plan.coefficient[b] % 8;
        const int other = bit_of[u * 32 + v * 8 + partner[k]];
        if (other > b) set_bit(&plan.swapped[other - b], b);
        if (is_negated[k]) set_bit(&plan.exchanged, b);
    }
    return plan;
}

moire_code96 moire_keypoint_mirror_mask(void) { return keypoint_code_plan_make().mirror; }
moire_code96 moire_keypoint_upside_mask(void) { return keypoint_code_plan_make().upside; }
moire_code96 moire_keypoint_negative_mask(void) { return keypoint_code_plan_make().negative; }

// The patch is 18 sigma wide: 12 samples, 1.5 sigma apart, each the difference of the pixels 0.75 sigma to its sides.
INLINE void describe_body(const uint16_t *level, int w, int h, float x, float y, float sigma, int is_dark,
                          const keypoint_code_plan *plan, moire_keypoint *out) {
    float dx[samples][samples], dy[samples][samples];  // [column][row]: rows are the vector lanes
    const int reach = sigma * 0.75f + 0.5f < 1 ? 1 : (int)(sigma * 0.75f + 0.5f);
    int row_at[samples], column_at[samples];
    for (int i = 0; i < samples; i++) {
        const float away = ((float)i - 5.5f) * 1.5f * sigma;
        column_at[i] = (int)floorf(x + away + 0.5f), row_at[i] = (int)floorf(y + away + 0.5f);
    }
    if (column_at[0] >= reach && row_at[0] >= reach && column_at[samples - 1] + reach < w &&
        row_at[samples - 1] + reach < h) {
        for (int i = 0; i < samples; i++)
            for (int j = 0; j < samples; j++) {
                const uint16_t *p = level + (size_t)row_at[j] * w + column_at[i];
                dx[i][j] = (float)(p[reach] - p[-reach]);
                dy[i][j] = (float)(p[(ptrdiff_t)reach * w] - p[-(ptrdiff_t)reach * w]);
            }
    } else {  // over the edge, the picture's last pixels go on
        for (int i = 0; i < samples; i++)
            for (int j = 0; j < samples; j++) {
                const int cx = keypoint_clamped(column_at[i], w - 1), cy = keypoint_clamped(row_at[j], h - 1);
                const int l = keypoint_clamped(column_at[i] - reach, w - 1), r = keypoint_clamped(column_at[i] + reach, w - 1);
                const int a = keypoint_clamped(row_at[j] - reach, h - 1), b = keypoint_clamped(row_at[j] + reach, h - 1);
                dx[i][j] = (float)(level[(size_t)cy * w + r] - level[(size_t)cy * w + l]);
                dy[i][j] = (float)(level[(size_t)b * w + cx] - level[(size_t)a * w + cx]);
            }
    }

    float sums[directions][cells][samples];  // [direction][cell across][row]
    memset(sums, 0, sizeof sums);
    for (int i = 0; i < samples; i++) {
        float shares[directions][samples];
        for (int j = 0; j < samples; j++) {
            const float gx = dx[i][j], gy = dy[i][j];
            const float window = window_weights[i] * window_weights[j];
            // A direction's share is the squared projection over the length: narrower than a cosine, no arctangent.
            const float scale = window / sqrtf(gx * gx + gy * gy + 1);
            const float a = (gx + gy) * 0.70710678f, b = (gy - gx) * 0.70710678f;
            const float east = gx > 0 ? gx : 0, west = gx < 0 ? gx : 0;
            const float south = gy > 0 ? gy : 0, north = gy < 0 ? gy : 0;
            const float se = a > 0 ? a : 0, nw = a < 0 ? a : 0, sw = b > 0 ? b : 0, ne = b < 0 ? b : 0;
            shares[0][j] = east * east * scale, shares[4][j] = west * west * scale;
            shares[2][j] = south * south * scale, shares[6][j] = north * north * scale;
            shares[1][j] = se * se * scale, shares[5][j] = nw * nw * scale;
            shares[3][j] = sw * sw * scale, shares[7][j] = ne * ne * scale;
        }
        for (int c = 0; c < cells; c++) {
            const float weight = cell_weights[c][i];
            if (weight == 0) continue;
            for (int k = 0; k < directions; k++)
                for (int j = 0; j < samples; j++) sums[k][c][j] += weight * shares[k][j];
        }
    }
    float histogram[cells][cells * directions];  // [cell down][cell across * 8 + direction]
    memset(histogram, 0, sizeof histogram);
    for (int j = 0; j < samples; j++) {
        float line[cells * directions];
        for (int c = 0; c < cells; c++)
            for (int k = 0; k < directions; k++) line[c * directions + k] = sums[k][c][j];
        for (int r = 0; r < cells; r++) {
            const float weight = cell_weights[r][j];
            if (weight == 0) continue;
            for (int n = 0; n < cells * directions; n++) histogram[r][n] += weight * line[n];
        }
    }
    for (int r = 0; r < cells; r++)
        for (int n = 0; n < cells * directions; n++) histogram[r][n] = sqrtf(histogram[r][n]);

    float down[cells][cells * directions];
    memset(down, 0, sizeof down);
    for (int v = 0; v < cells; v++)
        for (int r = 0; r < cells; r++)
            for (int n = 0; n < cells * directions; n++) down[v][n] += cosines[v][r] * histogram[r][n];
    float across[cells][cells][directions];
    memset(across, 0, sizeof across);
    for (int v = 0; v < cells; v++)
        for (int u = 0; u < cells; u++)
            for (int c = 0; c < cells; c++)
                for (int k = 0; k < directions; k++) across[v][u][k] += cosines[u][c] * down[v][c * directions + k];
    float coefficients[cells * cells * directions];
    memset(coefficients, 0, sizeof coefficients);
    for (int n = 0; n < cells * cells; n++)
        for (int m = 0; m < directions; m++)
            for (int k = 0; k < directions; k++)
                coefficients[n * directions + k] += harmonics[m][k] * (&across[0][0][0])[n * directions + m];

    float ordered[moire_keypoint_bits], mean = 0;
    for (int bit = 1; bit < moire_keypoint_bits; bit++) ordered[bit] = coefficients[plan->coefficient[bit]];
    for (int bit = 1; bit < moire_keypoint_bits; bit++) mean += fabsf(ordered[bit]);
    mean /= moire_keypoint_bits - 1;
    ordered[0] = is_dark ? 2 * mean : -2 * mean;
    moire_code96 code, weak, weaker;
    for (int word = 0; word < moire_keypoint_bits / 32; word++) {
        uint32_t a = 0, b = 0, c = 0;
        for (int bit = 0; bit < 32; bit++) {
            const float value = ordered[word * 32 + bit], size = fabsf(value);
            a |= (uint32_t)(value > 0) << bit;
            b |= (uint32_t)(size < 0.75f * mean) << bit;
            c |= (uint32_t)(size < 0.3f * mean) << bit;
        }
        code.words[word] = a, weak.words[word] = b, weaker.words[word] = c;
    }
    out->code = code, out->weak = weak, out->weaker = weaker;
}

void keypoint_describe_plain(const uint16_t *level, int w, int h, float x, float y, float sigma, int is_dark,
                             const keypoint_code_plan *plan, moire_keypoint *out) {
    describe_body(level, w, h, x, y, sigma, is_dark, plan, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void keypoint_describe_avx2(const uint16_t *level, int w, int h, float x, float y,
                                                            float sigma, int is_dark, const keypoint_code_plan *plan,
                                                            moire_keypoint *out) {
    describe_body(level, w, h, x, y, sigma, is_dark, plan, out);
}
#endif
