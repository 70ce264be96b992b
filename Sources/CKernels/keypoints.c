// Blobs and their codes; see keypoints.h for what and why.
//
// The pyramid is 16-bit: a grey level is 16 units, and a five-tap binomial sum of 4 080 units at most stays within
// 65 535. One pass of it adds 1 to the variance, with its taps two apart 4, four apart 16, so that every level is one
// or two passes from the one before.
#include "keypoint_codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { levels = 5, octaves_max = 6, octave_side_min = 24 };

#define INLINE static inline __attribute__((always_inline))

typedef struct {
    int width, height;
    uint16_t *level[levels];  // variances 2, 4, 8, 16, 32 in the octave's own pixels
} octave_t;

// MARK: Memory

static size_t rounded(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

// Levels of all octaves, then a spare plane for passes and four of differences, and one more for their padding.
size_t moire_keypoint_scratch_bytes(int width, int height) {
    if (width < 1 || height < 1 || width > moire_keypoint_side_max || height > moire_keypoint_side_max) return 64;
    const size_t plane = (size_t)width * (size_t)height * 2;
    size_t total = 0;
    for (int o = 0; o < octaves_max; o++) total += levels * (rounded(plane >> (2 * o)) + 64);
    return total + 6 * (rounded(plane) + 64) + 64;
}

typedef struct {
    uint8_t *next;
} arena_t;

static void *take(arena_t *arena, size_t bytes) {
    void *place = arena->next;
    arena->next += rounded(bytes) + 64;  // a cache line between planes, so that rows of two never share a set
    return place;
}

// MARK: Pyramid

INLINE void blur_body(const uint16_t *restrict in, uint16_t *restrict out, uint16_t *restrict row, int w, int h,
                      int d) {
    for (int y = 0; y < h; y++) {
        const uint16_t *a = in + (size_t)keypoint_clamped(y - 2 * d, h - 1) * w, *b = in + (size_t)keypoint_clamped(y - d, h - 1) * w;
        const uint16_t *c = in + (size_t)y * w;
        const uint16_t *e = in + (size_t)keypoint_clamped(y + d, h - 1) * w, *f = in + (size_t)keypoint_clamped(y + 2 * d, h - 1) * w;
        uint16_t *t = row + 2 * d, *o = out + (size_t)y * w;
        for (int x = 0; x < w; x++)
            t[x] = (uint16_t)(((uint16_t)(a[x] + f[x] + 4 * (b[x] + e[x]) + 6 * c[x] + 8)) >> 4);
        for (int x = 1; x <= 2 * d; x++) t[-x] = t[0], t[w - 1 + x] = t[w - 1];
        for (int x = 0; x < w; x++)
            o[x] = (uint16_t)(((uint16_t)(t[x - 2 * d] + t[x + 2 * d] + 4 * (t[x - d] + t[x + d]) + 6 * t[x] + 8)) >>
                              4);
    }
}

INLINE void difference_body(const uint16_t *restrict a, const uint16_t *restrict b, int16_t *restrict out, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = (int16_t)(a[i] - b[i]);
}

// Marks pixels of a row that stand out from the four beside them; the rest of the test is for those alone.
INLINE void mark_body(const int16_t *restrict d, int w, int16_t least, uint8_t *restrict marks) {
    for (int x = 1; x < w - 1; x++) {
        const int16_t v = d[x], l = d[x - 1], r = d[x + 1], u = d[x - w], b = d[x + w];
        const int16_t lr = l > r ? l : r, ub = u > b ? u : b, most = lr > ub ? lr : ub;
        const int16_t sl = l < r ? l : r, su = u < b ? u : b, less = sl < su ? sl : su;
        marks[x] = (uint8_t)(((v >= least) & (v >= most)) | ((v <= -least) & (v <= less)));
    }
}

// MARK: The parts that have variants

typedef struct {
    void (*blur)(const uint16_t *, uint16_t *, uint16_t *, int, int, int);
    void (*difference)(const uint16_t *, const uint16_t *, int16_t *, size_t);
    void (*mark)(const int16_t *, int, int16_t, uint8_t *);
    keypoint_describe *describe;
} parts_t;

#define VARIANT(name, attribute)                                                                                    \
    attribute static void blur_##name(const uint16_t *in, uint16_t *out, uint16_t *row, int w, int h, int d) {      \
        blur_body(in, out, row, w, h, d);                                                                           \
    }                                                                                                               \
    attribute static void difference_##name(const uint16_t *a, const uint16_t *b, int16_t *out, size_t n) {         \
        difference_body(a, b, out, n);                                                                              \
    }                                                                                                               \
    attribute static void mark_##name(const int16_t *d, int w, int16_t least, uint8_t *marks) {                     \
        mark_body(d, w, least, marks);                                                                              \
    }                                                                                                               \
    static const parts_t parts_##name = {blur_##name, difference_##name, mark_##name, keypoint_describe_##name};

