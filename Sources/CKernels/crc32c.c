#include "crc32c.h"

#include <string.h>

static int forced_level = -1;

void moire_crc32c_force_level(int level) { forced_level = level; }

// The Castagnoli polynomial 0x1EDC6F41, bits reversed.
#define POLYNOMIAL 0x82F63B78u

// Nibble by nibble: sixteen entries need no initialisation and the hardware has the rest.
static uint32_t table_step(uint32_t crc) {
    for (int i = 0; i < 4; i++) crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
    return crc;
}

static uint32_t crc_table(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint32_t nibble[16];
    for (uint32_t i = 0; i < 16; i++) nibble[i] = table_step(i);
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ nibble[crc & 15];
        crc = crc >> 4 ^ nibble[crc & 15];
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_sse42(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t wide = crc;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    for (; count; count--) crc = __builtin_ia32_crc32qi(crc, *bytes++);
    return crc;
}
#endif

uint32_t moire_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
    if (forced_level != 0 && __builtin_cpu_supports("sse4.2")) return ~crc_sse42(~crc, bytes, count);
#endif
    return ~crc_table(~crc, bytes, count);
}
