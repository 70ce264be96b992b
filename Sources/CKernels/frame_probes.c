// Probing an inverted list of frame codes. Three passes over a table, so that each reads what the one before it asked
// the memory for: blocks and their rests, then numbers of codes, then codes.
#include "frame_probes.h"

#include <string.h>

#include "frame_plan.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static int forced_level = -1;

void moire_frame_force_level(int level) { forced_level = level; }

int moire_frame_level(void) {
    int best = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) best = 1;
#endif
    return forced_level >= 0 && forced_level < best ? forced_level : best;
}

static uint32_t load32(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, sizeof value);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    return value;
}

static uint32_t load24(const uint8_t *from) { return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16; }

// ---- cost of a difference --------------------------------------------------------------------------

// Levels as sums: every bit costs costs[0], one of level 1 or 3 a step more, and so on; four counts a word.
#define COST_BODY                                                                                   \
    const int32_t all = (int32_t)q->costs[0], low = (int32_t)q->costs[1] - all;                     \
    const int32_t high = (int32_t)q->costs[2] - all, both = (int32_t)q->costs[3] - all - low - high; \
    int32_t sum = 0;                                                                                \
    for (int w = 0; w < 4; w++) {                                                                   \
        uint64_t differs = q->code[w] ^ code[w], a = differs & q->low[w], b = differs & q->high[w]; \
        sum += all * __builtin_popcountll(differs) + low * __builtin_popcountll(a) +                \
               high * __builtin_popcountll(b) + both * __builtin_popcountll(a & b);                 \
    }                                                                                               \
    return (uint32_t)sum;

static uint32_t cost_plain(const struct moire_frame_query *q, const uint64_t *code) { COST_BODY }

#define SCAN_BODY(COST)                                                                             \
    size_t found = 0;                                                                               \
    for (size_t i = 0; i < count; i++) {                                                            \
        uint32_t cost = COST(query, codes + 4 * i);                                                 \
        if (cost > cost_most) continue;                                                             \
        if (found < capacity) hits[found] = (struct moire_frame_hit){(uint32_t)i, cost};            \
        found++;                                                                                    \
    }                                                                                               \
    return found;

static size_t scan_plain(const struct moire_frame_query *query, const uint64_t *codes, size_t count,
                         uint32_t cost_most, struct moire_frame_hit *hits, size_t capacity) {
    SCAN_BODY(cost_plain)
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static inline uint32_t cost_popcnt(const struct moire_frame_query *q,
                                                                     const uint64_t *code) {
    COST_BODY
}

__attribute__((target("popcnt"))) static size_t scan_popcnt(const struct moire_frame_query *query,
                                                            const uint64_t *codes, size_t count, uint32_t cost_most,
                                                            struct moire_frame_hit *hits, size_t capacity) {
    SCAN_BODY(cost_popcnt)
}
#endif

uint32_t moire_frame_cost(const struct moire_frame_query *query, const uint64_t code[4]) {
#if defined(__x86_64__)
    if (moire_frame_level() == 1) return cost_popcnt(query, code);
#endif
    return cost_plain(query, code);
}

size_t moire_frame_scan(const struct moire_frame_query *query, const uint64_t *codes, size_t count,
                        uint32_t cost_most, struct moire_frame_hit *hits, size_t capacity) {
#if defined(__x86_64__)
    if (moire_frame_level() == 1) return scan_popcnt(query, codes, count, cost_most, hits, capacity);
#endif
    return scan_plain(query, codes, count, cost_most, hits, capacity);
}

#define LEAST_BODY(COST)                                                                            \
    uint32_t least = UINT32_MAX;                                                                    \
    for (size_t i = 0; i < count; i++) {                                                            \
        uint32_t cost = COST(query, codes + 4 * i);                                                 \
        if (cost < least) least = cost;                                                             \
    }                                                                                               \
    return least;

static uint32_t least_plain(const struct moire_frame_query *query, const uint64_t *codes, size_t count) {
    LEAST_BODY(cost_plain)
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint32_t least_popcnt(const struct moire_frame_query *query,
                                                               const uint64_t *codes, size_t count) {
    LEAST_BODY(cost_popcnt)
}
#endif

uint32_t moire_frame_least(const struct moire_frame_query *query, const uint64_t *codes, size_t count) {
#if defined(__x86_64__)
    if (moire_frame_level() == 1) return least_popcnt(query, codes, count);
#endif
    return least_plain(query, codes, count);
}

// ---- rests -----------------------------------------------------------------------------------------

/// Postings from `from` up to `to` whose rests cost at most `most`; `kept` has room for all. Returns how many.
typedef size_t filter_function(const uint8_t *rests, uint32_t from, uint32_t to, const uint8_t nibbles[4][16],
                               uint32_t most, uint32_t *kept);

static size_t filter_plain(const uint8_t *rests, uint32_t from, uint32_t to, const uint8_t nibbles[4][16],
                           uint32_t most, uint32_t *kept) {
    size_t count = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t low = rests[2 * (size_t)i], high = rests[2 * (size_t)i + 1];
        uint32_t cost = (uint32_t)nibbles[0][low & 15] + nibbles[1][low >> 4] + nibbles[2][high & 15] + nibbles[3][high >> 4];
        kept[count] = i;
        count += cost <= most;
    }
    return count;
}

#if defined(__x86_64__)
// Sixteen rests at a time: each nibble's cost by one shuffle, even bytes with one pair of tables and odd with the other.
// Four costs of a byte are at most 15, so a byte's two nibbles stay under 128 and the products of `maddubs` are exact.
__attribute__((target("avx2"))) static size_t filter_avx2(const uint8_t *rests, uint32_t from, uint32_t to,
                                                          const uint8_t nibbles[4][16], uint32_t most,
                                                          uint32_t *kept) {
    __m256i table[4];
    for (int n = 0; n < 4; n++) table[n] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)nibbles[n]));
    const __m256i fifteen = _mm256_set1_epi8(15), odd = _mm256_set1_epi16((short)0xFF00), ones = _mm256_set1_epi8(1);
    const __m256i limit = _mm256_set1_epi16((short)most);
    size_t count = 0;
    for (uint32_t i = from; i < to; i += 16) {
        __m256i rest = _mm256_loadu_si256((const void *)(rests + 2 * (size_t)i));
        __m256i low = _mm256_and_si256(rest, fifteen), high = _mm256_and_si256(_mm256_srli_epi16(rest, 4), fifteen);
        __m256i cost = _mm256_add_epi8(
            _mm256_blendv_epi8(_mm256_shuffle_epi8(table[0], low), _mm256_shuffle_epi8(table[2], low), odd),
            _mm256_blendv_epi8(_mm256_shuffle_epi8(table[1], high), _mm256_shuffle_epi8(table[3], high), odd));
        __m256i over = _mm256_cmpgt_epi16(_mm256_maddubs_epi16(cost, ones), limit);
        uint32_t fits = ~(uint32_t)_mm256_movemask_epi8(over) & 0x55555555u;
        if (to - i < 16) fits &= (1u << (2 * (to - i))) - 1;
        for (; fits; fits &= fits - 1) kept[count++] = i + (uint32_t)__builtin_ctz(fits) / 2;
    }
    return count;
}
#endif

