#pragma once
#include <stddef.h>
#include <stdint.h>

/// Forces a level for tests: 0 plain reference, 1 POPCNT; -1 picks the best.
void moire_hamming_force_level(int level);
/// The level in use; never above what the processor has.
int moire_hamming_level(void);

/// Finds the codes within `radius` bits of `query`.
///
/// `codes` is `count` times four words. Writes the first `capacity` hits, in order of index, and
/// returns how many there are in all, so that a caller can come back with more room.
size_t moire_hamming_scan(const uint64_t query[4], const uint64_t *codes, size_t count, uint32_t radius,
                          uint32_t *indices, uint16_t *distances, size_t capacity);
