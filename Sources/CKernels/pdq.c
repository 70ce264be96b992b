// PDQ: J. Dalins, C. Wilson, D. Boudry, PDQ & TMK + PDQF, arXiv 1912.07745, and the formulas of the
// reference implementation (facebook/ThreatExchange, pdq/cpp). What makes it exact is the order of
// the additions, so this file vectorises across rows or columns and never inside a sum.
// How a picture is brought to 64×64 stands in pdq_downsample.c.
#include "pdq.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define SIDE 64
#define LOW 16
#define INLINE static inline __attribute__((always_inline))

// Per cent of full scale, cut towards zero so that many faint gradients count as none.
static int step(float u, float v) {
    float percent = ((u - v) * 100) / 255;
    return percent > -1e6f && percent < 1e6f ? (int)percent : 0;
}

INLINE int quality_body(const float *in) {
    long sum = 0;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            const float *p = in + i * SIDE + j;
            int down = i < SIDE - 1 ? step(p[0], p[SIDE]) : 0, across = j < SIDE - 1 ? step(p[0], p[1]) : 0;
            sum += (down < 0 ? -down : down) + (across < 0 ? -across : across);
        }
    long quality = sum / 90;  // the reference's heuristic scale
    return quality > 100 ? 100 : (int)quality;
}

// sqrt(1/32) cos(pi k / 128), k = 0...64, rounded to single precision: every entry of the matrix is
// one of these up to sign, so no table depends on a machine's libm.
static const float quarter[65] = {
    0x1.6a09e6p-3f, 0x1.69edfcp-3f, 0x1.699a42p-3f, 0x1.690ec6p-3f,
    0x1.684b9cp-3f, 0x1.6750e4p-3f, 0x1.661ec2p-3f, 0x1.64b568p-3f,
    0x1.63150ap-3f, 0x1.613decp-3f, 0x1.5f3056p-3f, 0x1.5cec98p-3f,
    0x1.5a730cp-3f, 0x1.57c414p-3f, 0x1.54e018p-3f, 0x1.51c78cp-3f,
    0x1.4e7ae8p-3f, 0x1.4afab2p-3f, 0x1.474772p-3f, 0x1.4361bap-3f,
    0x1.3f4a24p-3f, 0x1.3b015p-3f, 0x1.3687eap-3f, 0x1.31dea2p-3f,
    0x1.2d062ep-3f, 0x1.27ff5p-3f, 0x1.22caccp-3f, 0x1.1d6972p-3f,
    0x1.17dc14p-3f, 0x1.12238ep-3f, 0x1.0c40c2p-3f, 0x1.063498p-3f,
    0x1p-3f, 0x1.f347dap-4f, 0x1.e642b8p-4f, 0x1.d8f29ap-4f,
    0x1.cb598cp-4f, 0x1.bd79aap-4f, 0x1.af5516p-4f, 0x1.a0edfep-4f,
    0x1.92469cp-4f, 0x1.83613p-4f, 0x1.74400ap-4f, 0x1.64e57ap-4f,
    0x1.5553e4p-4f, 0x1.458daap-4f, 0x1.35953cp-4f, 0x1.256d12p-4f,
    0x1.1517a8p-4f, 0x1.049782p-4f, 0x1.e7de5ep-5f, 0x1.c6427ap-5f,
    0x1.a4608ap-5f, 0x1.823dc8p-5f, 0x1.5fdf76p-5f, 0x1.3d4aep-5f,
    0x1.1a855ep-5f, 0x1.ef2894p-6f, 0x1.a8fa12p-6f, 0x1.628a08p-6f,
    0x1.1be352p-6f, 0x1.aa21a8p-7f, 0x1.1c3af6p-7f, 0x1.1c50e2p-8f,
    0,
};

static float basis(int frequency, int sample) {
    int phase = frequency * (2 * sample + 1) % 256;  // of 256 steps to the full circle
    if (phase > 128) phase = 256 - phase;
    return phase <= 64 ? quarter[phase] : -quarter[128 - phase];
}

// Weights of a sample in each of the low frequencies, for rows and for columns.
INLINE void dct_body(const float *in, const float *down, const float *across, float *out) {
    float rows[LOW][SIDE];
    for (int i = 0; i < LOW; i++) {
        float sum[SIDE] = {0};
        for (int k = 0; k < SIDE; k++) {
            float weight = down[k * LOW + i];
            for (int j = 0; j < SIDE; j++) sum[j] += weight * in[k * SIDE + j];
        }
        memcpy(rows[i], sum, sizeof sum);
    }
    for (int i = 0; i < LOW; i++) {
        float sum[LOW] = {0};
        for (int k = 0; k < SIDE; k++)
            for (int j = 0; j < LOW; j++) sum[j] += rows[i][k] * across[k * LOW + j];
        memcpy(out + i * LOW, sum, sizeof sum);
    }
}

