// Pictures made small: exact area averages of decoded planes, cut-outs, turns; and sound made mono.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One component of a decoded picture, wherever its samples lie.
typedef struct moire_plane {
    const uint8_t *base;     ///< The first sample.
    ptrdiff_t stride_bytes;  ///< From one row to the next; may be negative.
    int32_t width;           ///< Samples, 1 ... 65 536.
    int32_t height;          ///< Rows, 1 ... 65 536.
    int32_t step;            ///< Samples from one to its right neighbour: 1 planar, 2 for NV12's chroma.
    int32_t sample_bytes;    ///< 1, or 2 for little-endian 16-bit words.
} moire_plane;

/// Bytes of scratch memory that `moire_area_average` needs for this plane, aligned to 8.
size_t moire_area_scratch_bytes(const moire_plane *plane);

/// Averages the plane into `out_width * out_height` cells and maps each mean m to
/// floor(m * gain + bias + 0.5), clamped to 0 ... 255.
///
/// A cell is the exact share of the picture that it covers: the pixel is a unit square of constant
/// value, cell x spans [x * width / out_width, (x + 1) * width / out_width), and pixels on its border
/// count by the covered fraction. The same definition enlarges when the plane is smaller than `out`.
/// All sums are exact integers, so every variant gives the same bytes. 1 <= out sizes <= 4096.
///
/// Cost: each sample is read once (border rows twice) and added in 16-bit lanes. With AVX2 a 1920x1080 plane
/// of bytes to 64x64 takes 0.08 ms, 1280x720 to 480x360 takes 0.16; at its own size 480x360 takes 0.014.
void moire_area_average(const moire_plane *plane, int32_t out_width, int32_t out_height,
                        double gain, double bias, void *scratch, uint8_t *out);

/// The specification: one weighted sum per cell, no scratch.
void moire_area_average_reference(const moire_plane *plane, int32_t out_width, int32_t out_height,
                                  double gain, double bias, uint8_t *out);

/// `moire_area_average` for the baseline instruction set, so that tests reach it on any machine.
void moire_area_average_baseline(const moire_plane *plane, int32_t out_width, int32_t out_height,
                                 double gain, double bias, void *scratch, uint8_t *out);

/// Copies the rectangle at (x, y) without scaling, each sample mapped as above.
void moire_cut(const moire_plane *plane, int32_t x, int32_t y, int32_t width, int32_t height,
               double gain, double bias, uint8_t *out);

/// Turned and mirrored copy: out[v * width + u] = in[start + u * step_x + v * step_y], in units of
/// `pixel_bytes` bytes.
void moire_orient(const uint8_t *in, ptrdiff_t start, ptrdiff_t step_x, ptrdiff_t step_y,
                  int32_t width, int32_t height, int32_t pixel_bytes, uint8_t *out);

/// out[i] += gain * in[i].
void moire_add_scaled(const float *in, float gain, size_t count, float *out);
