#pragma once
#include <stddef.h>
#include <stdint.h>

/// A pair of 256-bit codes that lie close together.
struct moire_code_pair {
    uint32_t query;
    uint32_t reference;
    uint32_t distance;
};

/// All pairs (query code, reference code) within `radius` bits of each other, query by query, each in
/// the references' order.
///
/// A code is four 64-bit words. At most `capacity` pairs are written to `pairs` (which may be null when
/// `capacity` is 0); the return value counts all of them. Every pair is looked at: about 1.5 ns each
/// with the processor's bit count, 5 ns without.
size_t moire_index_pairs(const uint64_t *queries, size_t query_count, const uint64_t *references,
                         size_t reference_count, uint32_t radius, struct moire_code_pair *pairs,
                         size_t capacity);

/// The same in plain C: what the fast version is compared with.
size_t moire_index_pairs_plain(const uint64_t *queries, size_t query_count, const uint64_t *references,
                               size_t reference_count, uint32_t radius, struct moire_code_pair *pairs,
                               size_t capacity);

/// Adds the number of pairs at each distance to `histogram`, which has 257 places.
void moire_index_distances(const uint64_t *queries, size_t query_count, const uint64_t *references,
                           size_t reference_count, uint64_t *histogram);
