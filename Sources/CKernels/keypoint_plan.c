// Which frequency each bit of a blob's code is the sign of, and what turning the picture does to it; keypoints.h says
// what they are.
#include "keypoint_codes.h"

#include <string.h>

// exp(-(i - 5.5)^2 / (2 * 7.2^2)): a window of 0.6 of the patch.
static const float window_weights[keypoint_samples] = {0.74693f, 0.82260f, 0.88860f, 0.94152f, 0.97853f, 0.99759f,
                                                       0.99759f, 0.97853f, 0.94152f, 0.88860f, 0.82260f, 0.74693f};

static const uint8_t harmonic_order[keypoint_directions] = {0, 1, 1, 2, 2, 3, 3, 4};
static const uint8_t harmonic_is_sine[keypoint_directions] = {0, 0, 1, 0, 1, 0, 1, 0};

static void set_bit(moire_code96 *code, int bit) { code->words[bit >> 5] |= 1u << (bit & 31); }

keypoint_code_plan keypoint_code_plan_make(void) {
    keypoint_code_plan plan;
    memset(&plan, 0, sizeof plan);
    for (int j = 0; j < keypoint_samples; j++)
        for (int i = 0; i < keypoint_samples; i++)
            plan.window[j * keypoint_samples + i] = window_weights[i] * window_weights[j];
    int bit = 1;
    for (int cost = 1; cost <= 17; cost++)
        for (int v = 0; v < keypoint_cells; v++)
            for (int u = 0; u < keypoint_cells; u++)
                for (int k = 0; k < keypoint_directions; k++) {
                    const int order = harmonic_order[k];
                    if (u * u + v * v + order * order != cost || bit >= moire_keypoint_bits) continue;
                    plan.coefficient[bit] = (uint8_t)(v * 32 + u * 8 + k);
                    plan.place[bit] = (uint8_t)(k * keypoint_cells * keypoint_cells + v * keypoint_cells + u);
                    // Mirrored, a direction t becomes 180 - t degrees: cos k t gains (-1)^k, sin k t the opposite.
                    if ((u + order + harmonic_is_sine[k]) & 1) set_bit(&plan.mirror, bit);
                    // Upside down, t becomes -t: the sines change sign.
                    if ((v + harmonic_is_sine[k]) & 1) set_bit(&plan.upside, bit);
                    // Negative, t becomes t + 180 degrees.
                    if (order & 1) set_bit(&plan.negative, bit);
                    bit++;
                }
    set_bit(&plan.negative, 0);  // a bright blob is dark
    // Rows and columns exchanged: frequencies (u, v) become (v, u) and a direction t 90 - t degrees, so cos t and sin t
    // change places, cos 2t its sign, cos 3t and sin 3t both. The costs of a pair are equal: both are bits or neither.
    static const uint8_t partner[keypoint_directions] = {0, 2, 1, 3, 4, 6, 5, 7};
    static const uint8_t is_negated[keypoint_directions] = {0, 0, 0, 1, 0, 1, 1, 0};
    uint8_t bit_of[keypoint_cells * keypoint_cells * keypoint_directions] = {0};
    for (int b = 1; b < moire_keypoint_bits; b++) bit_of[plan.coefficient[b]] = (uint8_t)b;
    for (int b = 1; b < moire_keypoint_bits; b++) {
        const int v = plan.coefficient[b] / 32, u = plan.coefficient[b] / 8 % 4, k = plan.coefficient[b] % 8;
        const int other = bit_of[u * 32 + v * 8 + partner[k]];
        if (other > b) set_bit(&plan.swapped[other - b], b);
        if (is_negated[k]) set_bit(&plan.exchanged, b);
    }
    return plan;
}

moire_code96 moire_keypoint_mirror_mask(void) { return keypoint_code_plan_make().mirror; }
moire_code96 moire_keypoint_upside_mask(void) { return keypoint_code_plan_make().upside; }
moire_code96 moire_keypoint_negative_mask(void) { return keypoint_code_plan_make().negative; }
