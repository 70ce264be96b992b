// Which blocks a question opens, cheapest first, and how much of a rest may differ there.
#pragma once
#include "frame_probes.h"

enum { frame_costs = 160 };  // sums of costs above this are never asked for

/// A set of flipped bits of a block's name, and its cost.
struct frame_flips {
    uint32_t mask;
    uint32_t cost;
};

struct moire_frame_plan {
    uint32_t high_bits;
    /// Of each table: the block as the query has it, the rest, and the flip sets from `first` up to `last`.
    uint32_t block[moire_frame_tables];
    uint32_t rest[moire_frame_tables];
    uint32_t first[moire_frame_tables], last[moire_frame_tables];
    struct frame_flips flips[moire_frame_blocks_most];
    /// Cost of each value of a nibble of a posting's rest.
    uint8_t nibbles[moire_frame_tables][4][16];
    /// Postings whose block and rest together cost more are passed over.
    uint32_t cost_most;
};

/// The 36 bit positions of each table, strongest first.
extern const uint8_t frame_positions[moire_frame_tables][moire_frame_high_most + moire_frame_rest_bits];
