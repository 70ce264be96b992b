#pragma once
#include <stddef.h>
#include <stdint.h>

// What is counted in a square of native luma: how sharp its edges are, and steps that a coder or too few
// levels left behind. All of it is integers and single floats in a fixed order: every variant gives the same.

enum {
    /// Longest side of a tile, pixels.
    moire_tile_side_max = 96,
    /// Native, half and quarter size.
    moire_tile_levels = 3,
    /// Directions of the gradient: across, rising diagonal, down, falling diagonal.
    moire_tile_axes = 4,
    /// A ratio of r is counted in bin 64 r; the last bin holds everything above.
    moire_ratio_bins = 160,
    moire_ring_bins = 64,
};

typedef struct {
    /// Edges by the ratio of their slope to that of the smoothed picture; see `moire_tile_edges`.
    uint32_t ratios[moire_tile_levels][moire_tile_axes][moire_ratio_bins];
    /// Sides of strong edges by the share of the edge's height that swings to and fro beside it, in 64ths.
    uint32_t rings[moire_ring_bins];
} moire_edge_counts;

/// Counts the edges of one tile at one level.
///
/// An edge is a local maximum, along the nearer axis, of the Sobel gradient of the picture smoothed by
/// (1 4 6 4 1)/16 both ways. Its ratio is the gradient of the picture itself to that of the smoothed one, net of
/// white noise of `noise` levels (24 s^2 in the squared gradient): sqrt((s^2 + 1/3 + 1) / (s^2 + 1/3)) for a
/// step blurred by a Gaussian of s pixels, so about 1.9 for a step as sharp as pixels and 1 for a ramp
/// (reblurring: S. Zhuo and T. Sim, Defocus map estimation from a single image, Pattern Recognition 44(9), 2011).
/// Lines are left out (an opposite slope within four pixels): their ratio says how thin they are. So are steps of at
/// most 40 levels between flat sides: block borders and bands.
///
/// - `threshold`: least slope, levels per pixel of the central difference.
/// - `level`: 0...2, where to count; rings are counted at level 0 only.
void moire_tile_edges(const uint8_t *pixels, size_t width, size_t height, int level, float threshold, float noise,
                      moire_edge_counts *counts);
void moire_tile_edges_reference(const uint8_t *pixels, size_t width, size_t height, int level, float threshold,
                                float noise, moire_edge_counts *counts);

typedef struct {
    /// Borders between neighbours, by place modulo eight; columns and rows together.
    uint32_t places[8];
    /// Of them: steps of at least two levels that exceed twice each neighbouring step.
    uint32_t steps[8];
    /// Sum of levels of the steps of 3 to 48 between sides that are flat to a level for four pixels.
    uint32_t contours[8];
    /// Pixels that differ from both vertical, from both horizontal neighbours in the same sense, by more than 10
    /// levels in the geometric mean: what is left when two fields of different times are shown as one.
    uint32_t combed_down, combed_across, pixels;
} moire_step_counts;

/// Counts the steps of one tile whose upper left pixel lies at (`x`, `y`) of the frame, modulo eight.
void moire_tile_steps(const uint8_t *pixels, size_t width, size_t height, size_t x, size_t y, moire_step_counts *counts);
void moire_tile_steps_reference(const uint8_t *pixels, size_t width, size_t height, size_t x, size_t y,
                                moire_step_counts *counts);

/// Immerkaer's noise operator, the difference of two Laplacians
/// (J. Immerkaer, Fast Noise Variance Estimation, CVIU 64(2), 1996), block by block.
///
/// `sums[by * (width / 8) + bx]` receives the sum of the operator's magnitude over the inner 6x6 pixels of each whole
/// block of 8x8.
void moire_noise_blocks(const uint8_t *pixels, size_t stride, size_t width, size_t height, uint32_t *sums);
