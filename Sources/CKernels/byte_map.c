#include "area_cells.h"

// One multiply-and-add of pairs: (value, 64) with (factor, offset) in units of 2^-14, and a shift. Whether that gives what
// the expression gives is tried out for all values.
enum { shift = 14, unit = 64 };

static int is_same(const byte_map *map, int32_t factor, int32_t offset) {
    for (int32_t value = 0; value < 256; value++) {
        int32_t out = (value * factor + unit * offset) >> shift;
        if ((out < 0 ? 0 : out > 255 ? 255 : out) != map->table[value]) return 0;
    }
    return 1;
}

byte_map moire_byte_map(double weight, double scale, double gain, double bias) {
    byte_map map = {.is_affine = 0};
    for (int32_t value = 0; value < 256; value++) map.table[value] = mapped(value * weight * scale, gain, bias);
    double factor = weight * scale * gain * (1 << shift), offset = (bias + 0.5) * (1 << shift) / unit;
    if (!(factor >= 0 && factor < INT16_MAX - 2 && offset > INT16_MIN + 2 && offset < INT16_MAX - 2)) return map;
    // The nearest ones first; where a value lies on the edge between two, one of their neighbours may be right.
    for (int32_t near = 0; near < 9 && !map.is_affine; near++) {
        int32_t f = (int32_t)(factor + 0.5) + (near % 3 + 1) % 3 - 1;
        int32_t o = (int32_t)(offset + (offset < 0 ? -0.5 : 0.5)) + (near / 3 + 1) % 3 - 1;
        if (!is_same(&map, f, o)) continue;
        (map.factor = (int16_t)f), (map.offset = (int16_t)o);
        map.is_affine = 1;
    }
    return map;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static size_t map_avx2(const byte_map *map, const uint8_t *in, size_t count,
                                                       uint8_t *out) {
    __m256i weights = _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)map->offset << 16 | (uint16_t)map->factor));
    __m256i units = _mm256_set1_epi16(unit);
    size_t x = 0;
    for (; x + 16 <= count; x += 16) {
        __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(in + x)));
        __m256i low = _mm256_srai_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(wide, units), weights), shift);
        __m256i high = _mm256_srai_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(wide, units), weights), shift);
        __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(low, high), _mm256_setzero_si256());
        _mm_storeu_si128((__m128i *)(out + x), _mm256_castsi256_si128(_mm256_permute4x64_epi64(bytes, 0x08)));
    }
    return x;
}
#endif

void moire_map_bytes(const byte_map *map, const uint8_t *in, size_t count, uint8_t *out) {
    size_t x = 0;
#if defined(__x86_64__)
    if (map->is_affine && __builtin_cpu_supports("avx2")) x = map_avx2(map, in, count, out);
#endif
    for (; x < count; x++) out[x] = map->table[in[x]];
}
