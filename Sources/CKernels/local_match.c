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

enum { feature_bytes = 15, tag_wrong_max = 4, wave_blocks = 128, wave_postings = 512 };

static int forced_level = -1;

void moire_local_force_level(int level) { forced_level = level; }

static int level(void) {
    int best = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) best = 1;
#endif
    return forced_level >= 0 && forced_level < best ? forced_level : best;
}

static uint32_t word_at(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static uint32_t number_at(const moire_local_list *list, uint32_t posting) {
    const uint8_t *p = list->numbers + list->number_bytes * (size_t)posting;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (list->number_bytes == 4 ? (uint32_t)p[3] << 24 : 0);
}

// Bits 14 and 15 are zero in 98 of 100 codes: a block named by them is empty, or four times as full.
uint64_t moire_local_list_word(uint32_t word0, uint32_t word1) {
    return (word0 & 0x3FFF) | (uint64_t)(word0 >> 16) << 14 | (uint64_t)word1 << 30;
}

static uint64_t list_word(const uint8_t *feature) { return moire_local_list_word(word_at(feature), word_at(feature + 4)); }

void moire_local_count(const uint8_t *features, size_t count, uint32_t block_bits, uint32_t *counts) {
    const uint64_t mask = (1u << block_bits) - 1;
    for (size_t i = 0; i < count; i++) counts[(list_word(features + feature_bytes * i) & mask) + 1]++;
}

void moire_local_fill(const uint8_t *features, size_t count, uint32_t first, uint32_t block_bits, uint32_t from,
                      uint32_t to, uint32_t *next, uint32_t base, uint8_t *values, uint32_t value_bytes) {
    const uint64_t mask = (1u << block_bits) - 1;
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = list_word(features + feature_bytes * i);
        const uint32_t block = (uint32_t)(word & mask);
        if (block < from || block >= to) continue;
        uint8_t *at = values + value_bytes * (size_t)(next[block]++ - base);
        const uint32_t value = value_bytes == 2 ? (uint32_t)(word >> block_bits) : first + (uint32_t)i;
        for (uint32_t k = 0; k < value_bytes; k++) at[k] = (uint8_t)(value >> 8 * k);
    }
}

static uint32_t list_bits(const uint32_t words[3]) { return (uint32_t)moire_local_list_word(words[0], words[1]); }

// The six of the first `bits` that are wrong most easily.
static void weakest_of(uint32_t weak, uint32_t weaker, int bits, uint32_t bit[flips]) {
    int taken = 0;
    for (int class = 2; class >= 0 && taken < flips; class--)
        for (int k = bits - 1; k >= 0 && taken < flips; k--)
            if ((int)(weak >> k & 1) + (int)(weaker >> k & 1) == class) bit[taken++] = 1u << k;
    while (taken < flips) bit[taken++] = 0;
}

static int blocks_of(const moire_local_code *q, int bits, uint32_t blocks[moire_local_probes]) {
    uint32_t bit[flips];
    weakest_of(list_bits(q->weak), list_bits(q->weaker), bits, bit);
    const uint32_t block = list_bits(q->code) & ((1u << bits) - 1);
    int n = 0;
    blocks[n++] = block;
    for (int a = 0; a < flips; a++) {
        if (!bit[a]) continue;
        blocks[n++] = block ^ bit[a];
        for (int b = 0; b < a; b++) blocks[n++] = block ^ bit[a] ^ bit[b];
    }
    return n;
}

static uint16_t tag_of(const moire_local_code *q, uint32_t bits) {
    return (uint16_t)(moire_local_list_word(q->code[0], q->code[1]) >> bits);
}

size_t moire_local_visits(const moire_local_code *codes, size_t count, uint32_t block_bits, moire_local_visit *visits,
                          moire_local_visit *room) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t blocks[moire_local_probes];
        const int more = blocks_of(codes + i, (int)block_bits, blocks);
        for (int p = 0; p < more; p++) visits[n++] = (moire_local_visit){blocks[p], (uint32_t)i};
    }
    // Two passes over the bits that name blocks, each keeping the order of equals.
    enum { digits = 1 << 12 };
    for (int shift = 0; shift < 24; shift += 12) {
        uint32_t places[digits + 1];
        memset(places, 0, sizeof places);
        for (size_t i = 0; i < n; i++) places[(visits[i].block >> shift & (digits - 1)) + 1]++;
        for (int d = 0; d < digits; d++) places[d + 1] += places[d];
        for (size_t i = 0; i < n; i++) room[places[visits[i].block >> shift & (digits - 1)]++] = visits[i];
        moire_local_visit *other = visits;
        visits = room;
        room = other;
    }
    return n;
}

