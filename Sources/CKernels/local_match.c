#include "local_match.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { key_bits = 16, flips = 6 };

// The six first-key bits that are wrong most easily: the weaker ones first, of equals the higher frequency.
static void weakest(const moire_local_code *code, uint32_t bit[flips]) {
    int taken = 0;
    for (int class = 2; class >= 0 && taken < flips; class--)
        for (int k = key_bits - 1; k >= 0 && taken < flips; k--) {
            const int is = (int)(code->weak[0] >> k & 1) + (int)(code->weaker[0] >> k & 1);
            if (is == class) bit[taken++] = 1u << k;
        }
}

static void keys_of(const moire_local_code *code, uint32_t keys[moire_local_probes]) {
    uint32_t bit[flips];
    weakest(code, bit);
    const uint32_t key = code->code[0] & (moire_local_keys - 1);
    int n = 0;
    keys[n++] = key;
    for (int i = 0; i < flips; i++) {
        keys[n++] = key ^ bit[i];
        for (int j = 0; j < i; j++) keys[n++] = key ^ bit[i] ^ bit[j];
    }
}

void moire_local_probe(const moire_local_code *codes, size_t count, uint32_t *starts, uint32_t *entries) {
    uint32_t keys[moire_local_probes];
    memset(starts, 0, sizeof *starts * (moire_local_keys + 1));
    for (size_t i = 0; i < count; i++) {
        keys_of(codes + i, keys);
        for (int k = 0; k < moire_local_probes; k++) starts[keys[k] + 1]++;
    }
    for (size_t k = 0; k < moire_local_keys; k++) starts[k + 1] += starts[k];
    // Filling moves each start to its end, which is the next one's start: they are moved back afterwards.
    for (size_t i = 0; i < count; i++) {
        keys_of(codes + i, keys);
        for (int k = 0; k < moire_local_probes; k++) entries[starts[keys[k]]++] = (uint32_t)i;
    }
    for (size_t k = moire_local_keys; k > 0; k--) starts[k] = starts[k - 1];
    starts[0] = 0;
}

INLINE int32_t similarity_body(const moire_local_code *q, const uint32_t r[3]) {
    int wrong = 0, whole = 0;
    for (int k = 0; k < 3; k++) {
        const uint32_t d = q->code[k] ^ r[k];
        // 4, 2 and 1 of the classes are 1 of all, 1 more of all but the weaker, 2 more of the strong.
        wrong += __builtin_popcount(d) + __builtin_popcount(d & ~q->weaker[k]) + 2 * __builtin_popcount(d & ~q->weak[k]);
        whole += 32 + __builtin_popcount(~q->weaker[k]) + 2 * __builtin_popcount(~q->weak[k]);
    }
    return 256 - 512 * wrong / whole;
}

int32_t moire_local_similarity(const moire_local_code *query, const uint32_t reference[3]) {
    return similarity_body(query, reference);
}

INLINE size_t hits_body(const moire_local_code *codes, const uint32_t *starts, const uint32_t *entries,
                        const uint8_t *references, size_t stride, size_t reference_count, int32_t least,
                        moire_local_hit *hits, size_t capacity) {
    size_t found = 0;
    for (size_t i = 0; i < reference_count; i++) {
        uint32_t r[3];
        memcpy(r, references + i * stride, sizeof r);
        const uint32_t key = r[0] & (moire_local_keys - 1);
        for (uint32_t e = starts[key]; e < starts[key + 1]; e++) {
            const int32_t similarity = similarity_body(codes + entries[e], r);
            if (similarity < least) continue;
            if (found < capacity)
                hits[found] = (moire_local_hit){entries[e], (uint32_t)i, (uint32_t)(similarity > 255 ? 255 : similarity)};
            found++;
        }
    }
    return found;
}

