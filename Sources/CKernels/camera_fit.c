#include "camera_fit.h"

#include <math.h>
#include <string.h>

#define inlined static inline __attribute__((always_inline))

enum { side = moire_camera_side, lanes = 8 };

static const int iterations[moire_camera_scales] = {3, 4, 6};

/// What may be left on a scale, as a share of its gradient, before a finer one is tried: pixels of that scale.
static const float hopeless = 0.45f;

/// Pixels of a step after which no other is made: a tenth of what a block may be off.
static const float settled = 0.015f;

int32_t moire_camera_bin(int32_t width, int32_t height) {
    int32_t longest = width > height ? width : height;
    return longest <= side ? 1 : (longest + side - 1) / side;
}

/// In place; the border repeats.
static void smooth(float *p, int32_t w, int32_t h) {
    float line[side], above[side];
    for (int32_t y = 0; y < h; y++) {
        float *row = p + (size_t)y * w;
        memcpy(line, row, (size_t)w * sizeof *line);
        for (int32_t x = 0; x < w; x++)
            row[x] = 0.25f * (line[x ? x - 1 : 0] + 2 * line[x] + line[x + 1 < w ? x + 1 : x]);
    }
    memcpy(above, p, (size_t)w * sizeof *above);
    for (int32_t y = 0; y < h; y++) {
        float *row = p + (size_t)y * w;
        const float *below = y + 1 < h ? row + w : row;
        memcpy(line, row, (size_t)w * sizeof *line);
        for (int32_t x = 0; x < w; x++) row[x] = 0.25f * (above[x] + 2 * line[x] + (y + 1 < h ? below[x] : line[x]));
        memcpy(above, line, (size_t)w * sizeof *above);
    }
}

void moire_camera_prepare(const uint8_t *luma, int32_t width, int32_t height, float *values) {
    const int32_t bin = moire_camera_bin(width, height), w = width / bin, h = height / bin;
    const float scale = 1.0f / (float)(bin * bin);
    uint32_t columns[side * moire_camera_bin_most];
    const int32_t used = w * bin;
    for (int32_t y = 0; y < h; y++) {
        memset(columns, 0, (size_t)used * sizeof *columns);
        for (int32_t v = 0; v < bin; v++) {
            const uint8_t *restrict row = luma + ((size_t)y * bin + v) * width;
            for (int32_t x = 0; x < used; x++) columns[x] += row[x];
        }
        float *restrict out = values + (size_t)y * w;
        if (bin == 4) {
            for (int32_t x = 0; x < w; x++)
                out[x] = (float)(columns[4 * x] + columns[4 * x + 1] + columns[4 * x + 2] + columns[4 * x + 3]) * scale;
        } else {
            for (int32_t x = 0; x < w; x++) {
                uint32_t sum = 0;
                for (int32_t u = 0; u < bin; u++) sum += columns[x * bin + u];
                out[x] = (float)sum * scale;
            }
        }
    }
    smooth(values, w, h);
    int32_t fw = w, fh = h;
    for (int scale_index = 1; scale_index < moire_camera_scales; scale_index++) {
        const int32_t cw = fw / 2, ch = fh / 2;
        float *coarse = values + (size_t)fw * fh;
        for (int32_t y = 0; y < ch; y++)
            for (int32_t x = 0; x < cw; x++) {
                const float *p = values + (size_t)2 * y * fw + 2 * x;
                coarse[(size_t)y * cw + x] = 0.25f * (p[0] + p[1] + p[fw] + p[fw + 1]);
            }
        smooth(coarse, cw, ch);
        values = coarse;
        fw = cw;
        fh = ch;
    }
}

/// One row of `b` as the camera sees it, and 1 or 0 for whether it is seen.
inlined void warp_row(const float *b, int32_t w, int32_t h, const moire_camera *m, int32_t y, float *seen, float *in) {
    const float cx = 0.5f * (float)(w - 1), cy = 0.5f * (float)(h - 1), v = (float)y - cy;
    const float x0 = m->right - m->turn * v - m->zoom * cx, y0 = (float)y + m->zoom * v + m->down - m->turn * cx;
    const float right = (float)(w - 2), bottom = (float)(h - 2);
    for (int32_t x = 0; x < w; x++) {
        const float px = (float)x * (1 + m->zoom) + x0, py = (float)x * m->turn + y0;
        in[x] = px >= 1 && px <= right && py >= 1 && py <= bottom ? 1.0f : 0.0f;
        const float qx = px < 0 ? 0 : px > right ? right : px, qy = py < 0 ? 0 : py > bottom ? bottom : py;
        const int32_t ix = (int32_t)qx, iy = (int32_t)qy;
        const float fx = qx - (float)ix, fy = qy - (float)iy;
        const float *p = b + iy * w + ix;
        const float top = p[0] + fx * (p[1] - p[0]), low = p[w] + fx * (p[w + 1] - p[w]);
        seen[x] = top + fy * (low - top);
    }
}

