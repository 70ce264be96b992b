// Blocks of the inverted list: packing, unpacking, finding keys.
//
// Estimate, for 1,000 hours (3.7 million blocks): a lookup misses the cache at the table, once or twice in the
// directory and at its block, each about 100 ns alone and a third of that when 16 keys are asked for together; then
// half a block, 50 numbers, is decoded at about 2 ns each. There are no variants: x86-64's `bsf` and 64-bit shifts are
// all that the loop uses.
#include <string.h>

#include "ckernels.h"

static inline uint32_t load32(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static inline uint64_t load64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, 8);
    return value;
}

// MARK: Packing

// How many of the numbers fit with low parts of k bits, and the bits they take.
static size_t fits(const uint64_t *values, size_t count, unsigned k, size_t *bits) {
    const size_t room = 8 * (moire_postings_block_bytes - moire_postings_block_head);
    size_t sum = 0;
    for (size_t i = 1; i < count; i++) {
        uint64_t high = (values[i] - values[i - 1] - 1) >> k;
        if (high >= room || sum + k + 1 + high > room) {
            *bits = sum;
            return i;
        }
        sum += k + 1 + high;
    }
    *bits = sum;
    return count;
}

size_t moire_postings_pack(const uint64_t *values, size_t count, uint64_t ticks, uint8_t *block, size_t *used) {
    if (count > moire_postings_block_count) count = moire_postings_block_count;
    // Start where the mean gap of the first numbers says, and climb to either side. The span is cut to about what fits,
    // so that a far jump behind the block's end does not mislead the start.
    size_t near = count < 97 ? count : 97;
    uint64_t mean = near > 1 ? (values[near - 1] - values[0]) / (near - 1) : 0;
    unsigned start = mean > 1 ? 63 - (unsigned)__builtin_clzll(mean) : 0;
    if (start > moire_postings_low_bits) start = moire_postings_low_bits;
    size_t best_bits, best = fits(values, count, start, &best_bits);
    unsigned best_k = start;
    for (int step = -1; step <= 1; step += 2) {
        int misses = 0;
        for (int k = (int)start + step; k >= 0 && k <= moire_postings_low_bits && misses < 2; k += step) {
            size_t bits, number = fits(values, count, (unsigned)k, &bits);
            if (number > best || (number == best && bits < best_bits)) {
                best = number;
                best_bits = bits;
                best_k = (unsigned)k;
                misses = 0;
            } else {
                misses++;
            }
        }
    }
    uint32_t place = (uint32_t)(values[0] % ticks);
    for (int i = 0; i < 4; i++) block[i] = (uint8_t)(place >> (8 * i));
    block[4] = (uint8_t)best_k;
    size_t low = 8 * moire_postings_block_head, high = low + (best - 1) * best_k;
    for (size_t i = 1; i < best; i++) {
        uint64_t gap = values[i] - values[i - 1] - 1;
        for (unsigned b = 0; b < best_k; b++, low++) block[low >> 3] |= (uint8_t)((gap >> b & 1) << (low & 7));
        high += gap >> best_k;
        block[high >> 3] |= (uint8_t)(1 << (high & 7));
        high++;
    }
    *used = moire_postings_block_head + (best_bits + 7) / 8;
    return best;
}

// MARK: Unpacking

// Decodes until a number is at or above `stop` (which is the last one written) or the block ends.
static inline size_t decode(const struct moire_postings *postings, uint32_t block, uint64_t stop, uint64_t *values) {
    const uint64_t start = (uint64_t)block * moire_postings_block_bytes;
    if (start + moire_postings_block_head > postings->blocks_bytes) return 0;
    const uint64_t rest = postings->blocks_bytes - start;
    const size_t limit = 8 * (size_t)(rest < moire_postings_block_bytes ? rest : moire_postings_block_bytes);
    const uint8_t *at = postings->blocks + start;
    const uint32_t entry = load32(postings->directory + 4 * (size_t)block);
    const size_t further = (entry & 0xFF) - (size_t)1;
    const uint32_t place = load32(at);
    const unsigned k = at[4];
    if ((entry & 0xFF) == 0 || k > moire_postings_low_bits || place >= postings->ticks) return 0;
    const size_t low = 8 * moire_postings_block_head, high = low + further * k;
    if (high + further > limit) return 0;
    uint64_t value = (uint64_t)(entry >> 8) * postings->ticks + place;
    values[0] = value;
    if (further == 0 || value >= stop) return 1;

    const uint64_t mask = ((uint64_t)1 << k) - 1;
    const uint64_t first = value;
    uint64_t lows = 0, highs = 0;
    size_t base = high & ~(size_t)7;
    // Positions stay below `limit`, so that eight bytes from there end within the slack.
    uint64_t word = load64(at + (base >> 3)) & (~(uint64_t)0 << (high & 7));
    size_t i = 1;
    for (;;) {
        while (word == 0) {
            base += 64;
            if (base >= limit) return 0;
            word = load64(at + (base >> 3));
        }
        const size_t position = base + (size_t)__builtin_ctzll(word);
        word &= word - 1;
        const size_t bit = low + (i - 1) * k;
        lows += load64(at + (bit >> 3)) >> (bit & 7) & mask;
        highs = position - high - (i - 1);
        value = first + (highs << k) + lows + i;
        values[i] = value;
        if (position >= limit) return 0;
        i++;
        if (i > further || value >= stop) break;
    }
    // No number lies beyond the last key, and none of the sums above ran over: (count - 1) * k is at most 2008, so the
    // low parts add up to less than 2^62.
    if (highs > ((uint64_t)1 << moire_postings_low_bits) >> k) return 0;
    if (value >= postings->ticks << 24) return 0;
    return i;
}

