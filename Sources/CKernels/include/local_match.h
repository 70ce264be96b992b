#pragma once
#include <stddef.h>
#include <stdint.h>

// Comparison of local codes (`keypoints.h`): many of a query against many of references.
//
// The query is turned inside out: each of its codes is entered under every 16-bit key that a copy of it would likely
// have, which are its first 16 bits with up to two of its six weakest flipped. A reference's code then needs a single
// look under its own key.

enum {
    moire_local_keys = 1 << 16,
    /// Keys of one query code: none, one or two of six bits flipped.
    moire_local_probes = 22,
};

/// A code with the bits that are more often wrong than others. 36 bytes.
typedef struct moire_local_code {
    uint32_t code[3];
    uint32_t weak[3];    ///< Includes the weaker ones.
    uint32_t weaker[3];
} moire_local_code;

/// A code of the query and one of the reference that may be copies.
typedef struct moire_local_hit {
    uint32_t query;
    uint32_t reference;
    /// 0 ... 255: 256 times (agreeing - disagreeing weight) / weight, at least the asked minimum.
    uint32_t similarity;
} moire_local_hit;

/// Makes of codes, and of their weak bits, those of the same places in the picture turned clockwise by `quarters` (0 ... 3)
/// right angles, and made a negative. Exact: the codes' frequencies are those of a square. 5 ns a code.
void moire_local_turn(moire_local_code *codes, size_t count, int quarters, int is_negative);

/// Writes the keys of `count` codes: `starts` has `moire_local_keys + 1` places, `entries` room for
/// `count * moire_local_probes`; the query codes under key k are entries[starts[k] ..< starts[k + 1]], ascending.
void moire_local_probe(const moire_local_code *codes, size_t count, uint32_t *starts, uint32_t *entries);

/// 256 times the weighted agreement of two codes: 256 for equal ones, about 0 for strangers, negative for opposites.
/// A query bit weighs 4, a weak one 2, a weaker one 1.
int32_t moire_local_similarity(const moire_local_code *query, const uint32_t reference[3]);

/// All pairs under common keys with a similarity of at least `least`, reference by reference.
///
/// - references: `stride` bytes apart, three words each, little-endian, unaligned.
/// - returns: how many there are; at most `capacity` are written.
///
/// Cost: about 5 query codes are compared for each reference code when there are 16 000, 2 ns each.
size_t moire_local_hits(const moire_local_code *codes, const uint32_t *starts, const uint32_t *entries,
                        const uint8_t *references, size_t stride, size_t reference_count, int32_t least,
                        moire_local_hit *hits, size_t capacity);

/// The same without special instructions: what it is compared with.
size_t moire_local_hits_plain(const moire_local_code *codes, const uint32_t *starts, const uint32_t *entries,
                              const uint8_t *references, size_t stride, size_t reference_count, int32_t least,
                              moire_local_hit *hits, size_t capacity);

/// An inverted list of codes, wherever it lies (`LocalSection` draws it).
typedef struct moire_local_list {
    const uint8_t *features;  ///< 15 bytes each, the code first.
    uint32_t feature_count;
    uint32_t block_bits;      ///< The first bits of `moire_local_list_word` name a block.
    const uint8_t *starts;    ///< First posting of each block, 4 bytes each, and one more.
    const uint8_t *tags;      ///< The sixteen bits of each posting's after these.
    const uint8_t *numbers;   ///< Each posting's feature.
    uint32_t number_bytes;    ///< 3 or 4.
} moire_local_list;

/// The bits of a code that lists sort by, 62 of them: the first two words without bits 14 and 15, which say nothing.
uint64_t moire_local_list_word(uint32_t word0, uint32_t word1);

/// Counts some features, 15 bytes each, at `counts[block + 1]` of their blocks.
void moire_local_count(const uint8_t *features, size_t count, uint32_t block_bits, uint32_t *counts);

/// Puts one value of each feature of the blocks from `from` to `to` where the list has it.
///
/// - first: the number of the first feature.
/// - next: for each block of the list where its next posting goes, which is counted on; `values` begins with posting `base`.
/// - value_bytes: 2 for tags, 3 or 4 for features' numbers.
void moire_local_fill(const uint8_t *features, size_t count, uint32_t first, uint32_t block_bits, uint32_t from,
                      uint32_t to, uint32_t *next, uint32_t base, uint8_t *values, uint32_t value_bytes);

/// A block of a list in which a query's code asks.
typedef struct moire_local_visit {
    uint32_t block;
    uint32_t query;
} moire_local_visit;

/// Writes the blocks in which copies of `count` codes most likely lie: up to two of the six weakest of the bits that name
/// blocks flipped. In the order of the blocks, and of the codes in each; neighbours lie near each other in memory.
///
/// - visits, room: `count * moire_local_probes` places each.
/// - block_bits: 4 ... 24.
/// - returns: how many there are.
size_t moire_local_visits(const moire_local_code *codes, size_t count, uint32_t block_bits, moire_local_visit *visits,
                          moire_local_visit *room);

/// Postings in the blocks of some visits, as many times as they are visited.
uint64_t moire_local_postings(const moire_local_list *list, const moire_local_visit *visits, size_t count);

/// Pairs of a query's codes and the list's with a similarity of at least `least`, in the order of the visits, which must
/// be made for as many bits as the list has.
///
/// - returns: how many there are, of which `capacity` are written at most, or -1 where the list makes no sense.
///
/// Cost: of the postings in a block the 4 % with at most 4 of 16 further bits wrong are compared in full.
int64_t moire_local_list_hits(const moire_local_list *list, const moire_local_code *codes,
                              const moire_local_visit *visits, size_t count, int32_t least, moire_local_hit *hits,
                              size_t capacity);

/// Sorts hits by their references' numbers, keeping the order of equals. `room` is for as many.
void moire_local_sort(moire_local_hit *hits, moire_local_hit *room, size_t count);

/// Holds list searches to a level of the processor, for tests: 0 plain, 1 AVX2, -1 the best there is.
void moire_local_force_level(int level);