// Floats as integers of the same order; both zeros become one.
static uint32_t ordered(float value) {
    uint32_t bits;
    value += 0.0f;
    memcpy(&bits, &value, 4);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// The key that `rank` others are below, of equals too: the largest value with at most `rank` below it, found bit by bit.
INLINE uint32_t ranked(const uint32_t keys[256], int rank) {
    uint32_t found = 0;
    for (uint32_t bit = 0x80000000u; bit; bit >>= 1) {
        uint32_t tried = found | bit;
        int below = 0;
        for (int k = 0; k < 256; k++) below += keys[k] < tried;
        if (below <= rank) found = tried;
    }
    return found;
}

INLINE void bits_body(const float *in, uint64_t words[4]) {
    uint32_t keys[256];
    for (int k = 0; k < 256; k++) keys[k] = ordered(in[k]);
    uint32_t median = ranked(keys, 127);
    for (int w = 0; w < 4; w++) {
        uint64_t word = 0;
        for (int k = 0; k < 64; k++) word |= (uint64_t)(keys[w * 64 + k] > median) << k;
        words[w] = word;
    }
}

INLINE void margins_body(const float *in, uint64_t low[4], uint64_t high[4]) {
    uint32_t keys[256];
    float median = 0;
    for (int k = 0; k < 256; k++) keys[k] = ordered(in[k]);
    uint32_t middle = ranked(keys, 127);
    for (int k = 0; k < 256; k++)
        if (keys[k] == middle) median = in[k];
    // Of a float that is not negative the order is that of its bits; the last eight make room for the index.
    for (int k = 0; k < 256; k++) {
        float away = in[k] - median;
        keys[k] = (ordered(away < 0 ? -away : away) & ~255u) | (uint32_t)k;
    }
    uint32_t first[3];
    for (int quarter = 0; quarter < 3; quarter++) first[quarter] = ranked(keys, 64 * (quarter + 1));
    for (int w = 0; w < 4; w++) {
        low[w] = high[w] = 0;
        for (int k = 0; k < 64; k++) {
            uint32_t key = keys[w * 64 + k];
            uint64_t quarter = (uint64_t)((key >= first[0]) + (key >= first[1]) + (key >= first[2]));
            low[w] |= (quarter & 1) << k;
            high[w] |= quarter >> 1 << k;
        }
    }
}

#define VARIANT(name, attribute)                                                                             \
    attribute static int quality_##name(const float *in) { return quality_body(in); }                        \
    attribute static void dct_##name(const float *in, const float *down, const float *across, float *out) {  \
        dct_body(in, down, across, out);                                                                     \
    }                                                                                                        \
    attribute static void bits_##name(const float *in, uint64_t words[4]) { bits_body(in, words); }          \
    attribute static void margins_##name(const float *in, uint64_t low[4], uint64_t high[4]) {               \
        margins_body(in, low, high);                                                                         \
    }

VARIANT(portable, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
#define PICK(kernel, ...) moire_pdq_level() == 2 ? kernel##_avx2(__VA_ARGS__) : kernel##_portable(__VA_ARGS__)
#else
#define PICK(kernel, ...) kernel##_portable(__VA_ARGS__)
#endif

int moire_pdq_quality(const float *in) { return PICK(quality, in); }

void moire_pdq_dct(const float *in, float *out) {
    float weights[SIDE * LOW];
    for (int k = 0; k < SIDE; k++)
        for (int i = 0; i < LOW; i++) weights[k * LOW + i] = basis(i + 1, k);
    PICK(dct, in, weights, weights, out);
}

void moire_pdq_inset_weights(double share, double shift, float *weights) {
    memset(weights, 0, sizeof *weights * SIDE * LOW);
    // A sample of the frame is mixed of the two of the picture between which it lies, or is the one at the edge.
    for (int x = 0; x < SIDE; x++) {
        double place = (x + 0.5 - SIDE / 2 - shift) / share + SIDE / 2 - 0.5;
        if (place < 0) place = 0;
        if (place > SIDE - 1) place = SIDE - 1;
        int k = place < SIDE - 2 ? (int)place : SIDE - 2;
        float second = (float)(place - k), first = 1 - second;
        for (int i = 0; i < LOW; i++) {
            float weight = basis(i + 1, x);
            weights[k * LOW + i] += first * weight;
            weights[(k + 1) * LOW + i] += second * weight;
        }
    }
}

void moire_pdq_dct_weighted(const float *in, const float *down, const float *across, float *out) {
    PICK(dct, in, down, across, out);
}

void moire_pdq_bits(const float *in, uint64_t words[4]) { PICK(bits, in, words); }

void moire_pdq_margins(const float *in, uint64_t low[4], uint64_t high[4]) { PICK(margins, in, low, high); }

void moire_luma_from_bytes(const uint8_t *bytes, size_t count, float *luma) {
    for (size_t i = 0; i < count; i++) luma[i] = (float)bytes[i];
}

void moire_luma_from_rgb(const uint8_t *rgb, size_t count, float *luma) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = rgb + i * 3;
        luma[i] = 0.299f * (float)p[0] + 0.587f * (float)p[1] + 0.114f * (float)p[2];
    }
}
