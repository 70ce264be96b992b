// Extrema of differences of Gaussians; keypoint_search.h says which.
//
// One pixel in a hundred stands out from those around it, so the test goes from what most of them fail to what few do: the
// contrast, then the eight around in the same plane, then the nine in each of the planes beside it.
#include "keypoint_search.h"

#include <string.h>

enum { border = 4 };

static float within(float v, float most) { return v < -most ? -most : v > most ? most : v; }

// Fits a parabola in place and size, refuses edges (curvatures more than ten times apart, Lowe 4.1).
static int refine(const keypoint_rows *rows, int x, int y, int octave, int level, keypoint_found *out) {
    const int16_t *up = rows->here[0] + x, *at = rows->here[1] + x, *down = rows->here[2] + x;
    const int16_t below = rows->below[1][x], above = rows->above[1][x];
    const float v = at[0];
    const float xx = at[1] + at[-1] - 2 * v, yy = down[0] + up[0] - 2 * v;
    const float xy = (float)(down[1] + up[-1] - down[-1] - up[1]) * 0.25f;
    const float determinant = xx * yy - xy * xy, trace = xx + yy, edge = 10;
    if (determinant <= 0 || trace * trace * edge >= (edge + 1) * (edge + 1) * determinant) return 0;
    const float gx = (float)(at[1] - at[-1]) * 0.5f, gy = (float)(down[0] - up[0]) * 0.5f;
    const float sx = within(-(yy * gx - xy * gy) / determinant, 0.7f);
    const float sy = within(-(xx * gy - xy * gx) / determinant, 0.7f);
    const float bend = below + above - 2 * v, slope = (float)(above - below) * 0.5f;
    const float unit = (float)(1 << octave);
    // A pixel of a smaller octave has the middle of the upper left of those it stands for.
    out->x = ((float)x + sx) * unit + 0.5f, out->y = ((float)y + sy) * unit + 0.5f;
    out->finer = bend == 0 ? 0 : within(-slope / bend, 0.5f);
    out->height = at[0];
    out->place = (uint16_t)(octave * 16 + level * 2 + (v > 0));  // coarser less finer: a dark blob is above zero
    return 1;
}

// Marks pixels of a row that stand out from the four beside them; the rest of the test is for those alone.
static void mark(const keypoint_rows *rows, int w, int16_t least, uint8_t *marks) {
    const int16_t *here = rows->here[1], *up = rows->here[0], *down = rows->here[2];
    for (int x = border; x < w - border; x++) {
        const int16_t v = here[x], l = here[x - 1], r = here[x + 1], u = up[x], b = down[x];
        const int16_t lr = l > r ? l : r, ub = u > b ? u : b, most = lr > ub ? lr : ub;
        const int16_t sl = l < r ? l : r, su = u < b ? u : b, less = sl < su ? sl : su;
        marks[x] = (uint8_t)(((v >= least) & (v >= most)) | ((v <= -least) & (v <= less)));
    }
}

// Whether the pixel stands out from all 26 around it; equal ones in reading order count as lower.
static int is_extremum(const keypoint_rows *rows, int x) {
    const int16_t v = rows->here[1][x], *up = rows->here[0] + x;
    if (rows->here[1][x - 1] == v || up[0] == v || up[-1] == v || up[1] == v) return 0;
    for (int r = 0; r < 3; r++)
        for (int k = x - 1; k <= x + 1; k++) {
            const int16_t a = rows->below[r][k], b = rows->here[r][k], c = rows->above[r][k];
            if (v > 0 ? a > v || b > v || c > v : a < v || b < v || c < v) return 0;
        }
    return 1;
}

size_t keypoint_search_plain(const keypoint_rows *rows, int width, int y, int16_t least, int octave, int level,
                             keypoint_found *found, size_t room) {
    uint8_t marks[1024 + 8];
    size_t count = 0;
    mark(rows, width, least, marks);
    for (int x = border; x < width - border && count < room; x++)
        if (marks[x] && is_extremum(rows, x) && refine(rows, x, y, octave, level, found + count)) count++;
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE static inline __attribute__((target("avx2"), always_inline))

AVX2_INLINE __m256i at(const int16_t *row, int x) { return _mm256_loadu_si256((const __m256i *)(row + x)); }
AVX2_INLINE __m256i greater(__m256i a, __m256i b) { return _mm256_max_epi16(a, b); }
AVX2_INLINE __m256i lesser(__m256i a, __m256i b) { return _mm256_min_epi16(a, b); }

AVX2 size_t keypoint_search_avx2(const keypoint_rows *rows, int width, int y, int16_t least, int octave, int level,
                                 keypoint_found *found, size_t room) {
    const int16_t *up = rows->here[0], *here = rows->here[1], *down = rows->here[2];
    const __m256i under = _mm256_set1_epi16((int16_t)(least - 1));
    size_t count = 0;
    for (int from = border; from < width - border; from += 16) {
        const __m256i v = at(here, from), strong = _mm256_cmpgt_epi16(_mm256_abs_epi16(v), under);
        if (_mm256_testz_si256(strong, strong)) continue;
        const __m256i l = at(here, from - 1), r = at(here, from + 1), u = at(up, from), d = at(down, from);
        const __m256i ul = at(up, from - 1), ur = at(up, from + 1), dl = at(down, from - 1), dr = at(down, from + 1);
        // Over those before it a pixel stands, with those behind it it may be level.
        __m256i most = greater(greater(r, d), greater(dl, dr)), less = lesser(lesser(r, d), lesser(dl, dr));
        const __m256i top = _mm256_andnot_si256(_mm256_cmpgt_epi16(most, v),
                                                _mm256_cmpgt_epi16(v, greater(greater(l, u), greater(ul, ur))));
        const __m256i bottom = _mm256_andnot_si256(_mm256_cmpgt_epi16(v, less),
                                                   _mm256_cmpgt_epi16(lesser(lesser(l, u), lesser(ul, ur)), v));
        const __m256i negative = _mm256_srai_epi16(v, 15);
        const __m256i flat = _mm256_and_si256(strong, _mm256_blendv_epi8(top, bottom, negative));
        if (_mm256_testz_si256(flat, flat)) continue;
        most = less = at(rows->below[1], from);
        for (int row = 0; row < 3; row++)
            for (int x = from - 1; x <= from + 1; x++) {
                const __m256i b = at(rows->below[row], x), a = at(rows->above[row], x);
                most = greater(most, greater(a, b)), less = lesser(less, lesser(a, b));
            }
        const __m256i topped = _mm256_blendv_epi8(_mm256_cmpgt_epi16(most, v), _mm256_cmpgt_epi16(v, less), negative);
        uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_andnot_si256(topped, flat)) & 0x55555555u;
        for (; bits != 0; bits &= bits - 1) {
            const int x = from + (__builtin_ctz(bits) >> 1);
            if (x >= width - border || count == room) return count;
            count += (size_t)refine(rows, x, y, octave, level, found + count);
        }
    }
    return count;
}
#endif