size_t moire_local_hits_plain(const moire_local_code *codes, const uint32_t *starts, const uint32_t *entries,
                              const uint8_t *references, size_t stride, size_t reference_count, int32_t least,
                              moire_local_hit *hits, size_t capacity) {
    return hits_body(codes, starts, entries, references, stride, reference_count, least, hits, capacity);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static size_t hits_popcnt(const moire_local_code *codes, const uint32_t *starts,
                                                            const uint32_t *entries, const uint8_t *references,
                                                            size_t stride, size_t reference_count, int32_t least,
                                                            moire_local_hit *hits, size_t capacity) {
    return hits_body(codes, starts, entries, references, stride, reference_count, least, hits, capacity);
}
#endif

size_t moire_local_hits(const moire_local_code *codes, const uint32_t *starts, const uint32_t *entries,
                        const uint8_t *references, size_t stride, size_t reference_count, int32_t least,
                        moire_local_hit *hits, size_t capacity) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt"))
        return hits_popcnt(codes, starts, entries, references, stride, reference_count, least, hits, capacity);
#endif
    return hits_body(codes, starts, entries, references, stride, reference_count, least, hits, capacity);
}

// MARK: Lists

enum { feature_bytes = 15, tag_wrong_max = 4 };

static uint32_t word_at(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

// The six of the first `bits` that are wrong most easily.
static void weakest_of(uint32_t weak, uint32_t weaker, int bits, uint32_t bit[flips]) {
    int taken = 0;
    for (int class = 2; class >= 0 && taken < flips; class--)
        for (int k = bits - 1; k >= 0 && taken < flips; k--)
            if ((int)(weak >> k & 1) + (int)(weaker >> k & 1) == class) bit[taken++] = k < 32 ? 1u << k : 0;
    while (taken < flips) bit[taken++] = 0;
}

INLINE int64_t list_hits_body(const moire_local_list *list, const moire_local_code *codes, size_t count, int32_t least,
                              moire_local_hit *hits, size_t capacity) {
    const uint32_t mask = (1u << list->block_bits) - 1;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const moire_local_code *q = codes + i;
        uint32_t bit[flips], blocks[moire_local_probes];
        weakest_of(q->weak[0], q->weaker[0], (int)list->block_bits, bit);
        int n = 0;
        const uint32_t block = q->code[0] & mask;
        blocks[n++] = block;
        for (int a = 0; a < flips; a++) {
            if (!bit[a]) continue;
            blocks[n++] = block ^ bit[a];
            for (int b = 0; b < a; b++)
                if (bit[b]) blocks[n++] = block ^ bit[a] ^ bit[b];
        }
        const uint64_t word = (uint64_t)q->code[0] | (uint64_t)q->code[1] << 32;
        const uint16_t tag = (uint16_t)(word >> list->block_bits);
        for (int p = 0; p < n; p++) __builtin_prefetch(list->starts + 4 * (size_t)blocks[p]);
        for (int p = 0; p < n; p++) {
            const uint32_t from = word_at(list->starts + 4 * (size_t)blocks[p]);
            if (from < list->feature_count) __builtin_prefetch(list->tags + 2 * (size_t)from);
        }
        for (int p = 0; p < n; p++) {
            const uint32_t from = word_at(list->starts + 4 * (size_t)blocks[p]);
            const uint32_t to = word_at(list->starts + 4 * (size_t)blocks[p] + 4);
            if (from > to || to > list->feature_count) return -1;
            for (uint32_t e = from; e < to; e++) {
                uint16_t other;
                memcpy(&other, list->tags + 2 * (size_t)e, sizeof other);
                if (__builtin_popcount((uint32_t)(other ^ tag)) > tag_wrong_max) continue;
                const uint8_t *at = list->numbers + 3 * (size_t)e;
                const uint32_t number = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
                if (number >= list->feature_count) return -1;
                uint32_t r[3];
                memcpy(r, list->features + (size_t)feature_bytes * number, sizeof r);
                const int32_t similarity = similarity_body(q, r);
                if (similarity < least) continue;
                if (found < capacity)
                    hits[found] =
                        (moire_local_hit){(uint32_t)i, number, (uint32_t)(similarity > 255 ? 255 : similarity)};
                found++;
            }
        }
    }
    return (int64_t)found;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static int64_t list_hits_popcnt(const moire_local_list *list,
                                                                  const moire_local_code *codes, size_t count,
                                                                  int32_t least, moire_local_hit *hits,
                                                                  size_t capacity) {
    return list_hits_body(list, codes, count, least, hits, capacity);
}
#endif

int64_t moire_local_list_hits(const moire_local_list *list, const moire_local_code *codes, size_t count, int32_t least,
                              moire_local_hit *hits, size_t capacity) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) return list_hits_popcnt(list, codes, count, least, hits, capacity);
#endif
    return list_hits_body(list, codes, count, least, hits, capacity);
}
