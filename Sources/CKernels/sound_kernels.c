#include "sound_kernels.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline double bounded(float sample) {
    if (sample != sample) return 0;
    return sample > 16.0f ? 16.0 : sample < -16.0f ? -16.0 : (double)sample;
}

double moire_biquad_energy(const float *samples, size_t count, const moire_biquad sections[2], double state[4]) {
    const moire_biquad p = sections[0], q = sections[1];
    double p1 = state[0], p2 = state[1], q1 = state[2], q2 = state[3], sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double x = bounded(samples[i]);
        const double y = p.b0 * x + p1;
        p1 = p.b1 * x - p.a1 * y + p2;
        p2 = p.b2 * x - p.a2 * y;
        const double z = q.b0 * y + q1;
        q1 = q.b1 * y - q.a1 * z + q2;
        q2 = q.b2 * y - q.a2 * z;
        sum += z * z;
    }
    state[0] = p1, state[1] = p2, state[2] = q1, state[3] = q2;
    // After the sound stops the state decays into denormal numbers, which cost a hundred times more.
    for (int i = 0; i < 4; i++)
        if (state[i] < 1e-30 && state[i] > -1e-30) state[i] = 0;
    return sum;
}

typedef double lanes __attribute__((vector_size(16)));

void moire_biquad_energy_pair(const float *left, const float *right, size_t count, const moire_biquad sections[2],
                              double state[8], double energy[2]) {
    const moire_biquad p = sections[0], q = sections[1];
    lanes p1 = {state[0], state[1]}, p2 = {state[2], state[3]};
    lanes q1 = {state[4], state[5]}, q2 = {state[6], state[7]}, sum = {0, 0};
    for (size_t i = 0; i < count; i++) {
        const lanes x = {bounded(left[i]), bounded(right[i])};
        const lanes y = p.b0 * x + p1;
        p1 = p.b1 * x - p.a1 * y + p2;
        p2 = p.b2 * x - p.a2 * y;
        const lanes z = q.b0 * y + q1;
        q1 = q.b1 * y - q.a1 * z + q2;
        q2 = q.b2 * y - q.a2 * z;
        sum += z * z;
    }
    for (int lane = 0; lane < 2; lane++) {
        state[lane] = p1[lane], state[2 + lane] = p2[lane];
        state[4 + lane] = q1[lane], state[6 + lane] = q2[lane];
        energy[lane] = sum[lane];
    }
    for (int i = 0; i < 8; i++)
        if (state[i] < 1e-30 && state[i] > -1e-30) state[i] = 0;
}

float moire_sample_peak_reference(const float *samples, size_t count) {
    float peak = 0;
    for (size_t i = 0; i < count; i++) {
        const float magnitude = samples[i] < 0 ? -samples[i] : samples[i];
        // False for what is not a number.
        if (magnitude > peak) peak = magnitude;
    }
    return peak > 16.0f ? 16.0f : peak;
}

float moire_sample_peak(const float *samples, size_t count) {
#ifdef __SSE2__
    // A maximum of floats is not reassociated by the compiler; four lanes side by side are.
    const __m128 sign = _mm_set1_ps(-0.0f);
    __m128 most = _mm_setzero_ps();
    size_t i = 0;
    // maxps gives its second operand when the first is not a number.
    for (; i + 4 <= count; i += 4) most = _mm_max_ps(_mm_andnot_ps(sign, _mm_loadu_ps(samples + i)), most);
    float lane[4];
    _mm_storeu_ps(lane, most);
    float peak = moire_sample_peak_reference(samples + i, count - i);
    for (int k = 0; k < 4; k++)
        if (lane[k] > peak) peak = lane[k];
    return peak > 16.0f ? 16.0f : peak;
#else
    return moire_sample_peak_reference(samples, count);
#endif
}

size_t moire_clipped_samples(const float *samples, size_t count, float rail, int32_t shortest, int32_t *run) {
    int32_t open = *run;
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        const float x = samples[i];
        if (x >= rail) open = open > 0 ? open + (open < shortest) : 1;
        else if (x <= -rail) open = open < 0 ? open - (-open < shortest) : -1;
        else { open = 0; continue; }
        const int32_t length = open < 0 ? -open : open;
        if (length < shortest) continue;
        // The first time a run is long enough its earlier samples are counted too. A run that stays
        // open is held at `shortest` + 1, so that its length cannot overflow.
        const int reached = length == shortest;
        clipped += reached ? (size_t)shortest : 1;
        if (reached) open += open < 0 ? -1 : 1;
    }
    *run = open;
    return clipped;
}

void moire_fft(float *re, float *im, size_t n, const float *cosine, const float *sine) {
    for (size_t i = 1, j = 0; i < n; i++) {
        size_t bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
            const float r = re[i], m = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = r, im[j] = m;
        }
    }
    for (size_t half = 1; half < n; half *= 2) {
        const size_t stride = n / (2 * half);
        for (size_t base = 0; base < n; base += 2 * half) {
            float *ar = re + base, *ai = im + base, *br = ar + half, *bi = ai + half;
            for (size_t k = 0; k < half; k++) {
                const float c = cosine[k * stride], s = sine[k * stride];
                const float tr = br[k] * c + bi[k] * s, ti = bi[k] * c - br[k] * s;
                br[k] = ar[k] - tr, bi[k] = ai[k] - ti;
                ar[k] += tr, ai[k] += ti;
            }
        }
    }
}