/// Solves the symmetric 4x4 system by elimination; 0 when it has no solution.
static int solve(double m[4][5]) {
    for (int k = 0; k < 4; k++) {
        if (!(fabs(m[k][k]) > 1e-9)) return 0;
        for (int i = k + 1; i < 4; i++) {
            const double f = m[i][k] / m[k][k];
            for (int j = k; j < 5; j++) m[i][j] -= f * m[k][j];
        }
    }
    for (int k = 3; k >= 0; k--) {
        for (int j = k + 1; j < 4; j++) m[k][4] -= m[k][j] * m[j][4];
        m[k][4] /= m[k][k];
    }
    return 1;
}

enum { sums_count = 19 };

/// Products of the four derivatives with each other and the rest, then of the weights.
inlined void accumulate(const float *a, const float *seen, const float *in, int32_t w, int32_t h, int32_t y, float offset,
                        float over_scale, float sums[sums_count][lanes]) {
    const float cx = 0.5f * (float)(w - 1), v = (float)y - 0.5f * (float)(h - 1);
    const float *row = a + (size_t)y * w;
    for (int32_t x = 1; x + 1 < w; x += lanes) {
        for (int32_t k = 0; k < lanes; k++) {
            const int32_t at = x + k < w - 1 ? x + k : w - 2;
            const float live = x + k < w - 1 ? in[at] : 0;
            const float gx = 0.5f * (row[at + 1] - row[at - 1]), gy = 0.5f * (row[at + w] - row[at - w]);
            const float u = (float)at - cx, r = row[at] - seen[at], e = r - offset;
            const float q = e * over_scale, weight = live / (1 + q * q);
            const float g0 = gx * u + gy * v, g1 = gy * u - gx * v;
            const float w0 = weight * g0, w1 = weight * g1, wx = weight * gx, wy = weight * gy;
            sums[0][k] += w0 * g0;
            sums[1][k] += w0 * g1;
            sums[2][k] += w0 * gx;
            sums[3][k] += w0 * gy;
            sums[4][k] += w1 * g1;
            sums[5][k] += w1 * gx;
            sums[6][k] += w1 * gy;
            sums[7][k] += wx * gx;
            sums[8][k] += wx * gy;
            sums[9][k] += wy * gy;
            sums[10][k] += w0 * e;
            sums[11][k] += w1 * e;
            sums[12][k] += wx * e;
            sums[13][k] += wy * e;
            sums[14][k] += weight;
            sums[15][k] += weight * r;
            sums[16][k] += weight * e * e;
            sums[17][k] += live;
            sums[18][k] += weight * (e < 0 ? -e : e);
        }
    }
}

