// Linear scan over 256-bit codes: 32 bytes a code, one XOR and one population count per word. A
// scan that leaves the second-level cache is bound by memory (about 10 GB/s is 300 million codes a
// second); inside it, by the count.
#include "hamming.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static int forced_level = -1;

void moire_hamming_force_level(int level) { forced_level = level; }

int moire_hamming_level(void) {
    int best = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) best = 1;
    if (best == 1 && __builtin_cpu_supports("avx2")) best = 2;
    if (best == 2 && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq")) best = 3;
#endif
    return forced_level >= 0 && forced_level < best ? forced_level : best;
}

static inline __attribute__((always_inline)) size_t scan_words(const uint64_t *q, const uint64_t *codes, size_t count,
                                                               uint32_t radius, uint32_t *indices,
                                                               uint16_t *distances, size_t capacity) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *c = codes + i * 4;
        uint32_t distance = (uint32_t)(__builtin_popcountll(q[0] ^ c[0]) + __builtin_popcountll(q[1] ^ c[1]) +
                                       __builtin_popcountll(q[2] ^ c[2]) + __builtin_popcountll(q[3] ^ c[3]));
        if (distance <= radius) {
            if (found < capacity) {
                indices[found] = (uint32_t)i;
                distances[found] = (uint16_t)distance;
            }
            found++;
        }
    }
    return found;
}

static size_t scan_reference(const uint64_t *q, const uint64_t *codes, size_t count, uint32_t radius,
                             uint32_t *indices, uint16_t *distances, size_t capacity) {
    return scan_words(q, codes, count, radius, indices, distances, capacity);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static size_t scan_popcnt(const uint64_t *q, const uint64_t *codes, size_t count,
                                                            uint32_t radius, uint32_t *indices, uint16_t *distances,
                                                            size_t capacity) {
    return scan_words(q, codes, count, radius, indices, distances, capacity);
}

// Four codes a round: nibble counts by table (W. Muła, N. Kurz, D. Lemire, Faster Population Counts
// Using AVX2 Instructions, 2018), byte sums of each word by SAD, words of four codes added crosswise.
__attribute__((target("avx2,popcnt"))) static size_t scan_avx2(const uint64_t *q, const uint64_t *codes, size_t count,
                                                               uint32_t radius, uint32_t *indices,
                                                               uint16_t *distances, size_t capacity) {
    const __m256i query = _mm256_loadu_si256((const __m256i *)q), low = _mm256_set1_epi8(15);
    const __m256i zero = _mm256_setzero_si256();
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                                           0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i limit = _mm256_set1_epi64x((long long)radius + 1);
    size_t found = 0, i = 0;
    for (; i + 4 <= count; i += 4) {
        __m256i sums[4];
        for (int k = 0; k < 4; k++) {
            __m256i x = _mm256_xor_si256(query, _mm256_loadu_si256((const __m256i *)(codes + (i + (size_t)k) * 4)));
            __m256i bytes = _mm256_add_epi8(
                _mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
            sums[k] = _mm256_sad_epu8(bytes, zero);
        }
        __m256i ab = _mm256_add_epi64(_mm256_unpacklo_epi64(sums[0], sums[1]), _mm256_unpackhi_epi64(sums[0], sums[1]));
        __m256i cd = _mm256_add_epi64(_mm256_unpacklo_epi64(sums[2], sums[3]), _mm256_unpackhi_epi64(sums[2], sums[3]));
        __m256i all = _mm256_add_epi64(_mm256_permute2x128_si256(ab, cd, 0x20), _mm256_permute2x128_si256(ab, cd, 0x31));
        int hits = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(limit, all)));
        if (hits) {
            uint64_t d[4];
            _mm256_storeu_si256((__m256i *)d, all);
            for (int k = 0; k < 4; k++)
                if (hits >> k & 1) {
                    if (found < capacity) {
                        indices[found] = (uint32_t)(i + (size_t)k);
                        distances[found] = (uint16_t)d[k];
                    }
                    found++;
                }
        }
    }
    for (; i < count; i++) {
        uint32_t index;
        uint16_t distance;
        if (scan_words(q, codes + i * 4, 1, radius, &index, &distance, 1)) {
            if (found < capacity) {
                indices[found] = (uint32_t)i;
                distances[found] = distance;
            }
            found++;
        }
    }
    return found;
}

__attribute__((target("avx512f,avx512vl,avx512vpopcntdq,avx2,popcnt"))) static size_t scan_avx512(
    const uint64_t *q, const uint64_t *codes, size_t count, uint32_t radius, uint32_t *indices, uint16_t *distances,
    size_t capacity) {
    const __m256i query = _mm256_loadu_si256((const __m256i *)q);
    const __m256i limit = _mm256_set1_epi64x(radius);
    size_t found = 0, i = 0;
    for (; i + 4 <= count; i += 4) {
        __m256i sums[4];
        for (int k = 0; k < 4; k++)
            sums[k] = _mm256_popcnt_epi64(
                _mm256_xor_si256(query, _mm256_loadu_si256((const __m256i *)(codes + (i + (size_t)k) * 4))));
        __m256i ab = _mm256_add_epi64(_mm256_unpacklo_epi64(sums[0], sums[1]), _mm256_unpackhi_epi64(sums[0], sums[1]));
        __m256i cd = _mm256_add_epi64(_mm256_unpacklo_epi64(sums[2], sums[3]), _mm256_unpackhi_epi64(sums[2], sums[3]));
        __m256i all = _mm256_add_epi64(_mm256_permute2x128_si256(ab, cd, 0x20), _mm256_permute2x128_si256(ab, cd, 0x31));
        __mmask8 hits = _mm256_cmple_epu64_mask(all, limit);
        if (hits) {
            uint64_t d[4];
            _mm256_storeu_si256((__m256i *)d, all);
            for (int k = 0; k < 4; k++)
                if (hits >> k & 1) {
                    if (found < capacity) {
                        indices[found] = (uint32_t)(i + (size_t)k);
                        distances[found] = (uint16_t)d[k];
                    }
                    found++;
                }
        }
    }
    for (; i < count; i++) {
        uint32_t index;
        uint16_t distance;
        if (scan_words(q, codes + i * 4, 1, radius, &index, &distance, 1)) {
            if (found < capacity) {
                indices[found] = (uint32_t)i;
                distances[found] = distance;
            }
            found++;
        }
    }
    return found;
}
#endif

size_t moire_hamming_scan(const uint64_t query[4], const uint64_t *codes, size_t count, uint32_t radius,
                          uint32_t *indices, uint16_t *distances, size_t capacity) {
    if (radius > 256) radius = 256;
    switch (moire_hamming_level()) {
#if defined(__x86_64__)
    case 1: return scan_popcnt(query, codes, count, radius, indices, distances, capacity);
    case 2: return scan_avx2(query, codes, count, radius, indices, distances, capacity);
    case 3: return scan_avx512(query, codes, count, radius, indices, distances, capacity);
#endif
    default: return scan_reference(query, codes, count, radius, indices, distances, capacity);
    }
}