uint64_t moire_local_postings(const moire_local_list *list, const moire_local_visit *visits, size_t count) {
    uint64_t sum = 0;
    for (size_t v = 0; v < count; v++) {
        const uint8_t *at = list->starts + 4 * (size_t)visits[v].block;
        const uint32_t from = word_at(at), to = word_at(at + 4);
        if (from < to) sum += to - from;
    }
    return sum;
}

static int64_t list_hits_plain(const moire_local_list *list, const moire_local_code *codes,
                               const moire_local_visit *visits, size_t count, int32_t least, moire_local_hit *hits,
                               size_t capacity) {
    size_t found = 0;
    for (size_t v = 0; v < count; v++) {
        const moire_local_code *q = codes + visits[v].query;
        const uint16_t tag = tag_of(q, list->block_bits);
        const uint32_t from = word_at(list->starts + 4 * (size_t)visits[v].block);
        const uint32_t to = word_at(list->starts + 4 * (size_t)visits[v].block + 4);
        if (from > to || to > list->feature_count) return -1;
        for (uint32_t e = from; e < to; e++) {
            uint16_t other;
            memcpy(&other, list->tags + 2 * (size_t)e, sizeof other);
            if (__builtin_popcount((uint32_t)(other ^ tag)) > tag_wrong_max) continue;
            const uint32_t number = number_at(list, e);
            if (number >= list->feature_count) return -1;
            uint32_t r[3];
            memcpy(r, list->features + (size_t)feature_bytes * number, sizeof r);
            const int32_t similarity = similarity_body(q, r);
            if (similarity < least) continue;
            if (found < capacity)
                hits[found] =
                    (moire_local_hit){visits[v].query, number, (uint32_t)(similarity > 255 ? 255 : similarity)};
            found++;
        }
    }
    return (int64_t)found;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,popcnt")))

// Postings whose tags passed, waiting for their numbers and codes to come from memory.
typedef struct wave {
    const moire_local_list *list;
    const moire_local_code *codes;
    int32_t least;
    moire_local_hit *hits;
    size_t capacity, found;
    int waiting;
    uint32_t query[wave_postings], posting[wave_postings];
} wave;

AVX2 static int land(wave *w) {
    const moire_local_list *list = w->list;
    for (int i = 0; i < w->waiting; i++) {
        const uint32_t number = number_at(list, w->posting[i]);
        if (number >= list->feature_count) return -1;
        w->posting[i] = number;
        __builtin_prefetch(list->features + (size_t)feature_bytes * number);
    }
    for (int i = 0; i < w->waiting; i++) {
        const uint32_t number = w->posting[i];
        uint32_t r[3];
        memcpy(r, list->features + (size_t)feature_bytes * number, sizeof r);
        const int32_t similarity = similarity_body(w->codes + w->query[i], r);
        if (similarity < w->least) continue;
        if (w->found < w->capacity)
            w->hits[w->found] =
                (moire_local_hit){w->query[i], number, (uint32_t)(similarity > 255 ? 255 : similarity)};
        w->found++;
    }
    w->waiting = 0;
    return 0;
}

// One bit pair for each of sixteen tags that is near enough.
AVX2 static uint32_t near_tags(const uint8_t *tags, uint16_t tag) {
    const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2,
                                            2, 3, 2, 3, 3, 4);
    const __m256i four = _mm256_set1_epi8(15);
    const __m256i wrong = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)tags), _mm256_set1_epi16((short)tag));
    const __m256i low = _mm256_shuffle_epi8(counts, _mm256_and_si256(wrong, four));
    const __m256i high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(wrong, 4), four));
    const __m256i sums = _mm256_maddubs_epi16(_mm256_add_epi8(low, high), _mm256_set1_epi8(1));
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(_mm256_set1_epi16(tag_wrong_max + 1), sums));
}

