// Passes of the pyramid in which blobs are found; keypoint_blur.h says what they do.
//
// A five-tap binomial sum of 4 080 units at most stays within 65 535, so that all of it is 16-bit.
#include "keypoint_blur.h"

#define INLINE static inline __attribute__((always_inline))

INLINE uint16_t tap(uint16_t a, uint16_t b, uint16_t c, uint16_t d, uint16_t e) {
    return (uint16_t)(a + e + 4 * (b + c + d) + 2 * c);
}

// Rows are made in whole vectors; what is behind `w` is never looked at.
INLINE int whole(int w) { return (w + keypoint_vector - 1) & ~(keypoint_vector - 1); }

// Along a row whose sums down the columns are in `t`, which has room for the last pixels to go on at both ends. What
// was stored last is read last: a processor waits where a read spans writes that are still under way.
INLINE void blur_along(uint16_t *restrict t, uint16_t *restrict out, int w, int d) {
    for (int x = 1; x <= 16; x++) t[-x] = t[0];
    for (int x = 0; x < 16; x++) t[w + x] = t[w - 1];
    for (int x = keypoint_vector; x < whole(w); x++)
        out[x] = (uint16_t)(tap(t[x - 2 * d], t[x - d], t[x], t[x + d], t[x + 2 * d]) + 8) >> 4;
    for (int x = 0; x < keypoint_vector; x++)
        out[x] = (uint16_t)(tap(t[x - 2 * d], t[x - d], t[x], t[x + d], t[x + 2 * d]) + 8) >> 4;
}

INLINE void blur_body(const uint16_t *const in[5], uint16_t *restrict t, uint16_t *restrict out, int w, int d) {
    const uint16_t *a = in[0], *b = in[1], *c = in[2], *e = in[3], *f = in[4];
    for (int x = 0; x < whole(w); x++) t[x] = (uint16_t)(tap(a[x], b[x], c[x], e[x], f[x]) + 8) >> 4;
    blur_along(t, out, w, d);
}

// The same of bytes, 16 units each: the factor and the shift cancel out.
INLINE void blur_bytes_body(const uint8_t *const in[5], uint16_t *restrict t, uint16_t *restrict out, int w) {
    const uint8_t *a = in[0], *b = in[1], *c = in[2], *e = in[3], *f = in[4];
    for (int x = 0; x < w; x++) t[x] = tap(a[x], b[x], c[x], e[x], f[x]);
    blur_along(t, out, w, 1);
}

INLINE void difference_body(const uint16_t *restrict a, const uint16_t *restrict b, int16_t *restrict out, int w) {
    for (int x = 0; x < whole(w); x++) out[x] = (int16_t)(a[x] - b[x]);
}

INLINE void halve_body(const uint16_t *restrict in, uint16_t *restrict out, int w) {
    for (int x = 0; x < w; x++) out[x] = in[2 * x];
}

#define VARIANT(name, attribute)                                                                                    \
    attribute void keypoint_blur_##name(const uint16_t *const in[5], uint16_t *t, uint16_t *out, int w, int d) {    \
        blur_body(in, t, out, w, d);                                                                                \
    }                                                                                                               \
    attribute void keypoint_blur_bytes_##name(const uint8_t *const in[5], uint16_t *t, uint16_t *out, int w) {      \
        blur_bytes_body(in, t, out, w);                                                                             \
    }                                                                                                               \
    attribute void keypoint_difference_##name(const uint16_t *a, const uint16_t *b, int16_t *out, int w) {          \
        difference_body(a, b, out, w);                                                                              \
    }                                                                                                               \
    attribute void keypoint_halve_##name(const uint16_t *in, uint16_t *out, int w) { halve_body(in, out, w); }

VARIANT(plain, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
#endif
