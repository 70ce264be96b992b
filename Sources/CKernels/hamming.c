// Linear scan over 256-bit codes: 32 bytes a code, one XOR and one population count per word. A
// scan that leaves the second-level cache is bound by memory (about 10 GB/s is 300 million codes a
// second); inside it, by the count: 3.7 ns a code plain, 1.6 with POPCNT, and as much with AVX2's
// table of nibbles, which was therefore dropped (Xeon at 2.5 GHz, 20 000 codes).
#include "hamming.h"

static int forced_level = -1;

void moire_hamming_force_level(int level) { forced_level = level; }

int moire_hamming_level(void) {
    int best = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) best = 1;
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
#endif

size_t moire_hamming_scan(const uint64_t query[4], const uint64_t *codes, size_t count, uint32_t radius,
                          uint32_t *indices, uint16_t *distances, size_t capacity) {
    if (radius > 256) radius = 256;
    switch (moire_hamming_level()) {
#if defined(__x86_64__)
    case 1: return scan_popcnt(query, codes, count, radius, indices, distances, capacity);
#endif
    default: return scan_reference(query, codes, count, radius, indices, distances, capacity);
    }
}