// Every step asks the memory for what the next one reads, for many blocks at a time: waiting for one after the other
// takes five times as long in a list of gigabytes.
AVX2 static int64_t list_hits_avx2(const moire_local_list *list, const moire_local_code *codes,
                                   const moire_local_visit *visits, size_t count, int32_t least, moire_local_hit *hits,
                                   size_t capacity) {
    wave w = {list, codes, least, hits, capacity, 0, 0, {0}, {0}};
    uint32_t starts[wave_blocks], ends[wave_blocks];
    for (size_t v = 0; v < count && v < wave_blocks; v++)
        __builtin_prefetch(list->starts + 4 * (size_t)visits[v].block);
    for (size_t first = 0; first < count; first += wave_blocks) {
        const size_t n = count - first < wave_blocks ? count - first : wave_blocks;
        for (size_t p = 0; p < n; p++) {
            const uint8_t *at = list->starts + 4 * (size_t)visits[first + p].block;
            starts[p] = word_at(at);
            ends[p] = word_at(at + 4);
            if (starts[p] > ends[p] || ends[p] > list->feature_count) return -1;
            if (first + p + wave_blocks < count)
                __builtin_prefetch(list->starts + 4 * (size_t)visits[first + p + wave_blocks].block);
            if (starts[p] == ends[p]) continue;
            __builtin_prefetch(list->tags + 2 * (size_t)starts[p]);
            __builtin_prefetch(list->tags + 2 * (size_t)ends[p] - 1);
        }
        for (size_t p = 0; p < n; p++) {
            const uint32_t query = visits[first + p].query, to = ends[p];
            const uint16_t tag = tag_of(codes + query, list->block_bits);
            for (uint32_t e = starts[p]; e < to; e += 16) {
                if (w.waiting > wave_postings - 16 && land(&w)) return -1;
                uint32_t near = 0;
                if (e + 16 <= list->feature_count) {
                    near = near_tags(list->tags + 2 * (size_t)e, tag);
                    if (to - e < 16) near &= (1u << 2 * (to - e)) - 1;
                    near &= 0x55555555;
                } else {
                    // The list's last tags: what comes after them is not the list's.
                    for (uint32_t k = 0; e + k < to; k++) {
                        uint16_t other;
                        memcpy(&other, list->tags + 2 * (size_t)(e + k), sizeof other);
                        if (__builtin_popcount((uint32_t)(other ^ tag)) <= tag_wrong_max) near |= 1u << 2 * k;
                    }
                }
                for (; near; near &= near - 1) {
                    const uint32_t posting = e + (uint32_t)__builtin_ctz(near) / 2;
                    w.query[w.waiting] = query;
                    w.posting[w.waiting++] = posting;
                    __builtin_prefetch(list->numbers + list->number_bytes * (size_t)posting);
                }
            }
        }
        if (land(&w)) return -1;
    }
    return (int64_t)w.found;
}
#endif

int64_t moire_local_list_hits(const moire_local_list *list, const moire_local_code *codes,
                              const moire_local_visit *visits, size_t count, int32_t least, moire_local_hit *hits,
                              size_t capacity) {
#if defined(__x86_64__)
    if (level() >= 1) return list_hits_avx2(list, codes, visits, count, least, hits, capacity);
#endif
    return list_hits_plain(list, codes, visits, count, least, hits, capacity);
}

void moire_local_sort(moire_local_hit *hits, moire_local_hit *room, size_t count) {
    // Two passes, each keeping the order of equals: of twelve bits, or of as many more as the numbers have.
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) all |= hits[i].reference;
    int bits = 12;
    while ((uint64_t)all >> 2 * bits) bits++;
    const uint32_t digits = 1u << bits;
    for (int shift = 0; shift < 2 * bits; shift += bits) {
        uint32_t places[(1 << 16) + 1];
        memset(places, 0, (digits + 1) * sizeof *places);
        for (size_t i = 0; i < count; i++) places[(hits[i].reference >> shift & (digits - 1)) + 1]++;
        for (uint32_t d = 0; d < digits; d++) places[d + 1] += places[d];
        for (size_t i = 0; i < count; i++) room[places[hits[i].reference >> shift & (digits - 1)]++] = hits[i];
        moire_local_hit *other = hits;
        hits = room;
        room = other;
    }
}
