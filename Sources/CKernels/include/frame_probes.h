#pragma once
#include <stddef.h>
#include <stdint.h>

// Finding 256-bit frame codes in an inverted list, directed by what the query knows of its own bits.
//
// A PDQ bit flips where its coefficient lies near the median, and the query sees how near each of its own lies. On
// frames of real clips 49 to 80 bits from their re-recorded or cropped copies, the quarter of the bits nearest to the
// median flips with probability 0.42, the next quarters with 0.30, 0.19 and 0.06. So a flip has a cost, log((1 - p) / p),
// and a copy is looked for where the flips are cheapest (query-directed probing, Q. Lv et al., "Multi-Probe LSH",
// VLDB 2007, with costs from the data instead of from a quantiser).
//
// A list has two tables. Each has 36 bit positions of its own, dealt from the lowest frequencies upwards, whose
// coefficients are the largest. Of a code, a table's first `high_bits` positions name a block, and the next 16 are kept
// beside its number: a block is one cache line of such rests, most of which are seen not to fit before any code is
// read. Two tables of strong bits found more for the same work than 4, 6 or 8 that also use weak ones.

enum {
    moire_frame_tables = 2,
    moire_frame_high_least = 4,
    moire_frame_high_most = 20,
    moire_frame_rest_bits = 16,
    moire_frame_id_bytes = 3,
    /// Postings of one block that are read; more are the same picture a thousand times.
    moire_frame_block_most = 4096,
    /// Blocks of one question at most.
    moire_frame_blocks_most = 8192,
};

/// A code and the level of each of its bits, 0 (weakest) to 3: bit k of `low` and `high` is the level's lower and upper bit.
struct moire_frame_query {
    uint64_t code[4];
    uint64_t low[4];
    uint64_t high[4];
    /// Cost of a flip at each level; 1 to 15.
    uint32_t costs[4];
};

/// One table where it is mapped; nothing in it is trusted.
struct moire_frame_table {
    /// 2^high_bits + 1 ascending numbers of 4 bytes: the first posting of each block, then all of them.
    const uint8_t *starts;
    /// 2 bytes each posting, then 30 that can be read.
    const uint8_t *rests;
    /// 3 bytes each posting: the number of a code, ascending within a block.
    const uint8_t *ids;
    uint32_t count;
};

struct moire_frame_postings {
    struct moire_frame_table tables[moire_frame_tables];
    uint32_t high_bits;
    /// `code_count` times four words.
    const uint64_t *codes;
    uint32_t code_count;
};

/// A code that was looked at, and what its difference from the query costs.
struct moire_frame_hit {
    uint32_t code;
    uint32_t cost;
};

/// What a question was worth.
struct moire_frame_work {
    uint32_t blocks;
    uint32_t postings;
    uint32_t codes;
};

/// Forces a level for tests: 0 plain reference, 1 POPCNT and AVX2; -1 picks the best.
void moire_frame_force_level(int level);
int moire_frame_level(void);

/// The block of a code in a table, above its 16 bits of rest.
uint64_t moire_frame_key(const uint64_t code[4], uint32_t table, uint32_t high_bits);

/// Sum of the costs of the bits in which `code` differs from the query.
uint32_t moire_frame_cost(const struct moire_frame_query *query, const uint64_t code[4]);

/// Which blocks a question opens, cheapest first, and how much of a rest may differ there.
struct moire_frame_plan;

/// Bytes of a plan, 65 KB, in memory that is aligned to four.
size_t moire_frame_plan_bytes(void);

/// Plans for lists whose blocks have names of `high_bits` and of about `postings` in each table: the `blocks` cheapest of
/// both tables together, at least one and at most `moire_frame_blocks_most`. About 2 µs for a few blocks, 4 for 512.
void moire_frame_plan_make(struct moire_frame_plan *plan, uint32_t high_bits, double postings,
                           const struct moire_frame_query *query, uint32_t blocks);

/// Looks into the blocks of the query's plan and writes the codes whose cost is at most `cost_most`, up to `capacity`; a
/// code may come once from each table.
///
/// Returns how many there are in all, or -1 when the list is damaged or the plan is for lists of other bits. About 20 ns
/// a block and 30 ns a code, of which there is about one for two blocks, both for memory that is in no cache. No
/// allocation.
int64_t moire_frame_probe(const struct moire_frame_postings *postings, const struct moire_frame_query *query,
                          const struct moire_frame_plan *plan, uint32_t cost_most, struct moire_frame_hit *hits,
                          size_t capacity, struct moire_frame_work *work);

/// Codes among `count` whose cost is at most `cost_most`, in order; returns how many there are in all.
size_t moire_frame_scan(const struct moire_frame_query *query, const uint64_t *codes, size_t count,
                        uint32_t cost_most, struct moire_frame_hit *hits, size_t capacity);

/// The least cost among `count` codes; UINT32_MAX when there are none. About 8 ns a code.
uint32_t moire_frame_least(const struct moire_frame_query *query, const uint64_t *codes, size_t count);
