#include "spectrum_kernels.h"

#include "sound_kernels.h"

enum { side = 64, half = side / 2 + 1 };

void moire_patch_spectrum(const uint8_t *pixels, size_t stride, const float *window, const float *cosine,
                          const float *sine, float *power) {
    uint32_t sum = 0;
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) sum += pixels[y * stride + x];
    const float mean = (float)sum / (side * side);

    // Column spectra of all rows, transposed: re[kx][y].
    float re[half][side], im[half][side];
    for (size_t y = 0; y < side; y += 2) {
        // The spectra of two real rows come out of one complex transform as its even and odd part.
        float a[side], b[side];
        for (size_t x = 0; x < side; x++) {
            a[x] = ((float)pixels[y * stride + x] - mean) * window[x] * window[y];
            b[x] = ((float)pixels[(y + 1) * stride + x] - mean) * window[x] * window[y + 1];
        }
        moire_fft(a, b, side, cosine, sine);
        for (size_t k = 0; k < half; k++) {
            const size_t m = (side - k) % side;
            re[k][y] = (a[k] + a[m]) / 2, im[k][y] = (b[k] - b[m]) / 2;
            re[k][y + 1] = (b[k] + b[m]) / 2, im[k][y + 1] = (a[m] - a[k]) / 2;
        }
    }
    for (size_t k = 0; k < half; k++) {
        moire_fft(re[k], im[k], side, cosine, sine);
        for (size_t y = 0; y < side; y++) power[y * half + k] = re[k][y] * re[k][y] + im[k][y] * im[k][y];
    }
}

void moire_strip_sums(const uint8_t *pixels, uint16_t *sums) {
    for (size_t strip = 0; strip < moire_strips; strip++)
        for (size_t y = 0; y < side; y++) {
            const uint8_t *row = pixels + y * side + strip * (side / moire_strips);
            unsigned sum = 0;
            for (size_t x = 0; x < side / moire_strips; x++) sum += row[x];
            sums[strip * side + y] = (uint16_t)sum;
        }
}

void moire_band_spectrum(const float *steps, const float *window, const float *cosine, const float *sine,
                         double *coherent, double *power) {
    // Spectra over time, transposed: re[pair][t][y]. Two strips share one complex transform.
    static const size_t pairs = moire_strips / 2;
    float re[moire_strips / 2][side][side], im[moire_strips / 2][side][side];
    for (size_t pair = 0; pair < pairs; pair++) {
        for (size_t y = 0; y < side; y++) {
            float a[side], b[side];
            for (size_t t = 0; t < side; t++) {
                const float *row = steps + t * moire_strips * side + 2 * pair * side + y;
                const float weight = window[t] * window[y];
                a[t] = row[0] * weight, b[t] = row[side] * weight;
            }
            moire_fft(a, b, side, cosine, sine);
            for (size_t t = 0; t < side; t++) re[pair][t][y] = a[t], im[pair][t][y] = b[t];
        }
        for (size_t t = 0; t < side; t++) moire_fft(re[pair][t], im[pair][t], side, cosine, sine);
    }
    for (size_t t = 0; t < side / 2; t++)
        for (size_t y = 0; y < side; y++) {
            const size_t t2 = (side - t) % side, y2 = (side - y) % side;
            float real = 0, imaginary = 0, sum = 0;
            for (size_t pair = 0; pair < pairs; pair++) {
                const float r = re[pair][t][y], i = im[pair][t][y], r2 = re[pair][t2][y2], i2 = im[pair][t2][y2];
                // The even part is the one strip's spectrum, the odd part the other's.
                const float ar = (r + r2) / 2, ai = (i - i2) / 2, br = (i + i2) / 2, bi = (r2 - r) / 2;
                real += ar + br, imaginary += ai + bi;
                sum += ar * ar + ai * ai + br * br + bi * bi;
            }
            real /= moire_strips, imaginary /= moire_strips;
            coherent[t * side + y] += (double)(real * real + imaginary * imaginary);
            power[t * side + y] += (double)(sum / moire_strips);
        }
}
