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

void moire_row_sums(const uint8_t *pixels, uint32_t left[64], uint32_t right[64]) {
    for (size_t y = 0; y < side; y++) {
        const uint8_t *row = pixels + y * side;
        uint32_t a = 0, b = 0;
        for (size_t x = 0; x < side / 2; x++) a += row[x], b += row[x + side / 2];
        left[y] = a, right[y] = b;
    }
}
