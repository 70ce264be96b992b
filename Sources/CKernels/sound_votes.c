// Votes for diagonals.
//
// Nearly every vote in a large index is alone: 300,000 of them fall on 78 million bins. So a first look counts them in
// a table that fits the second-level cache, by bin modulo its size, and only votes with company there are written down,
// sorted and judged. The table never hides a window, since every vote of a bin falls on the bin's counter; its
// strangers only let some through in vain. Estimate: 2 ns a vote for the first look, 2 ns for the second, 6 ns for each
// that is sorted.
#include <string.h>

#include "ckernels.h"

// The five counters around a bin: windows that hold it reach two bins to either side.
static inline unsigned company(const uint8_t *counter) {
    uint64_t five;
    memcpy(&five, counter, 8);
    five &= 0xFFFFFFFFFFu;
    five = (five & 0x00FF00FF00FFu) + (five >> 8 & 0x00FF00FF00FFu);
    return (unsigned)(five * 0x000100010001u >> 32 & 0xFFFF);
}

size_t moire_votes_collect(const uint32_t *places, const uint32_t *starts, const uint32_t *ranks,
                           const uint32_t *landmarks, const uint8_t *weights, size_t keys, const uint32_t *shifts,
                           unsigned bin_shift, unsigned least, uint8_t *counters, unsigned counter_bits,
                           uint64_t *votes, size_t capacity) {
    const uint64_t mask = ((uint64_t)1 << counter_bits) - 1;
    // Counter c stands at c + 2; two more at either end repeat those of the other.
    memset(counters, 0, (size_t)mask + 9);
    uint8_t *own = counters + 2;
    if (least > 1) {
        for (size_t k = 0; k < keys; k++) {
            if (!weights[k]) continue;
            const uint32_t *at = places + starts[ranks[k]];
            const size_t count = starts[ranks[k] + 1] - starts[ranks[k]];
            for (uint32_t l = landmarks[k]; l < landmarks[k + 1]; l++) {
                const uint64_t shift = shifts[l];
                for (size_t i = 0; i < count; i++) {
                    uint8_t *counter = own + ((at[i] + shift) >> bin_shift & mask);
                    *counter = (uint8_t)(*counter + (*counter != 255));
                }
            }
        }
        memcpy(counters, own + mask - 1, 2);
        memcpy(own + mask + 1, own, 2);
    }
    size_t found = 0;
    for (size_t k = 0; k < keys; k++) {
        if (!weights[k]) continue;
        const uint32_t *at = places + starts[ranks[k]];
        const size_t count = starts[ranks[k] + 1] - starts[ranks[k]];
        for (uint32_t l = landmarks[k]; l < landmarks[k + 1]; l++) {
            const uint64_t shift = shifts[l];
            for (size_t i = 0; i < count; i++) {
                const uint64_t diagonal = at[i] + shift;
                if (company(counters + (diagonal >> bin_shift & mask)) < least && least > 1) continue;
                if (found < capacity) votes[found] = diagonal << moire_votes_landmark_bits | l;
                found++;
            }
        }
    }
    return found;
}

void moire_votes_sort(uint64_t *votes, uint64_t *spare, size_t count, unsigned diagonal_bits) {
    // As few passes as digits of at most 11 bits allow: 2,048 counts fit the first-level cache.
    const unsigned passes = (diagonal_bits + 10) / 11;
    const unsigned digit = passes ? (diagonal_bits + passes - 1) / passes : 0;
    const size_t mask = ((size_t)1 << digit) - 1;
    uint64_t *from = votes, *to = spare;
    for (unsigned pass = 0; pass < passes; pass++) {
        const unsigned shift = moire_votes_landmark_bits + pass * digit;
        size_t counts[2048] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) counts[from[i] >> shift & mask]++;
        for (size_t d = 0; d <= mask; d++) {
            const size_t number = counts[d];
            counts[d] = sum;
            sum += number;
        }
        for (size_t i = 0; i < count; i++) to[counts[from[i] >> shift & mask]++] = from[i];
        uint64_t *other = from;
        from = to;
        to = other;
    }
    if (from != votes) memcpy(votes, from, count * sizeof *votes);
}

// Adds a vote to the `held` ones of its moment, of which the heaviest `per_moment` count. Returns what the score gains.
static uint32_t add_to_moment(uint8_t *weights, uint8_t *held, uint8_t weight, unsigned per_moment) {
    if (*held < per_moment) {
        weights[(*held)++] = weight;
        return weight;
    }
    unsigned lightest = 0;
    for (unsigned i = 1; i < per_moment; i++)
        if (weights[i] < weights[lightest]) lightest = i;
    if (weights[lightest] >= weight) return 0;
    const uint32_t gain = (uint32_t)(weight - weights[lightest]);
    weights[lightest] = weight;
    return gain;
}

size_t moire_votes_windows(const uint64_t *votes, size_t count, const uint8_t *weights, const uint32_t *moments,
                           unsigned bin_shift, unsigned least, unsigned per_moment, uint32_t *landmark_seen,
                           uint32_t *moment_seen, uint8_t *moment_votes, uint8_t *moment_weights,
                           struct moire_vote_window *windows) {
    const unsigned shift = moire_votes_landmark_bits + bin_shift;
    const uint32_t landmark_mask = ((uint32_t)1 << moire_votes_landmark_bits) - 1;
    size_t written = 0;
    uint32_t number = 0;
    // Three runs of equal bins: before, own, after.
    size_t before = 0, own = 0;
    while (own < count) {
        const uint64_t bin = votes[own] >> shift;
        size_t after = own;
        while (after < count && votes[after] >> shift == bin) after++;
        size_t end = after;
        while (end < count && votes[end] >> shift == bin + 1) end++;
        const size_t begin = before < own && (votes[before] >> shift) + 1 == bin ? before : own;
        if (end - begin >= least) {
            number++;
            uint32_t score = 0, counted = 0;
            uint64_t total = 0, spread = 0;
            const uint64_t base = votes[begin] >> moire_votes_landmark_bits;
            for (size_t i = begin; i < end; i++) {
                const uint32_t landmark = (uint32_t)votes[i] & landmark_mask;
                const uint8_t weight = weights[landmark];
                total += weight;
                spread += weight * ((votes[i] >> moire_votes_landmark_bits) - base);
                if (landmark_seen[landmark] == number) continue;
                landmark_seen[landmark] = number;
                if (!per_moment) {
                    score += weight;
                    counted++;
                    continue;
                }
                const uint32_t moment = moments[landmark];
                if (moment_seen[moment] != number) {
                    moment_seen[moment] = number;
                    moment_votes[moment] = 0;
                }
                counted += moment_votes[moment] < per_moment;
                score += add_to_moment(moment_weights + (size_t)moire_votes_per_moment_max * moment,
                                       moment_votes + moment, weight, per_moment);
            }
            if (counted >= least)
                windows[written++] = (struct moire_vote_window){
                    .bin = bin, .diagonal = base + (2 * spread + total) / (2 * total), .score = score, .votes = counted};
        }
        before = own;
        own = after;
    }
    return written;
}
