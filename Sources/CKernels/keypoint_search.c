// Extrema of differences of Gaussians; keypoint_search.h says which.
//
// One pixel in a hundred stands out from those around it, so the test goes from what most of them fail to what few do:
// the contrast and the pixels around in the same plane, then the nine in each of the planes beside it.
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
    uint8_t marks[keypoint_width_max];
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

// Which of sixteen pixels are as strong as asked for and stand out from the eight around them in their own plane.
AVX2_INLINE __m256i in_plane(const int16_t *up, const int16_t *here, const int16_t *down, __m256i under) {
    const __m256i v = at(here, 0), l = at(here, -1), r = at(here, 1);
    const __m256i ul = at(up, -1), u = at(up, 0), ur = at(up, 1), dl = at(down, -1), d = at(down, 0), dr = at(down, 1);
    // Over those before it a pixel stands, with those behind it it may be level.
    const __m256i highest = greater(greater(greater(l, u), greater(ul, ur)), under);
    const __m256i over = _mm256_sub_epi16(_mm256_setzero_si256(), under);
    const __m256i lowest = lesser(lesser(lesser(l, u), lesser(ul, ur)), over);
    const __m256i most = greater(greater(r, d), greater(dl, dr)), less = lesser(lesser(r, d), lesser(dl, dr));
    const __m256i top = _mm256_andnot_si256(_mm256_cmpgt_epi16(most, v), _mm256_cmpgt_epi16(v, highest));
    const __m256i bottom = _mm256_andnot_si256(_mm256_cmpgt_epi16(v, less), _mm256_cmpgt_epi16(lowest, v));
    return _mm256_or_si256(top, bottom);
}

// Of those, which stand out from the nine in each of the planes beside it.
AVX2_INLINE uint32_t between_planes(const keypoint_rows *rows, int from, uint32_t bits) {
    const __m256i v = at(rows->here[1], from);
    __m256i most = at(rows->below[1], from), less = most;
    for (int row = 0; row < 3; row++)
        for (int x = from - 1; x <= from + 1; x++) {
            const __m256i b = at(rows->below[row], x), a = at(rows->above[row], x);
            most = greater(most, greater(a, b)), less = lesser(less, lesser(a, b));
        }
    const __m256i over = _mm256_cmpgt_epi16(most, v), beneath = _mm256_cmpgt_epi16(v, less);
    const __m256i topped = _mm256_blendv_epi8(over, beneath, _mm256_srai_epi16(v, 15));
    return bits & ~(uint32_t)_mm256_movemask_epi8(topped);
}

AVX2 size_t keypoint_search_avx2(const keypoint_rows *rows, int width, int y, int16_t least, int octave, int level,
                                 keypoint_found *found, size_t room) {
    const int16_t *up = rows->here[0] + border, *here = rows->here[1] + border, *down = rows->here[2] + border;
    const __m256i under = _mm256_set1_epi16((int16_t)(least - 1));
    const int vectors = (width - 2 * border + 15) / 16;
    // First all of a row without a question, for no processor guesses the answers, then those that are left.
    uint32_t left[keypoint_width_max / 16];
    for (int k = 0; k < vectors; k++)
        left[k] = 0x55555555u &
                  (uint32_t)_mm256_movemask_epi8(in_plane(up + 16 * k, here + 16 * k, down + 16 * k, under));
    const int behind = vectors * 16 - (width - 2 * border);
    left[vectors - 1] = left[vectors - 1] << 2 * behind >> 2 * behind;
    size_t count = 0;
    for (int k = 0; k < vectors; k++) {
        if (left[k] == 0) continue;
        const int from = border + 16 * k;
        for (uint32_t bits = between_planes(rows, from, left[k]); bits != 0; bits &= bits - 1) {
            if (count == room) return count;
            count += (size_t)refine(rows, from + (__builtin_ctz(bits) >> 1), y, octave, level, found + count);
        }
    }
    return count;
}
#endif
