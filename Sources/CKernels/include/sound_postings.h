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
//     4      1  k, 0 to 56, and 128 where classes are even
//     5      n  classes in unary, one after another from here upwards: for each further number c zeros and a one
//        ...    nothing
//               offsets, one after another from the block's end downwards: k + c bits, or k where classes are even
//
// A gap to the number before, less one, is its class's first plus its offset. Class c begins at (2^c - 1) * 2^k, which
// is the exponential Golomb code of order k (J. Teuhola, Information Processing Letters 7(6), 1978), or at c * 2^k where
// classes are even, which is Rice's (R. F. Rice, JPL Publication 79-22, 1979). Rice's is the shorter by a third of a
// bit where postings know nothing of each other; real keys come in bursts and common ones stand beside rare ones, and
// Teuhola's saved 3 to 4 bits of 22 a posting on the lists of ten hours of real peaks. Each block takes the shorter one.
// All bits run from the lowest of the first byte upwards. Classes and offsets lie apart so that no number waits for the
// length of the one before it: classes are found by set bits, and the end of an offset is an addition.

enum {
    moire_postings_block_bytes = 256,
    moire_postings_block_head = 5,
    moire_postings_block_count = 255,  // the directory counts in eight bits
    moire_postings_bits = 56,     // of an offset at most, and of a number
    moire_postings_even = 128,
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

/// Packs as many of `count` ascending numbers as one block takes, at least one, with the code that takes most (of equals
/// the one that leaves most room). If `last` is set and all fit, the block is as short as it can be. Returns the count
/// packed, and the block's length in `length`.
size_t moire_postings_pack(const uint64_t *values, size_t count, uint64_t ticks, int last, uint8_t *block,
                           size_t *length);

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
