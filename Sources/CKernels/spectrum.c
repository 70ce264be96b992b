#include "spectrum.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define N 1024
#define HALF 512

// cos and sin of 2 pi k / 1024 from their series in double precision: basic arithmetic only, so that
// no table depends on a machine's libm. The angle is folded into 0...pi/4 first.
static void unit_circle(int k, double *cosine, double *sine) {
    int quadrant = k / 256 & 3, rest = k & 255;
    int swap = rest > 128;
    double x = (swap ? 256 - rest : rest) * (6.283185307179586476925 / N), square = x * x;
    double c = 1, s = 1;
    for (int i = 11; i > 0; i--) {
        c = 1 - square / ((2 * i - 1) * (2 * i)) * c;
        s = 1 - square / ((2 * i) * (2 * i + 1)) * s;
    }
    s *= x;
    double a = swap ? s : c, b = swap ? c : s;
    *cosine = quadrant == 0 ? a : quadrant == 1 ? -b : quadrant == 2 ? -a : b;
    *sine = quadrant == 0 ? b : quadrant == 1 ? a : quadrant == 2 ? -b : -a;
}

static float window[N], cosines[N], sines[N];

// Filled before main, so that rows can be computed on any thread.
__attribute__((constructor)) static void fill_tables(void) {
    for (int k = 0; k < N; k++) {
        double c, s;
        unit_circle(k, &c, &s);
        cosines[k] = (float)c;
        sines[k] = (float)s;
        window[k] = (float)(0.5 - 0.5 * c);  // Hann, periodic form
    }
}

// log2 of a positive normal float: exponent, and a fit of degree five to the mantissa's (error 2e-5).
static inline float fast_log2(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    float exponent = (float)((int)(bits >> 23) - 127);
    bits = (bits & 0x007FFFFFu) | 0x3F800000u;
    float m;
    memcpy(&m, &bits, 4);
    m -= 1;
    return exponent + m * (1.44183587f + m * (-0.708372171f + m * (0.413555113f + m * (-0.191262594f + m * 0.0442437789f))));
}

// Stockham's radix-2 transform of 512 complex values: sorted output, no bit reversal
// (C. Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992, 1.7).
// Nine stages, so the result ends in the second pair of arrays.
static void transform(float *xr, float *xi, float *yr, float *yi) {
    for (int n = HALF, s = 1; n > 1; n /= 2, s *= 2) {
        int m = n / 2;
        for (int p = 0; p < m; p++) {
            float c = cosines[p * (N / n)], d = -sines[p * (N / n)];
            const float *restrict ar = xr + s * p, *restrict ai = xi + s * p;
            const float *restrict br = ar + s * m, *restrict bi = ai + s * m;
            float *restrict er = yr + 2 * s * p, *restrict ei = yi + 2 * s * p;
            float *restrict fr = er + s, *restrict fi = ei + s;
            for (int q = 0; q < s; q++) {
                float dr = ar[q] - br[q], di = ai[q] - bi[q];
                er[q] = ar[q] + br[q];
                ei[q] = ai[q] + bi[q];
                fr[q] = dr * c - di * d;
                fi[q] = dr * d + di * c;
            }
        }
        float *t = xr;
        xr = yr;
        yr = t;
        t = xi;
        xi = yi;
        yi = t;
    }
}

// |X_k|² of 1024 samples under the window, for bins 0...511.
static void power_spectrum(const float *samples, float *power) {
    float ar[HALF], ai[HALF], br[HALF], bi[HALF];
    for (int k = 0; k < HALF; k++) {
        float even = samples[2 * k], odd = samples[2 * k + 1];
        even = even > -16 && even < 16 ? even : 0;
        odd = odd > -16 && odd < 16 ? odd : 0;
        ar[k] = even * window[2 * k];
        ai[k] = odd * window[2 * k + 1];
    }
    transform(ar, ai, br, bi);
    // The transform of 1024 reals from that of 512 pairs.
    power[0] = (br[0] + bi[0]) * (br[0] + bi[0]);
    for (int k = 1; k < HALF; k++) {
        float zr = br[k], zi = bi[k], wr = br[HALF - k], wi = -bi[HALF - k];
        float sr = zr + wr, si = zi + wi, dr = zr - wr, di = zi - wi;
        float c = cosines[k], s = sines[k];
        float re = sr + (di * c - dr * s), im = si - (dr * c + di * s);
        power[k] = 0.25f * (re * re + im * im);
    }
}

