#pragma once
#include <stddef.h>
#include <stdint.h>

/// Forces a level for tests: 0 table, 1 SSE4.2; -1 picks the best.
void moire_crc32c_force_level(int level);

/// CRC-32C (Castagnoli, RFC 3720 B.4) of `bytes` after those that gave `crc`; start with 0.
uint32_t moire_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);
