#ifndef MOIRE_MOVEMENT_H
#define MOIRE_MOVEMENT_H

#include <stddef.h>
#include <stdint.h>

/// Cells along a side of what these kernels work on, and samples along a side of a cell.
enum { moire_movement_side = 32, moire_movement_samples = 2 };

/// Sums of the samples in each cell of a picture of 64×64: quarters of a luma level, 0 ... 1020.
void moire_movement_reduce(const uint8_t *picture, uint16_t *cells);

/// sums[c] += a[c] * a_weight + b[c] * b_weight; weights together at most 4096 for each sum that starts from zero.
void moire_movement_add(uint32_t *sums, const uint16_t *a, const uint16_t *b, uint32_t a_weight, uint32_t b_weight);

/// A place between four cells: the one above it and to its left, and how far it lies beyond, shares of a cell.
typedef struct moire_movement_point {
    uint32_t cell;
    float x, y;
} moire_movement_point;

/// What each of `count` places shows of a field of side × side cells, linear between cells. No point's cell is in the last
/// row or column.
void moire_movement_sample(const uint16_t *field, const moire_movement_point *points, size_t count, float *samples);

/// Sum of a[k] * b[k]; in an order of its own that is the same everywhere.
float moire_movement_dot(const float *a, const float *b, size_t count);

#endif
