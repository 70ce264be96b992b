#include "movement.h"

// The same sums on machines that have a multiply-add.
#pragma STDC FP_CONTRACT OFF

enum { side = moire_movement_side, picture_side = moire_movement_side * moire_movement_samples };

void moire_movement_reduce(const uint8_t *restrict picture, uint16_t *restrict cells) {
    for (int y = 0; y < side; y++) {
        const uint8_t *upper = picture + 2 * y * picture_side, *lower = upper + picture_side;
        for (int x = 0; x < side; x++)
            cells[y * side + x] = (uint16_t)(upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
    }
}

void moire_movement_add(uint32_t *restrict sums, const uint16_t *restrict a, const uint16_t *restrict b,
                        uint32_t a_weight, uint32_t b_weight) {
    for (int c = 0; c < side * side; c++) sums[c] += a[c] * a_weight + b[c] * b_weight;
}

void moire_movement_sample(const uint16_t *restrict field, const moire_movement_point *restrict points, size_t count,
                           float *restrict samples) {
    float levels[side * side];
    for (int c = 0; c < side * side; c++) levels[c] = field[c];
    for (size_t k = 0; k < count; k++) {
        const float *at = levels + points[k].cell;
        const float above = at[0] + points[k].x * (at[1] - at[0]);
        const float below = at[side] + points[k].x * (at[side + 1] - at[side]);
        samples[k] = above + points[k].y * (below - above);
    }
}

// Sixteen sums side by side, which is as wide as any machine's vectors, and then one after the other.
enum { lanes = 16 };

float moire_movement_dot(const float *a, const float *b, size_t count) {
    float sums[lanes] = {0};
    size_t k = 0;
    for (; k + lanes <= count; k += lanes)
        for (int lane = 0; lane < lanes; lane++) sums[lane] += a[k + lane] * b[k + lane];
    for (int lane = 0; k < count; k++, lane++) sums[lane] += a[k] * b[k];
    float sum = 0;
    for (int lane = 0; lane < lanes; lane++) sum += sums[lane];
    return sum;
}
