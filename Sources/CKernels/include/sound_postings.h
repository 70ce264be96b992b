#pragma once
#include <stddef.h>
#include <stdint.h>

// The inverted list of sound landmarks: its blocks, and finding keys in them.
//
// A posting (key, place) is the number key * ticks + place, where `ticks` is the length of the timeline. The numbers
// ascend strictly and are cut into blocks of at most 256 bytes, so that a block's address needs no table, damage in one
// cannot reach the next, and a lookup touches four cache lines:
//
//     0      4  place of the first number; its key and the count of numbers are in the directory
//     4      1  k, bits of the low parts, at most 56
//     5      n  low parts: k bits for each further number, of the gap to the one before it less one
//               high parts: for each the rest of the gap in unary, that many zeros and a one
//
// All bits run from the lowest of the first byte upwards. This is Rice's code with the two halves apart (R. F. Rice,
// JPL Publication 79-22, 1979; apart as in P. Elias, J. ACM 21(2), 1974): the low parts lie where a multiplication
// says and the high parts are walked by set bits, so that no number waits for the length of the one before it.

enum {
    moire_postings_block_bytes = 256,
    moire_postings_block_head = 5,
    moire_postings_block_count = 255,  // the directory counts in eight bits
    moire_postings_low_bits = 56,
    moire_postings_slack = 8,  // readable bytes that must follow the blocks
};

/// One list where it is mapped. Nothing in it is trusted: every function below checks what it reads.
struct moire_postings {
    const uint8_t *blocks;
    /// Of all blocks; only the last may be short. `moire_postings_slack` more can be read.
    uint64_t blocks_bytes;
    /// Four bytes a block, little-endian: first key in the upper 24 bits, count in the lower 8.
    const uint8_t *directory;
    uint32_t block_count;
    /// 2^table_bits + 1 numbers of 4 bytes: how many blocks begin with a key below p << (24 - table_bits).
    /// Not read when `table_bits` is 0.
    const uint8_t *table;
    uint32_t table_bits;
    /// Places are below this; at most 2^32.
    uint64_t ticks;
};

/// Blocks that may hold a key: from `first` up to but not including `last`; none when they are equal.
struct moire_postings_run {
    uint32_t first;
    uint32_t last;
};

/// Packs as many of `count` ascending numbers as one block takes, at least one, with the k that takes most (of equals
/// the one that leaves most room). `block` must be zero. Writes the bytes in use to `used`; returns the count packed.
size_t moire_postings_pack(const uint64_t *values, size_t count, uint64_t ticks, uint8_t *block, size_t *used);

/// The numbers of one block; `values` has room for 255. Returns their count, 0 when the block is damaged.
size_t moire_postings_block(const struct moire_postings *postings, uint32_t block, uint64_t *values);

/// Finds the blocks of ascending keys, from the directory alone. Keys of which the directory already says that they
/// occur more than `cap` times get no blocks. Adds up in `bound` how many numbers the blocks hold.
/// Returns 0, or 1 when the directory is damaged.
int moire_postings_locate(const struct moire_postings *postings, const uint32_t *keys, size_t count, uint32_t cap,
                          struct moire_postings_run *runs, uint64_t *bound);

/// Places of each key, one after another; those of key i are `places[starts[i]] ..< places[starts[i + 1]]`, none when
/// the key occurs more than `cap` times. `places` has room for `capacity`, `starts` for `count + 1`.
/// Returns the number of the damaged block, or -1 when all is well.
int64_t moire_postings_fetch(const struct moire_postings *postings, const uint32_t *keys,
                             const struct moire_postings_run *runs, size_t count, uint32_t cap, uint32_t *places,
                             uint64_t capacity, uint32_t *starts);