VARIANT(plain, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
#endif

static int forced_level = -1;

void moire_keypoints_force_level(int level) { forced_level = level; }

int moire_keypoints_level(void) {
    int best = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) best = 1;
#endif
    return forced_level >= 0 && forced_level < best ? forced_level : best;
}

static const parts_t *parts(void) {
#if defined(__x86_64__)
    if (moire_keypoints_level() == 1) return &parts_avx2;
#endif
    return &parts_plain;
}

// MARK: Finding

static int build(const parts_t *use, const uint8_t *luma, int width, int height, arena_t *arena, octave_t *octaves) {
    const size_t plane = (size_t)width * (size_t)height;
    uint16_t *spare = take(arena, plane * 2);
    uint16_t row[moire_keypoint_side_max + 16];
    int w = width, h = height, count = 0;
    while (count < octaves_max && w >= octave_side_min && h >= octave_side_min) {
        octave_t *o = octaves + count;
        o->width = w, o->height = h;
        for (int l = 0; l < levels; l++) o->level[l] = take(arena, (size_t)w * (size_t)h * 2);
        if (count == 0) {
            for (size_t i = 0; i < plane; i++) spare[i] = (uint16_t)(luma[i] << 4);
            use->blur(spare, o->level[1], row, w, h, 1);
            use->blur(o->level[1], o->level[0], row, w, h, 1);
        } else {  // variance 8 at twice the size is 2 here
            const octave_t *large = o - 1;
            for (int y = 0; y < h; y++) {
                const uint16_t *restrict from = large->level[2] + (size_t)2 * y * large->width;
                uint16_t *restrict to = o->level[0] + (size_t)y * w;
                for (int x = 0; x < w; x++) to[x] = from[2 * x];
            }
        }
        use->blur(o->level[0], spare, row, w, h, 1);
        use->blur(spare, o->level[1], row, w, h, 1);
        use->blur(o->level[1], o->level[2], row, w, h, 2);
        use->blur(o->level[2], spare, row, w, h, 2);
        use->blur(spare, o->level[3], row, w, h, 2);
        use->blur(o->level[3], o->level[4], row, w, h, 4);
        count++;
        w /= 2, h /= 2;
    }
    return count;
}

// Whether the pixel stands out from all 26 around it; equal ones in reading order count as lower. The four beside it
// were looked at before.
static int is_extremum(const int16_t *below, const int16_t *here, const int16_t *above, size_t i, int w) {
    const int16_t v = here[i];
    const ptrdiff_t around[9] = {0, -1, 1, -w, w, -w - 1, -w + 1, w - 1, w + 1};
    if (here[i - 1] == v || here[i - w] == v || here[i - w - 1] == v || here[i - w + 1] == v) return 0;
    if (v > 0) {
        for (int k = 0; k < 9; k++) {
            const size_t j = (size_t)((ptrdiff_t)i + around[k]);
            if (below[j] > v || above[j] > v || here[j] > v) return 0;
        }
    } else {
        for (int k = 0; k < 9; k++) {
            const size_t j = (size_t)((ptrdiff_t)i + around[k]);
            if (below[j] < v || above[j] < v || here[j] < v) return 0;
        }
    }
    return 1;
}

static float within(float v, float most) { return v < -most ? -most : v > most ? most : v; }

// Fits a parabola in place and size, refuses edges (curvatures more than ten times apart, Lowe 4.1).
static int refine(const int16_t *below, const int16_t *here, const int16_t *above, int x, int y, int w, int octave,
                  int level, moire_keypoint *out) {
    const size_t i = (size_t)y * (size_t)w + (size_t)x;
    const float v = here[i];
    const float xx = here[i + 1] + here[i - 1] - 2 * v, yy = here[i + w] + here[i - w] - 2 * v;
    const float xy = (float)(here[i + w + 1] + here[i - w - 1] - here[i + w - 1] - here[i - w + 1]) * 0.25f;
    const float determinant = xx * yy - xy * xy, trace = xx + yy, edge = 10;
    if (determinant <= 0 || trace * trace * edge >= (edge + 1) * (edge + 1) * determinant) return 0;
    const float gx = (float)(here[i + 1] - here[i - 1]) * 0.5f, gy = (float)(here[i + w] - here[i - w]) * 0.5f;
    const float sx = within(-(yy * gx - xy * gy) / determinant, 0.7f);
    const float sy = within(-(xx * gy - xy * gx) / determinant, 0.7f);
    const float bend = below[i] + above[i] - 2 * v, slope = (float)(above[i] - below[i]) * 0.5f;
    const float ss = bend == 0 ? 0 : within(-slope / bend, 0.5f);
    const float unit = (float)(1 << octave);
    // A pixel of a smaller octave has the middle of the upper left of those it stands for.
    out->x = ((float)x + sx) * unit + 0.5f, out->y = ((float)y + sy) * unit + 0.5f;
    out->sigma = unit * 1.41421356f * exp2f(0.5f * ((float)level + ss));
    out->contrast = fabsf(v) / 16;
    out->place = (uint32_t)(octave * 16 + level * 2 + (v > 0));  // coarser less finer: a dark blob is above zero
    return 1;
}

