#include "area_cells.h"

#include <string.h>

// Planes of bytes that are made smaller: nearly all that is ever asked for. The sums are the same integers as the plain
// definition's and the means are mapped by the same expression, so the bytes are, too.

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum {
    block = 64,             // Columns that are added up together.
    inner_rows_max = 128,   // Of 255, in a signed 16-bit lane.
    weight_max = INT16_MAX,
    lanes = 8,              // Columns of a cell that are one vector.
    vector_taps_max = 64,   // Wider cells are added up in a loop.
};

int moire_area_bytes_fit(const moire_plane *plane, int32_t out_width, int32_t out_height) {
    return __builtin_cpu_supports("avx2") && plane->width >= block && plane->height <= weight_max
           && plane->height / out_height < inner_rows_max
           && (uint64_t)255 * (uint64_t)plane->width * (uint64_t)plane->height <= INT32_MAX;
}

// The rows of a cell, added up with their weights for sixty-four columns: those between top and bottom in 16-bit lanes,
// then the three kinds by multiply-and-add of pairs.
AVX2 static inline void add_block(const uint8_t *top, ptrdiff_t stride, span rows, int32_t inner_weight,
                                  uint32_t *column) {
    __m256i inner[block / 16];
    for (int k = 0; k < block / 16; k++) inner[k] = _mm256_setzero_si256();
    const uint8_t *row = top + stride;
    for (int64_t y = rows.first + 1; y < rows.last; y++, row += stride)
        for (int k = 0; k < block / 16; k++) {
            __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + 16 * k)));
            inner[k] = _mm256_add_epi16(inner[k], wide);
        }
    const uint8_t *bottom = top + (rows.last - rows.first) * stride;
    __m256i pair = _mm256_set1_epi32((int32_t)(rows.first_weight << 16 | inner_weight));
    __m256i below = _mm256_set1_epi32((int32_t)rows.last_weight);
    for (int k = 0; k < block / 16; k++) {
        __m256i t = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(top + 16 * k)));
        __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(bottom + 16 * k)));
        __m256i zero = _mm256_setzero_si256();
        // Columns 0-3 and 8-11, and then 4-7 and 12-15.
        __m256i even = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(inner[k], t), pair),
                                        _mm256_madd_epi16(_mm256_unpacklo_epi16(b, zero), below));
        __m256i odd = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(inner[k], t), pair),
                                       _mm256_madd_epi16(_mm256_unpackhi_epi16(b, zero), below));
        _mm256_storeu_si256((__m256i *)(column + 16 * k), _mm256_permute2x128_si256(even, odd, 0x20));
        _mm256_storeu_si256((__m256i *)(column + 16 * k + 8), _mm256_permute2x128_si256(even, odd, 0x31));
    }
}

// Weights of up to four columns of eight cells, cells j and j + 4 side by side; or cell by cell, some vectors each.
static void lay_weights(const cell *cells, int32_t out_width, int32_t taps, uint32_t *weights) {
    memset(weights, 0, (size_t)((out_width + 7) / 8 * 8) * taps * sizeof *weights);
    for (int32_t u = 0; u < out_width; u++) {
        int32_t group = u / 8, place = u % 8;
        uint32_t *to = weights + (taps == 4 ? group * 32 + place % 4 * 8 + place / 4 * 4 : u * taps);
        const cell *c = cells + u;
        to[0] = c->first_weight;
        for (int32_t x = c->first + 1; x < c->last; x++) to[x - c->first] = (uint32_t)out_width;
        if (c->last > c->first) to[c->last - c->first] = c->last_weight;
    }
}

AVX2 static inline __m256i product_of_two(const uint32_t *low, const uint32_t *high, const uint32_t *weights) {
    __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                                           _mm_loadu_si128((const __m128i *)high), 1);
    return _mm256_mullo_epi32(both, _mm256_loadu_si256((const __m256i *)weights));
}

AVX2 static void totals_of_four(const uint32_t *column, const cell *cells, int32_t out_width, const uint32_t *weights,
                                uint32_t *total) {
    for (int32_t u = 0; u < out_width; u += 8, weights += 32) {
        __m256i m[4];
        for (int32_t j = 0; j < 4; j++)
            m[j] = product_of_two(column + cells[u + j].first, column + cells[u + j + 4].first, weights + 8 * j);
        _mm256_storeu_si256((__m256i *)(total + u),
                            _mm256_hadd_epi32(_mm256_hadd_epi32(m[0], m[1]), _mm256_hadd_epi32(m[2], m[3])));
    }
}

