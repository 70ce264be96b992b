#pragma once
#include <stddef.h>
#include <stdint.h>

// Votes of a query's landmarks for diagonals, place - tick.

enum {
    moire_votes_landmark_bits = 20,
    moire_votes_per_moment_max = 8,
    moire_votes_least_max = 255,  // the first look counts in eight bits
};

/// A bin with both neighbours.
struct moire_vote_window {
    uint64_t bin;
    /// Mean of the diagonals in it, by weight, rounded half up.
    uint64_t diagonal;
    uint32_t score;
    uint32_t votes;
};

/// Votes that may belong to a window with at least `least` of them (all that do, and few others), as
/// diagonal << 20 | landmark. A bin is 2^bin_shift ticks.
///
/// Places of key i are `places[starts[r]] ..< places[starts[r + 1]]` with r = `ranks[i]`, the query's landmarks with it
/// are `landmarks[i] ..< landmarks[i + 1]`; a key of weight 0 has no votes. A place and a landmark's shift (at most
/// 2^32 - 1) add up to a diagonal from 0 up. `counters` has 2^counter_bits + 8 bytes.
/// Writes at most `capacity` votes and returns how many there are.
size_t moire_votes_collect(const uint32_t *places, const uint32_t *starts, const uint32_t *ranks,
                           const uint32_t *landmarks, const uint8_t *weights, size_t keys, const uint32_t *shifts,
                           unsigned bin_shift, unsigned least, uint8_t *counters, unsigned counter_bits,
                           uint64_t *votes, size_t capacity);

/// Sorts by diagonal, keeping the order of equals; diagonals are below 2^diagonal_bits. The result is in `votes`.
void moire_votes_sort(uint64_t *votes, uint64_t *spare, size_t count, unsigned diagonal_bits);

/// Judges every bin that holds a vote, together with both neighbours, from sorted votes. In one window a landmark
/// counts once, and of one moment the `per_moment` heaviest landmarks count (0: all). Windows with fewer than `least`
/// votes are left out. `windows` has room for `count`.
///
/// `weights` (not 0) and `moments` (the number of its tick among the query's) are by landmark. The rest are notes, all
/// zero at first: `landmark_seen` by landmark, `moment_seen` and `moment_votes` by moment, `moment_weights` with
/// `moire_votes_per_moment_max` for each moment.
size_t moire_votes_windows(const uint64_t *votes, size_t count, const uint8_t *weights, const uint32_t *moments,
                           unsigned bin_shift, unsigned least, unsigned per_moment, uint32_t *landmark_seen,
                           uint32_t *moment_seen, uint8_t *moment_votes, uint8_t *moment_weights,
                           struct moire_vote_window *windows);