enum { contrasts = 4096 };

// Orders by contrast, strongest first, and the equally strong as they were found. A counting sort: the C library's own
// asks the system how much memory there is, which a sandbox may not allow.
static void sort_by_contrast(const moire_keypoint *found, size_t count, moire_keypoint *sorted) {
    uint32_t starts[contrasts + 1] = {0};
    for (size_t i = 0; i < count; i++) starts[contrasts - 1 - keypoint_clamped((int)(found[i].contrast * 16), contrasts - 1) + 1]++;
    for (int k = 0; k < contrasts; k++) starts[k + 1] += starts[k];
    for (size_t i = 0; i < count; i++)
        sorted[starts[contrasts - 1 - keypoint_clamped((int)(found[i].contrast * 16), contrasts - 1)]++] = found[i];
}

enum { found_max = 4096 };

size_t moire_keypoints(const uint8_t *luma, int width, int height, float contrast_min, void *scratch,
                       moire_keypoint *out, size_t capacity) {
    if (width < moire_keypoint_side_min || height < moire_keypoint_side_min || width > moire_keypoint_side_max ||
        height > moire_keypoint_side_max)
        return 0;
    const parts_t *use = parts();
    const keypoint_code_plan plan = keypoint_code_plan_make();
    arena_t arena = {scratch};
    octave_t octaves[octaves_max];
    const int count = build(use, luma, width, height, &arena, octaves);
    const size_t plane = (size_t)width * (size_t)height;
    int16_t *differences[levels - 1];
    for (int l = 0; l < levels - 1; l++) differences[l] = take(&arena, plane * 2);
    uint8_t marks[moire_keypoint_side_max + 16] = {0};  // little-endian words of it are read below
    moire_keypoint *found = malloc(sizeof(moire_keypoint) * 2 * found_max), *sorted = found + found_max;
    if (!found) return 0;
    size_t total = 0;
    const int16_t least = (int16_t)(contrast_min * 16 < 1 ? 1 : contrast_min * 16);
    // From the coarsest octave: when there is no room for all, it is the smallest blobs that are left out.
    for (int o = count - 1; o >= 0; o--) {
        const octave_t *octave = octaves + o;
        const int w = octave->width, h = octave->height;
        for (int l = 0; l < levels - 1; l++)
            use->difference(octave->level[l + 1], octave->level[l], differences[l], (size_t)w * (size_t)h);
        for (int l = 1; l < levels - 2; l++)
            for (int y = 4; y < h - 4; y++) {
                use->mark(differences[l] + (size_t)y * w, w, least, marks);
                for (int from = 4; from < w - 4; from += 8) {
                    uint64_t eight;  // a mark is 0 or 1, and there is room beyond the row
                    memcpy(&eight, marks + from, sizeof eight);
                    for (; eight != 0; eight &= eight - 1) {
                        const int x = from + (__builtin_ctzll(eight) >> 3);
                        if (x >= w - 4 || total == found_max) break;
                        const size_t i = (size_t)y * (size_t)w + (size_t)x;
                        if (is_extremum(differences[l - 1], differences[l], differences[l + 1], i, w) &&
                            refine(differences[l - 1], differences[l], differences[l + 1], x, y, w, o, l,
                                   found + total))
                            total++;
                    }
                }
            }
    }
    sort_by_contrast(found, total, sorted);
    if (total > capacity) total = capacity;
    for (size_t i = 0; i < total; i++) {
        const int o = (int)(sorted[i].place >> 4), l = (int)(sorted[i].place >> 1 & 7);
        const float unit = 1.f / (float)(1 << o);
        use->describe(octaves[o].level[l], octaves[o].width, octaves[o].height,
                      (sorted[i].x - 0.5f) * unit, (sorted[i].y - 0.5f) * unit,
                      sorted[i].sigma * unit, (int)(sorted[i].place & 1), &plan, sorted + i);
        out[i] = sorted[i];
    }
    free(found);
    return total;
}
