#pragma once
#include <stddef.h>
#include <stdint.h>

// Comparing two constellations of sound peaks: at which delay do more of them meet than chance allows?

enum {
    /// Quarters of a band by which two peaks may differ and still meet.
    moire_delay_reach = 4,
    /// Hops of a bin of delay.
    moire_delay_hops = 2,
    /// What one meeting adds to a smoothed bin at most; smoothed votes are in this unit.
    moire_delay_unit = 6,
    /// Quarters of a band that there are: 117 bands.
    moire_delay_bands = 468,
};

/// Adds to `histogram` a vote for every pair of a query's and a reference's peak whose bands, the query's moved by
/// `shift`, differ by at most `moire_delay_reach`: 3 where they agree within a quarter, 2 within two, else 1.
/// The bin is half of `reference_times[j] - times[i]`, rounded down; pairs outside 0..<bins have no vote.
///
/// `reference_times` are ordered by band, and `starts` (`moire_delay_bands` + 1 of them, ascending) says where
/// each band begins.
void moire_delay_votes(const int32_t *times, const uint16_t *bands, size_t count, int32_t shift,
                       const int32_t *reference_times, const uint32_t *starts, uint32_t *histogram, size_t bins);

/// A delay at which more peaks meet than around it.
struct moire_delay_summit {
    uint32_t bin;
    /// Smoothed votes there: h[i-1] + 2 h[i] + h[i+1], in units of one whole meeting.
    float votes;
    /// Mean of the smoothed votes in the 30 bins to both sides, and their variance in 120, both without the
    /// summit itself.
    float mean;
    float variance;
};

/// Whether a histogram may have a summit that stands `least` standard deviations above its surroundings: a quick look
/// before `moire_delay_summits`, which never says no where that finds one. A bin has less than 2^28 votes. `sixths` is
/// scratch for `bins` numbers, `before` for one more.
int moire_delay_stands_out(const uint32_t *histogram, size_t bins, float least, uint32_t *sixths, uint32_t *before);

/// The summits that stand `least` standard deviations or more above their surroundings (variance no less than
/// mean + 1), the highest of any seven neighbouring bins, in order of bin. `smooth` is scratch for `bins` floats, `sums` for
/// 2 (bins + 1) doubles. Returns how many there are; writes at most `capacity`.
size_t moire_delay_summits(const uint32_t *histogram, size_t bins, float least, float *smooth, double *sums,
                           struct moire_delay_summit *summits, size_t capacity);
