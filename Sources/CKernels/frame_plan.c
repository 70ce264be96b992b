// Choosing blocks: sets of flips in order of their cost.
//
// With k bits of costs c1 ... ck, how many sets cost just t is the coefficient of x^t in the product of (1 + x^ci); from
// those counts the limit is known under which as many sets lie as blocks may be opened, before any set is made. The sets
// are then listed depth first over the bits in order of cost, and no set is made that is not used.
#include "frame_plan.h"

#include <string.h>

// Bit k = 16 * row + column in order of (row + 1)^2 + (column + 1)^2, dealt in turns. An order measured on 66 clips
// found as much.
const uint8_t frame_positions[moire_frame_tables][moire_frame_high_most + moire_frame_rest_bits] = {
    {0, 17, 2, 33, 3, 19, 49, 4, 64, 51, 36, 80, 21, 67, 37, 68, 96, 22,
     97, 69, 84, 99, 112, 85, 39, 100, 55, 128, 24, 129, 71, 130, 56, 87, 117, 25},
    {1, 16, 32, 18, 48, 34, 35, 50, 20, 65, 66, 5, 81, 52, 82, 6, 53, 83,
     38, 98, 7, 54, 23, 113, 114, 70, 115, 8, 86, 101, 116, 40, 131, 102, 9, 144},
};

static uint32_t bit_at(const uint64_t words[4], uint32_t position) {
    return (uint32_t)(words[position / 64] >> (position % 64)) & 1;
}

uint64_t moire_frame_key(const uint64_t code[4], uint32_t table, uint32_t high_bits) {
    uint64_t key = 0;
    for (uint32_t i = 0; i < high_bits + moire_frame_rest_bits; i++)
        key = key << 1 | bit_at(code, frame_positions[table][i]);
    return key;
}

/// Costs of `count` bits of a table from its place `from` on.
static void costs_of(const struct moire_frame_query *query, uint32_t table, uint32_t from, uint32_t count,
                     uint32_t *costs) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t position = frame_positions[table][from + i];
        costs[i] = query->costs[bit_at(query->low, position) | bit_at(query->high, position) << 1];
    }
}

/// sets[t] becomes the number of sets of cost t.
static void count_sets(const uint32_t *costs, uint32_t count, uint32_t sets[frame_costs]) {
    memset(sets, 0, frame_costs * sizeof *sets);
    sets[0] = 1;
    uint32_t top = 0;
    for (uint32_t i = 0; i < count; i++) {
        top = top + costs[i] < frame_costs ? top + costs[i] : frame_costs - 1;
        for (uint32_t t = top; t >= costs[i]; t--) sets[t] += sets[t - costs[i]];
    }
}

struct listing {
    struct moire_frame_plan *plan;
    /// Costs in ascending order, and the mask of each.
    uint32_t costs[moire_frame_high_most], masks[moire_frame_high_most];
    uint32_t count, limit, filled;
    /// Sets that cost just `limit` and may still be listed.
    uint32_t at_limit;
};

static void list(struct listing *to, uint32_t from, uint32_t mask, uint32_t cost) {
    if (cost < to->limit || to->at_limit) {
        if (cost == to->limit) to->at_limit--;
        to->plan->flips[to->filled++] = (struct frame_flips){mask, cost};
    }
    for (uint32_t i = from; i < to->count && cost + to->costs[i] <= to->limit; i++)
        list(to, i + 1, mask | to->masks[i], cost + to->costs[i]);
}

static void sort_bits(struct listing *to, const uint32_t *costs, uint32_t count) {
    to->count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at > 0 && to->costs[at - 1] > costs[i]; at--) {
            to->costs[at] = to->costs[at - 1];
            to->masks[at] = to->masks[at - 1];
        }
        to->costs[at] = costs[i];
        to->masks[at] = 1u << (count - 1 - i);
    }
}

