#include "ckernels.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

void moire_delay_votes(const int32_t *times, const uint16_t *bands, size_t count, int32_t shift,
                       const int32_t *reference_times, const uint32_t *starts, uint32_t *histogram, size_t bins) {
    static const uint32_t weights[2 * moire_delay_reach + 1] = {1, 1, 2, 3, 3, 3, 2, 1, 1};
    for (size_t i = 0; i < count; i++) {
        int32_t time = times[i], wanted = (int32_t)bands[i] + shift;
        for (int32_t d = -moire_delay_reach; d <= moire_delay_reach; d++) {
            int32_t band = wanted + d;
            if (band < 0 || band >= moire_delay_bands) continue;
            uint32_t weight = weights[d + moire_delay_reach];
            for (uint32_t j = starts[band]; j < starts[band + 1]; j++) {
                uint32_t bin = (uint32_t)(reference_times[j] - time) >> 1;
                if (bin < bins) histogram[bin] += weight;
            }
        }
    }
}

enum { near_reach = 30, far_reach = 120, own_reach = 3 };

// The sum of `sums` over i - reach ... i + reach without i - own_reach ... i + own_reach, and how many those are.
static double around(const double *sums, size_t bins, size_t i, size_t reach, double *count) {
    size_t a = i > reach ? i - reach : 0, b = i + reach + 1 < bins ? i + reach + 1 : bins;
    size_t c = i > own_reach ? i - own_reach : 0, d = i + own_reach + 1 < bins ? i + own_reach + 1 : bins;
    *count = (double)(b - a - (d - c));
    return sums[b] - sums[a] - (sums[d] - sums[c]);
}

static int is_highest(const float *smooth, size_t bins, size_t i) {
    size_t a = i > own_reach ? i - own_reach : 0, b = i + own_reach + 1 < bins ? i + own_reach + 1 : bins;
    for (size_t k = a; k < b; k++)
        if (smooth[k] > smooth[i] || (smooth[k] == smooth[i] && k < i)) return 0;
    return 1;
}

// Whether bin i may stand out, from whole numbers: six times its smoothed votes, and six times those around it. A
// thousandth generous, which is more than floats round.
static inline int may_stand_out(uint32_t sixths, uint32_t around, float share, float least) {
    float mean = share * (float)(int32_t)around, above = (float)(int32_t)sixths - mean;
    return (above > 0) & (1.001f * above * above >= least * least * moire_delay_unit * (mean + moire_delay_unit));
}

int moire_delay_stands_out(const uint32_t *histogram, size_t bins, float least, uint32_t *sixths, uint32_t *before) {
    before[0] = 0;
    for (size_t i = 0; i < bins; i++)
        sixths[i] = 2 * histogram[i] + (i > 0 ? histogram[i - 1] : 0) + (i + 1 < bins ? histogram[i + 1] : 0);
    for (size_t i = 0; i < bins; i++) before[i + 1] = before[i] + sixths[i];
    // Away from the ends every bin has as many around it; compilers make vectors of this.
    size_t inner = bins > 2 * near_reach ? near_reach : bins, outer = bins > 2 * near_reach ? bins - near_reach : bins;
    const float share = 1.0f / (2 * (near_reach - own_reach));
    int any = 0;
    for (size_t i = inner; i < outer; i++) {
        uint32_t around = before[i + near_reach + 1] - before[i - near_reach] -
                          (before[i + own_reach + 1] - before[i - own_reach]);
        any |= may_stand_out(sixths[i], around, share, least);
    }
    for (size_t i = 0; i < bins && !any; i++) {
        if (i == inner) i = outer;
        if (i >= bins) break;
        size_t a = i > near_reach ? i - near_reach : 0, b = i + near_reach + 1 < bins ? i + near_reach + 1 : bins;
        size_t c = i > own_reach ? i - own_reach : 0, d = i + own_reach + 1 < bins ? i + own_reach + 1 : bins;
        size_t count = b - a - (d - c);
        any |= may_stand_out(sixths[i], before[b] - before[a] - (before[d] - before[c]), count ? 1.0f / (float)count : 0,
                             least);
    }
    return any;
}

size_t moire_delay_summits(const uint32_t *histogram, size_t bins, float least, float *smooth, double *sums,
                           struct moire_delay_summit *summits, size_t capacity) {
    size_t found = 0;
    double *squares = sums + bins + 1;
    sums[0] = squares[0] = 0;
    for (size_t i = 0; i < bins; i++) {
        uint32_t sum = 2 * histogram[i] + (i > 0 ? histogram[i - 1] : 0) + (i + 1 < bins ? histogram[i + 1] : 0);
        smooth[i] = (float)sum * (1.0f / moire_delay_unit);
        sums[i + 1] = sums[i] + smooth[i];
    }
    // Each bin's square of the distance from its own surroundings.
    for (size_t i = 0; i < bins; i++) {
        double count, sum = around(sums, bins, i, near_reach, &count);
        double off = smooth[i] - (count > 0 ? sum / count : 0);
        squares[i + 1] = squares[i] + off * off;
    }
    for (size_t i = 0; i < bins; i++) {
        if (smooth[i] < 1) continue;
        double count, sum = around(sums, bins, i, near_reach, &count);
        double mean = count > 0 ? sum / count : 0;
        double above = smooth[i] - mean;
        // No variance is smaller than mean + 1, which is cheap to ask first.
        if (above <= 0 || above * above < (double)least * least * (mean + 1)) continue;
        sum = around(squares, bins, i, far_reach, &count);
        double variance = count > 0 ? sum / count : 0;
        double floor = variance > mean ? variance : mean;
        if (above * above < (double)least * least * (floor + 1) || !is_highest(smooth, bins, i)) continue;
        if (found < capacity)
            summits[found] = (struct moire_delay_summit){(uint32_t)i, smooth[i], (float)mean, (float)variance};
        found++;
    }
    return found;
}
