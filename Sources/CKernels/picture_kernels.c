#include "picture_kernels.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void moire_block_differences_reference(const uint8_t *a, const uint8_t *b, uint16_t sums[64]) {
    for (int block = 0; block < 64; block++) {
        const int left = block % 8 * 8, top = block / 8 * 8;
        unsigned sum = 0;
        for (int y = top; y < top + 8; y++)
            for (int x = left; x < left + 8; x++) {
                const int difference = a[y * 64 + x] - b[y * 64 + x];
                sum += (unsigned)(difference < 0 ? -difference : difference);
            }
        sums[block] = (uint16_t)sum;
    }
}

void moire_block_differences(const uint8_t *a, const uint8_t *b, uint16_t sums[64]) {
#ifdef __SSE2__
    for (int by = 0; by < 8; by++)
        for (int pair = 0; pair < 4; pair++) {
            __m128i total = _mm_setzero_si128();
            for (int row = 0; row < 8; row++) {
                const int at = (by * 8 + row) * 64 + pair * 16;
                const __m128i p = _mm_loadu_si128((const __m128i *)(a + at));
                const __m128i q = _mm_loadu_si128((const __m128i *)(b + at));
                total = _mm_add_epi64(total, _mm_sad_epu8(p, q));
            }
            sums[by * 8 + pair * 2] = (uint16_t)_mm_extract_epi16(total, 0);
            sums[by * 8 + pair * 2 + 1] = (uint16_t)_mm_extract_epi16(total, 4);
        }
#else
    moire_block_differences_reference(a, b, sums);
#endif
}

uint64_t moire_byte_differences_reference(const uint8_t *a, const uint8_t *b, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (uint64_t)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
    return sum;
}

uint64_t moire_byte_differences(const uint8_t *a, const uint8_t *b, size_t count) {
#ifdef __SSE2__
    __m128i total = _mm_setzero_si128();
    for (size_t i = 0; i < count; i += 16) {
        const __m128i p = _mm_loadu_si128((const __m128i *)(a + i));
        const __m128i q = _mm_loadu_si128((const __m128i *)(b + i));
        total = _mm_add_epi64(total, _mm_sad_epu8(p, q));
    }
    return (uint64_t)_mm_cvtsi128_si64(total) + (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(total, 8));
#else
    return moire_byte_differences_reference(a, b, count);
#endif
}