// ---- probing ---------------------------------------------------------------------------------------

enum { ahead = 12, batch = 2048 };

struct probing {
    const struct moire_frame_postings *postings;
    const struct moire_frame_query *query;
    uint32_t cost_most;
    struct moire_frame_hit *hits;
    size_t capacity, found;
    struct moire_frame_work *work;
    /// Postings that are to be looked at, then the numbers of their codes.
    uint32_t kept[batch + moire_frame_block_most + 16];
    size_t kept_count;
};

/// Looks at the codes of what was kept. Returns 0 when a number names no code.
static int look(struct probing *p, const struct moire_frame_table *table) {
    const uint64_t *codes = p->postings->codes;
    for (size_t i = 0; i < p->kept_count; i++) {
        uint32_t id = load24(table->ids + moire_frame_id_bytes * (size_t)p->kept[i]);
        if (id >= p->postings->code_count) return 0;
        p->kept[i] = id;
        __builtin_prefetch(codes + 4 * (size_t)id);
    }
    for (size_t i = 0; i < p->kept_count; i++) {
        uint32_t cost = moire_frame_cost(p->query, codes + 4 * (size_t)p->kept[i]);
        if (cost > p->cost_most) continue;
        if (p->found < p->capacity) p->hits[p->found] = (struct moire_frame_hit){p->kept[i], cost};
        p->found++;
    }
    p->work->codes += (uint32_t)p->kept_count;
    p->kept_count = 0;
    return 1;
}

/// Returns 0 when the table is damaged.
static int probe_table(struct probing *p, const struct moire_frame_plan *plan, uint32_t number, filter_function *filter) {
    const struct moire_frame_table *table = &p->postings->tables[number];
    const uint32_t first = plan->first[number], last = plan->last[number];
    const uint8_t *starts = table->starts;
    for (uint32_t i = first; i < last; i++)
        __builtin_prefetch(starts + 4 * (size_t)(plan->block[number] ^ plan->flips[i].mask));
    for (uint32_t i = first; i < last + ahead; i++) {
        if (i < last) {
            uint32_t start = load32(starts + 4 * (size_t)(plan->block[number] ^ plan->flips[i].mask));
            if (start < table->count) {
                __builtin_prefetch(table->rests + 2 * (size_t)start);
                __builtin_prefetch(table->rests + 2 * (size_t)start + 64);
            }
        }
        if (i < first + ahead) continue;
        const struct frame_flips *flips = &plan->flips[i - ahead];
        const uint8_t *entry = starts + 4 * (size_t)(plan->block[number] ^ flips->mask);
        uint32_t from = load32(entry), to = load32(entry + 4);
        if (from > to || to > table->count) return 0;
        if (to - from > moire_frame_block_most) to = from + moire_frame_block_most;
        if (flips->cost > plan->cost_most) continue;
        size_t more = filter(table->rests, from, to, plan->nibbles[number], plan->cost_most - flips->cost,
                             p->kept + p->kept_count);
        for (size_t k = 0; k < more; k++)
            __builtin_prefetch(table->ids + moire_frame_id_bytes * (size_t)p->kept[p->kept_count + k]);
        p->kept_count += more;
        p->work->blocks++;
        p->work->postings += to - from;
        if (p->kept_count >= batch && !look(p, table)) return 0;
    }
    return look(p, table);
}

int64_t moire_frame_probe(const struct moire_frame_postings *postings, const struct moire_frame_query *query,
                          const struct moire_frame_plan *plan, uint32_t cost_most, struct moire_frame_hit *hits,
                          size_t capacity, struct moire_frame_work *work) {
    if (plan->high_bits != postings->high_bits) return -1;
    struct probing p;  // `kept` is read only as far as it was written
    p.postings = postings;
    p.query = query;
    p.cost_most = cost_most;
    p.hits = hits;
    p.capacity = capacity;
    p.work = work;
    p.found = p.kept_count = 0;
    filter_function *filter = filter_plain;
#if defined(__x86_64__)
    if (moire_frame_level() == 1) filter = filter_avx2;
#endif
    for (uint32_t table = 0; table < moire_frame_tables; table++)
        if (!probe_table(&p, plan, table, filter)) return -1;
    return (int64_t)p.found;
}