/// One step on one scale; 0 when the pictures have too little in common.
inlined int step(const float *a, const float *b, int32_t w, int32_t h, moire_camera *camera, float *offset, float *scale,
                 float *left, float *moved) {
    float sums[sums_count][lanes] = {{0}}, seen[side], in[side];
    for (int32_t y = 1; y + 1 < h; y++) {
        warp_row(b, w, h, camera, y, seen, in);
        accumulate(a, seen, in, w, h, y, *offset, 1 / *scale, sums);
    }
    double s[sums_count];
    for (int i = 0; i < sums_count; i++) {
        s[i] = 0;
        for (int k = 0; k < lanes; k++) s[i] += (double)sums[i][k];
    }
    if (s[17] < 0.2 * w * h || s[14] < 0.01 * w * h) return 0;
    double m[4][5] = {{s[0], s[1], s[2], s[3], s[10]},
                      {s[1], s[4], s[5], s[6], s[11]},
                      {s[2], s[5], s[7], s[8], s[12]},
                      {s[3], s[6], s[8], s[9], s[13]}};
    // A flat picture has no camera: a little stiffness keeps it where it was. Levels squared, per pixel.
    const double stiff = 0.001 * w * h;
    for (int i = 0; i < 4; i++) m[i][i] += i < 2 ? stiff * w * h * 0.02 : stiff;
    *left = (float)sqrt(s[16] / (s[7] + s[9] + 1e-6));
    if (!solve(m)) return 0;
    // How far the step takes the picture's corners, pixels.
    *moved = (float)((fabs(m[0][4]) + fabs(m[1][4])) * 0.5 * (w + h) + fabs(m[2][4]) + fabs(m[3][4]));
    camera->zoom += (float)m[0][4];
    camera->turn += (float)m[1][4];
    camera->right += (float)m[2][4];
    camera->down += (float)m[3][4];
    *offset = (float)(s[15] / s[14]);
    const float spread = 2 * (float)(s[18] / s[14]);
    *scale = spread > 0.5f ? spread : 0.5f;
    return fabsf(camera->zoom) < 0.5f && fabsf(camera->turn) < 0.5f && fabsf(camera->right) < (float)w / 2 &&
           fabsf(camera->down) < (float)h / 2;
}

inlined void measure(const float *a, const float *b, int32_t w, int32_t h, const moire_camera *camera, float offset,
                     moire_camera_block *blocks) {
    enum { block = moire_camera_block_side };
    const int32_t across = (w + block - 1) / block, down = (h + block - 1) / block;
    memset(blocks, 0, (size_t)(across * down) * sizeof *blocks);
    float seen[side], in[side];
    for (int32_t y = 1; y + 1 < h; y++) {
        warp_row(b, w, h, camera, y, seen, in);
        const float *row = a + (size_t)y * w;
        for (int32_t x = 1; x + 1 < w; x++) {
            moire_camera_block *to = &blocks[y / block * across + x / block];
            const float live = in[x], gx = 0.5f * (row[x + 1] - row[x - 1]) * live;
            const float gy = 0.5f * (row[x + w] - row[x - w]) * live, r = (row[x] - seen[x] - offset) * live;
            to->xx += gx * gx;
            to->yy += gy * gy;
            to->xy += gx * gy;
            to->xr += gx * r;
            to->yr += gy * r;
            to->rr += r * r;
            to->count += live;
        }
    }
}

inlined int fit_body(const float *a, const float *b, int32_t width, int32_t height, moire_camera *camera,
                     moire_camera_block *blocks) {
    int32_t w[moire_camera_scales], h[moire_camera_scales];
    size_t at[moire_camera_scales];
    for (int i = 0; i < moire_camera_scales; i++) {
        w[i] = i ? w[i - 1] / 2 : width;
        h[i] = i ? h[i - 1] / 2 : height;
        at[i] = i ? at[i - 1] + (size_t)w[i - 1] * h[i - 1] : 0;
    }
    moire_camera now = *camera;
    float offset = 0, scale = 12, left = 0;
    for (int i = moire_camera_scales - 1; i >= 0; i--) {
        const float factor = (float)(1 << i);
        now.right = camera->right / factor;
        now.down = camera->down / factor;
        for (int k = 0; k < iterations[i]; k++) {
            float moved = 0;
            if (!step(a + at[i], b + at[i], w[i], h[i], &now, &offset, &scale, &left, &moved)) return 0;
            if (moved < settled) break;
        }
        now.right *= factor;
        now.down *= factor;
        *camera = now;
        if (i == 1 && left > hopeless) return 0;
    }
    measure(a, b, width, height, camera, offset, blocks);
    return 1;
}

int moire_camera_fit_baseline(const float *a, const float *b, int32_t width, int32_t height, moire_camera *camera,
                              moire_camera_block *blocks) {
    return fit_body(a, b, width, height, camera, blocks);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static int fit_avx2(const float *a, const float *b, int32_t width, int32_t height,
                                                    moire_camera *camera, moire_camera_block *blocks) {
    return fit_body(a, b, width, height, camera, blocks);
}
#endif

int moire_camera_fit(const float *a, const float *b, int32_t width, int32_t height, moire_camera *camera,
                     moire_camera_block *blocks) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return fit_avx2(a, b, width, height, camera, blocks);
#endif
    return fit_body(a, b, width, height, camera, blocks);
}