size_t moire_postings_block(const struct moire_postings *postings, uint32_t block, uint64_t *values) {
    return block < postings->block_count ? decode(postings, block, UINT64_MAX, values) : 0;
}

// MARK: Finding

// Keys asked for together, so that their cache misses overlap: processors keep ten to sixteen in flight.
enum { batch = 16 };

static inline uint32_t entry_at(const struct moire_postings *postings, uint32_t block) {
    return load32(postings->directory + 4 * (size_t)block);
}

int moire_postings_locate(const struct moire_postings *postings, const uint32_t *keys, size_t count, uint32_t cap,
                          struct moire_postings_run *runs, uint64_t *bound) {
    const uint32_t blocks = postings->block_count, bits = postings->table_bits;
    uint64_t sum = 0;
    for (size_t from = 0; from < count; from += batch) {
        const size_t end = count - from < batch ? count : from + batch;
        uint32_t low[batch], high[batch];
        if (bits)
            for (size_t i = from; i < end; i++)
                __builtin_prefetch(postings->table + 4 * (size_t)(keys[i] >> (24 - bits)));
        for (size_t i = from; i < end; i++) {
            low[i - from] = 0;
            high[i - from] = blocks;
            if (!bits) continue;
            const uint8_t *slot = postings->table + 4 * (size_t)(keys[i] >> (24 - bits));
            low[i - from] = load32(slot);
            high[i - from] = load32(slot + 4);
            if (low[i - from] > high[i - from] || high[i - from] > blocks) return 1;
            uint32_t middle = low[i - from] + (high[i - from] - low[i - from]) / 2;
            __builtin_prefetch(postings->directory + 4 * (size_t)middle);
        }
        for (size_t i = from; i < end; i++) {
            // The first block that begins with this key or a later one.
            uint32_t l = low[i - from], h = high[i - from];
            while (l < h) {
                uint32_t middle = l + (h - l) / 2;
                if (entry_at(postings, middle) >> 8 < keys[i]) l = middle + 1;
                else h = middle;
            }
            // The key may begin within the block before; it goes on while blocks begin with it. A block
            // between two that begin with the key holds nothing else.
            uint32_t last = l;
            uint64_t sure = 0, numbers = 0;
            while (last < blocks && entry_at(postings, last) >> 8 == keys[i]) {
                const uint32_t number = entry_at(postings, last) & 0xFF;
                if (number == 0) return 1;
                numbers += number;
                last++;
                if (last < blocks && entry_at(postings, last) >> 8 == keys[i]) sure += number;
                if (sure > cap) break;
            }
            const uint32_t first = l > 0 ? l - 1 : l;
            if (l > 0) numbers += entry_at(postings, first) & 0xFF;
            const int none = sure > cap || first == last;
            runs[i].first = none ? 0 : first;
            runs[i].last = none ? 0 : last;
            if (none) continue;
            sum += numbers;
            const uint64_t start = (uint64_t)first * moire_postings_block_bytes;
            __builtin_prefetch(postings->blocks + start);
            __builtin_prefetch(postings->blocks + start + 64);
        }
    }
    *bound = sum;
    return 0;
}

int64_t moire_postings_fetch(const struct moire_postings *postings, const uint32_t *keys,
                             const struct moire_postings_run *runs, size_t count, uint32_t cap, uint32_t *places,
                             uint64_t capacity, uint32_t *starts) {
    enum { ahead = 4 };  // keys; four cache lines each
    uint64_t values[moire_postings_block_count];
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + ahead < count) {
            const uint8_t *next = postings->blocks + (uint64_t)runs[i + ahead].first * moire_postings_block_bytes;
            for (int line = 0; line < moire_postings_block_bytes; line += 64) __builtin_prefetch(next + line);
        }
        starts[i] = (uint32_t)total;
        const uint64_t low = (uint64_t)keys[i] * postings->ticks, stop = low + postings->ticks;
        uint64_t found = 0;
        for (uint32_t block = runs[i].first; block < runs[i].last; block++) {
            const size_t number = decode(postings, block, stop, values);
            if (number == 0 || total + found + number > capacity) return block;
            size_t j = 0;
            while (j < number && values[j] < low) j++;
            for (; j < number && values[j] < stop; j++)
                places[total + found++] = (uint32_t)(values[j] - low);
            if (found > cap) {
                found = 0;
                break;
            }
        }
        total += found;
    }
    starts[count] = (uint32_t)total;
    return -1;
}