// 128 log2(power + 2^-26), rounded to nearest: the sum is positive.
static inline int16_t level(float power) {
    float scaled = fast_log2(power + 0x1p-26f) * 128.0f;
    return (int16_t)((int)(scaled + 8192.5f) - 8192);
}

void moire_spectrum_row(const float *samples, int16_t *row) {
    float power[HALF];
    power_spectrum(samples, power);
    for (int k = 0; k < HALF; k++) row[k] = level(power[k]);
}

// What part of which bins a band is the mean of. Bin k reaches from k - 1/2 to k + 1/2.
struct band {
    int first, last;
    float first_share, last_share, scale;
};
static struct band bands[moire_bands];

static double whole_below(double x) { return (double)(int)x; }  // x is positive

__attribute__((constructor)) static void fill_bands(void) {
    // 2^(1/24) and 2^(1/48); products of them and no call of pow, for the same reason as above.
    const double step = 1.0293022366434921, half_step = 1.0145453349375237;
    double centre = moire_band_lowest_hz * (double)N / 11025;
    for (int b = 0; b < moire_bands; b++, centre *= step) {
        double from = centre / half_step + 0.5, to = centre * half_step + 0.5;  // bin k is k...k + 1
        struct band *band = bands + b;
        band->first = (int)whole_below(from);
        band->last = (int)whole_below(to);
        band->scale = (float)(1 / (to - from));
        if (band->first == band->last) {
            band->first_share = (float)(to - from);
            band->last_share = 0;
        } else {
            band->first_share = (float)(band->first + 1 - from);
            band->last_share = (float)(to - band->last);
        }
    }
}

void moire_band_row(const float *samples, int16_t *row) {
    float power[HALF];
    power_spectrum(samples, power);
    for (int b = 0; b < moire_bands; b++) {
        const struct band *band = bands + b;
        float sum = power[band->first] * band->first_share + power[band->last] * band->last_share;
        for (int k = band->first + 1; k < band->last; k++) sum += power[k];
        row[b] = level(sum * band->scale);
    }
}

void moire_row_maximum(const int16_t *row, int reach, int16_t *out) {
    int16_t padded[moire_bands + 2 * 16];
    if (reach > 16) reach = 16;
    for (int k = 0; k < moire_bands + 2 * reach; k++) padded[k] = INT16_MIN;
    memcpy(padded + reach, row, sizeof(int16_t) * moire_bands);
    memcpy(out, padded, sizeof(int16_t) * moire_bands);
    for (int shift = 1; shift <= 2 * reach; shift++) moire_row_raise(out, padded + shift);
}

void moire_row_raise(int16_t *out, const int16_t *row) {
    for (int k = 0; k < moire_bands; k++) out[k] = row[k] > out[k] ? row[k] : out[k];
}

void moire_row_accumulate(int32_t *sums, const int16_t *row, int sign) {
    if (sign > 0) {
        for (int k = 0; k < moire_bands; k++) sums[k] += row[k];
    } else {
        for (int k = 0; k < moire_bands; k++) sums[k] -= row[k];
    }
}

size_t moire_row_peaks(const int16_t *row, const int16_t *maximum, int low, int high, int16_t floor, uint16_t *bins) {
    size_t count = 0;
    for (int k = low; k < high; k++)
        if (row[k] == maximum[k] && row[k] >= floor) bins[count++] = (uint16_t)k;
    return count;
}
