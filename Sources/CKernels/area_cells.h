// What the kernels of the area average share.
#pragma once
#include "ckernels.h"

enum { most_cells = 4096 };

static inline __attribute__((always_inline)) uint8_t mapped(double mean, double gain, double bias) {
    double value = mean * gain + bias + 0.5;
    value = value > 0 ? value : 0;
    value = value < 255 ? value : 255;
    return (uint8_t)(int32_t)value;
}

// A cell along one axis, in units of 1 / cells of a pixel: the pixels first ... last, with the weights
// of the two border pixels; those between weigh `cells`. All weights add up to `pixels`.
typedef struct span {
    int64_t first, last, first_weight, last_weight;
} span;

static inline span cell_span(int64_t index, int64_t pixels, int64_t cells) {
    int64_t start = index * pixels, end = start + pixels;
    span s = {.first = start / cells, .last = (end - 1) / cells};
    if (s.first == s.last) {
        s.first_weight = pixels;
        s.last_weight = 0;
    } else {
        s.first_weight = (s.first + 1) * cells - start;
        s.last_weight = end - s.last * cells;
    }
    return s;
}

// Which columns a cell takes, computed once per call.
typedef struct cell {
    int32_t first, last, inner_end;  // Whole columns: first + 1 ..< inner_end, perhaps none.
    uint32_t first_weight, last_weight;
} cell;

static inline cell cell_of(int32_t index, int32_t pixels, int32_t cells) {
    span s = cell_span(index, pixels, cells);
    return (cell){(int32_t)s.first, (int32_t)s.last, (int32_t)(s.last > s.first ? s.last : s.first + 1),
                  (uint32_t)s.first_weight, (uint32_t)s.last_weight};
}

/// Bytes mapped one by one: a table, and the same by one multiplication where there is one.
typedef struct byte_map {
    uint8_t table[256];
    int is_affine;
    int16_t factor, offset;
} byte_map;

/// `mapped(value * weight * scale)` of every value.
byte_map moire_byte_map(double weight, double scale, double gain, double bias);

void moire_map_bytes(const byte_map *map, const uint8_t *in, size_t count, uint8_t *out);

/// Whether `moire_area_average_bytes` can do it, for a plane of bytes, side by side, that is not enlarged.
int moire_area_bytes_fit(const moire_plane *plane, int32_t out_width, int32_t out_height);

void moire_area_average_bytes(const moire_plane *plane, int32_t out_width, int32_t out_height, double gain, double bias,
                              void *scratch, uint8_t *out);
