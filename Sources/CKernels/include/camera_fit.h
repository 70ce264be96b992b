#pragma once
#include <stddef.h>
#include <stdint.h>

// Whether one picture is another seen by a virtual camera: moved, zoomed, turned, and nothing else.
//
// A similarity is fitted to two small pictures by Gauss-Newton steps on three scales with robust weights (B. Lucas and
// T. Kanade, IJCAI 1981; weights 1 / (1 + (r / s)^2)), then every block says what the fit leaves in it. A photograph
// under a zoom or a pan leaves the noise of resampling; what has depth or moves by itself leaves a displacement.

enum {
    /// Longest side of the pictures, and how many scales there are.
    moire_camera_side = 128,
    moire_camera_scales = 3,
    /// Side of a block, pixels; most blocks.
    moire_camera_block_side = 16,
    moire_camera_blocks_most = 64,
    /// Pictures of up to 32 * 128 pixels a side.
    moire_camera_bin_most = 32,
    /// Values of a prepared picture: all scales, row-major, one after the other.
    moire_camera_values = 128 * 128 + 64 * 64 + 32 * 32,
};

/// x' = x + zoom * x - turn * y + right, y' = y + turn * x + zoom * y + down, about the picture's centre.
typedef struct {
    float zoom, turn, right, down;
} moire_camera;

/// Sums over a block's pixels that both pictures show: of squared gradients, of gradients times what the fit leaves, and of
/// its square. Levels, levels a pixel.
typedef struct {
    float xx, yy, xy, xr, yr, rr, count;
} moire_camera_block;

/// Side of the square of pixels of `width` x `height` that becomes one, so that the longest side is at most 128.
int32_t moire_camera_bin(int32_t width, int32_t height);

/// Bins, smooths (1 2 1) and halves a picture; its finest scale has width / bin times height / bin pixels.
void moire_camera_prepare(const uint8_t *luma, int32_t width, int32_t height, float *values);

/// Finds the camera that takes picture `a` to picture `b`, from `camera` on, and fills one record for each of the
/// ceil(width / 16) * ceil(height / 16) blocks of `a`.
///
/// `width` and `height` are those of the finest scale, 32 ... 128. Returns 0, with nothing filled, when already the middle
/// scale shows that no camera does it; 1 otherwise. About 0.15 ms, 0.04 ms when it returns 0.
int moire_camera_fit(const float *a, const float *b, int32_t width, int32_t height, moire_camera *camera,
                     moire_camera_block *blocks);
/// The same for the baseline instruction set; the results are equal bit by bit.
int moire_camera_fit_baseline(const float *a, const float *b, int32_t width, int32_t height, moire_camera *camera,
                              moire_camera_block *blocks);