// `taps` is a multiple of eight.
AVX2 static void totals_of_vectors(const uint32_t *column, const cell *cells, int32_t out_width, int32_t taps,
                                   const uint32_t *weights, uint32_t *total) {
    for (int32_t u = 0; u < out_width; u += 8) {
        __m256i m[8];
        for (int32_t j = 0; j < 8; j++) {
            const uint32_t *from = column + cells[u + j].first;
            m[j] = _mm256_setzero_si256();
            for (int32_t k = 0; k < taps; k += lanes, weights += lanes)
                m[j] = _mm256_add_epi32(m[j], _mm256_mullo_epi32(_mm256_loadu_si256((const __m256i *)(from + k)),
                                                                 _mm256_loadu_si256((const __m256i *)weights)));
        }
        __m256i low = _mm256_hadd_epi32(_mm256_hadd_epi32(m[0], m[1]), _mm256_hadd_epi32(m[2], m[3]));
        __m256i high = _mm256_hadd_epi32(_mm256_hadd_epi32(m[4], m[5]), _mm256_hadd_epi32(m[6], m[7]));
        _mm256_storeu_si256((__m256i *)(total + u), _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                                                                     _mm256_permute2x128_si256(low, high, 0x31)));
    }
}

AVX2 static void totals_of_many(const uint32_t *restrict column, const cell *restrict cells, int32_t out_width,
                                uint32_t *restrict total) {
    for (int32_t u = 0; u < out_width; u++) {
        cell c = cells[u];
        uint32_t inner = 0;
        for (int32_t x = c.first + 1; x < c.last; x++) inner += column[x];
        total[u] = c.first_weight * column[c.first] + c.last_weight * column[c.last] + (uint32_t)out_width * inner;
    }
}

AVX2 void moire_area_average_bytes(const moire_plane *plane, int32_t out_width, int32_t out_height, double gain,
                                   double bias, void *scratch, uint8_t *out) {
    cell *cells = scratch;
    uint32_t *total = (uint32_t *)(cells + most_cells + 8);
    uint32_t *weights = total + most_cells + 8;
    uint32_t *column = weights + (most_cells + 8) * lanes;
    double scale = 1.0 / ((double)plane->width * plane->height);
    int32_t taps = 0;
    for (int32_t u = 0; u < out_width; u++) {
        cells[u] = cell_of(u, plane->width, out_width);
        int32_t count = cells[u].last - cells[u].first + 1;
        taps = count > taps ? count : taps;
    }
    // Vectors of eight cells end behind the last one; what is read behind the columns has no weight.
    for (int32_t u = out_width; u < out_width + 8; u++) cells[u] = cells[0];
    memset(column + plane->width, 0, vector_taps_max * sizeof *column);
    taps = taps <= 4 ? 4 : (taps + lanes - 1) / lanes * lanes;
    int is_vector = taps <= vector_taps_max && (int64_t)out_width * taps <= (int64_t)most_cells * lanes;
    if (is_vector) lay_weights(cells, out_width, taps, weights);

    for (int32_t v = 0; v < out_height; v++) {
        span rows = cell_span(v, plane->height, out_height);
        const uint8_t *top = plane->base + rows.first * plane->stride_bytes;
        for (int32_t x = 0; x < plane->width; x += block) {
            // The last block lies over the one before.
            int32_t start = x + block <= plane->width ? x : plane->width - block;
            add_block(top + start, plane->stride_bytes, rows, out_height, column + start);
        }
        if (!is_vector)
            totals_of_many(column, cells, out_width, total);
        else if (taps == 4)
            totals_of_four(column, cells, out_width, weights, total);
        else
            totals_of_vectors(column, cells, out_width, taps, weights, total);
        uint8_t *restrict line = out + (int64_t)v * out_width;
        for (int32_t u = 0; u < out_width; u++) line[u] = mapped((double)(int32_t)total[u] * scale, gain, bias);
    }
}
#else
int moire_area_bytes_fit(const moire_plane *plane, int32_t out_width, int32_t out_height) {
    (void)plane, (void)out_width, (void)out_height;
    return 0;
}

void moire_area_average_bytes(const moire_plane *plane, int32_t out_width, int32_t out_height, double gain, double bias,
                              void *scratch, uint8_t *out) {
    (void)plane, (void)out_width, (void)out_height, (void)gain, (void)bias, (void)scratch, (void)out;
}
#endif
