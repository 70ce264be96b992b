// Codes of a turned picture; what turning does to a bit is in keypoint_plan.c.
#include "keypoint_codes.h"
#include "local_match.h"

#include <string.h>

// Bits of which each pair changes places, pairs of one distance at a time (delta swaps: D. Knuth, The Art of Computer
// Programming 4A, 7.1.3).
static inline void exchange(uint32_t words[3], const keypoint_code_plan *plan) {
    uint64_t low = words[0] | (uint64_t)words[1] << 32;
    uint32_t high = words[2];
    for (int apart = 1; apart <= keypoint_swaps; apart++) {
        const uint32_t *mask = plan->swapped[apart].words;
        const uint64_t low_mask = mask[0] | (uint64_t)mask[1] << 32;
        const uint64_t low_change = (low ^ (low >> apart | (uint64_t)high << (64 - apart))) & low_mask;
        const uint32_t high_change = (high ^ high >> apart) & mask[2];
        low ^= low_change ^ low_change << apart;
        high ^= high_change ^ high_change << apart ^ (uint32_t)(low_change >> (64 - apart));
    }
    words[0] = (uint32_t)low, words[1] = (uint32_t)(low >> 32), words[2] = high;
}

static inline void flip(uint32_t words[3], const moire_code96 *mask) {
    for (int k = 0; k < 3; k++) words[k] ^= mask->words[k];
}

moire_code96 moire_keypoint_transposed(moire_code96 code) {
    const keypoint_code_plan plan = keypoint_code_plan_make();
    exchange(code.words, &plan);
    flip(code.words, &plan.exchanged);
    return code;
}

void moire_local_turn(moire_local_code *codes, size_t count, int quarters, int is_negative) {
    const keypoint_code_plan plan = keypoint_code_plan_make();
    const int is_exchanged = quarters & 1;
    // A quarter turn is an exchange of rows and columns, then a mirror: clockwise of left and right.
    moire_code96 mask;
    memset(&mask, 0, sizeof mask);
    if (is_exchanged) flip(mask.words, &plan.exchanged);
    if (quarters == 1 || quarters == 2) flip(mask.words, &plan.mirror);
    if (quarters == 2 || quarters == 3) flip(mask.words, &plan.upside);
    if (is_negative) flip(mask.words, &plan.negative);
    for (size_t i = 0; i < count; i++) {
        if (is_exchanged) {
            exchange(codes[i].code, &plan);
            exchange(codes[i].weak, &plan);
            exchange(codes[i].weaker, &plan);
        }
        flip(codes[i].code, &mask);
    }
}
