// Exact scan of 256-bit codes: every query against every reference.
//
// The loop is written once and compiled twice. With POPCNT a pair costs four XORs and four counts on
// one port; without it the compiler's bit arithmetic costs about three times as much.
#include "ckernels.h"

#define DISTANCE(a, b)                                                                              \
    ((uint32_t)(__builtin_popcountll((a)[0] ^ (b)[0]) + __builtin_popcountll((a)[1] ^ (b)[1]) +      \
                __builtin_popcountll((a)[2] ^ (b)[2]) + __builtin_popcountll((a)[3] ^ (b)[3])))

#define PAIRS_BODY                                                                                  \
    size_t found = 0;                                                                               \
    for (size_t q = 0; q < query_count; q++) {                                                      \
        const uint64_t *query = queries + 4 * q;                                                    \
        for (size_t r = 0; r < reference_count; r++) {                                              \
            uint32_t distance = DISTANCE(query, references + 4 * r);                                \
            if (distance > radius) continue;                                                        \
            if (found < capacity)                                                                   \
                pairs[found] = (struct moire_code_pair){(uint32_t)q, (uint32_t)r, distance};        \
            found++;                                                                                \
        }                                                                                           \
    }                                                                                               \
    return found;

#define DISTANCES_BODY                                                                              \
    for (size_t q = 0; q < query_count; q++)                                                        \
        for (size_t r = 0; r < reference_count; r++)                                                \
            histogram[DISTANCE(queries + 4 * q, references + 4 * r)]++;

size_t moire_index_pairs_plain(const uint64_t *queries, size_t query_count, const uint64_t *references,
                               size_t reference_count, uint32_t radius, struct moire_code_pair *pairs,
                               size_t capacity) {
    PAIRS_BODY
}

static void distances_plain(const uint64_t *queries, size_t query_count, const uint64_t *references,
                            size_t reference_count, uint64_t *histogram) {
    DISTANCES_BODY
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static size_t pairs_popcnt(
    const uint64_t *queries, size_t query_count, const uint64_t *references, size_t reference_count,
    uint32_t radius, struct moire_code_pair *pairs, size_t capacity) {
    PAIRS_BODY
}

__attribute__((target("popcnt"))) static void distances_popcnt(const uint64_t *queries, size_t query_count,
                                                               const uint64_t *references,
                                                               size_t reference_count, uint64_t *histogram) {
    DISTANCES_BODY
}
#endif

size_t moire_index_pairs(const uint64_t *queries, size_t query_count, const uint64_t *references,
                         size_t reference_count, uint32_t radius, struct moire_code_pair *pairs,
                         size_t capacity) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt"))
        return pairs_popcnt(queries, query_count, references, reference_count, radius, pairs, capacity);
#endif
    return moire_index_pairs_plain(queries, query_count, references, reference_count, radius, pairs, capacity);
}

void moire_index_distances(const uint64_t *queries, size_t query_count, const uint64_t *references,
                           size_t reference_count, uint64_t *histogram) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) {
        distances_popcnt(queries, query_count, references, reference_count, histogram);
        return;
    }
#endif
    distances_plain(queries, query_count, references, reference_count, histogram);
}