/// The cost of each nibble's value against the query's rest; the lowest nibble first.
static void fill_nibbles(uint8_t nibbles[4][16], const uint32_t costs[moire_frame_rest_bits], uint32_t rest) {
    for (uint32_t n = 0; n < 4; n++)
        for (uint32_t value = 0; value < 16; value++) {
            uint32_t differs = value ^ (rest >> (4 * n) & 15), cost = 0;
            // The lowest bit of the rest is its last position.
            for (uint32_t b = 0; b < 4; b++)
                if (differs >> b & 1) cost += costs[moire_frame_rest_bits - 1 - (4 * n + b)];
            nibbles[n][value] = (uint8_t)cost;
        }
}

/// The largest common limit on block and rest under which chance gives one posting for two blocks.
static uint32_t common_limit(uint32_t high[][frame_costs], uint32_t rest[][frame_costs], uint32_t limit,
                             double sets_of_posting, uint32_t blocks) {
    for (uint32_t table = 0; table < moire_frame_tables; table++)
        for (uint32_t t = 1; t < frame_costs; t++) rest[table][t] += rest[table][t - 1];
    uint32_t least = 0, most = frame_costs - 1;
    while (least < most) {
        uint32_t middle = (least + most + 1) / 2;
        double sum = 0;
        for (uint32_t table = 0; table < moire_frame_tables; table++)
            for (uint32_t t = 0; t <= limit && t <= middle; t++)
                sum += (double)high[table][t] * rest[table][middle - t];
        if (sum * sets_of_posting <= 0.5 * blocks) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    return least;
}

size_t moire_frame_plan_bytes(void) { return sizeof(struct moire_frame_plan); }

void moire_frame_plan_make(struct moire_frame_plan *plan, uint32_t bits, double postings,
                           const struct moire_frame_query *query, uint32_t blocks) {
    plan->high_bits = bits;
    uint32_t costs[moire_frame_tables][moire_frame_high_most], sets[moire_frame_tables][frame_costs];
    uint32_t rests[moire_frame_tables][frame_costs];
    if (blocks > moire_frame_blocks_most) blocks = moire_frame_blocks_most;
    if (blocks < moire_frame_tables) blocks = moire_frame_tables;
    for (uint32_t table = 0; table < moire_frame_tables; table++) {
        uint64_t key = moire_frame_key(query->code, table, bits);
        uint32_t rest_costs[moire_frame_rest_bits];
        plan->block[table] = (uint32_t)(key >> moire_frame_rest_bits);
        plan->rest[table] = (uint32_t)key & 0xFFFF;
        costs_of(query, table, 0, bits, costs[table]);
        costs_of(query, table, bits, moire_frame_rest_bits, rest_costs);
        count_sets(costs[table], bits, sets[table]);
        count_sets(rest_costs, moire_frame_rest_bits, rests[table]);
        fill_nibbles(plan->nibbles[table], rest_costs, plan->rest[table]);
    }
    // Below `limit` all sets are taken, at it as many as there is room for.
    uint32_t limit = 0, taken = 0;
    for (; limit + 1 < frame_costs; limit++) {
        uint32_t here = 0;
        for (uint32_t table = 0; table < moire_frame_tables; table++) here += sets[table][limit];
        if (taken + here > blocks) break;
        taken += here;
    }
    uint32_t room = blocks - taken, filled = 0;
    for (uint32_t table = 0; table < moire_frame_tables; table++) {
        struct listing listing = {.plan = plan, .limit = limit, .filled = filled};
        uint32_t share = room / (moire_frame_tables - table);
        listing.at_limit = share < sets[table][limit] ? share : sets[table][limit];
        room -= listing.at_limit;
        sort_bits(&listing, costs[table], bits);
        plan->first[table] = filled;
        list(&listing, 0, 0, 0);
        plan->last[table] = filled = listing.filled;
    }
    double all_sets = (double)(1ull << (bits + moire_frame_rest_bits));
    plan->cost_most = common_limit(sets, rests, limit, postings / all_sets, filled);
}
