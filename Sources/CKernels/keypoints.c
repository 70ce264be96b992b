// Blobs and their codes; see keypoints.h for what and why.
//
// The pyramid is 16-bit, a grey level is 16 units. One pass adds 1 to the variance, with its taps two apart 4, four
// apart 16, so that every level is one or two passes from the one before.
//
// The passes of an octave follow each other row by row, and the search follows them: of what is only passed on, a few
// rows are kept, which stay in the processor's nearest memory. Whole are only the two levels in which blobs are
// described.
#include "keypoint_blur.h"
#include "keypoint_codes.h"
#include "keypoint_search.h"

#include <math.h>
#include <string.h>

enum { octaves_max = 6, octave_side_min = 24, found_max = 4096 };

// Levels of variance 2, 4, 8, 16, 32 in the octave's own pixels are 0 to 4. Blobs are those of differences 1 and 2, of
// which level 1 and 2 are the finer ones.
enum { described = 2, differences = 4 };

// MARK: Memory

/// Rows of a plane, or the last few of them: row y lies where row y & mask does.
typedef struct {
    uint16_t *first;
    int pitch, mask;
} rows_t;

static uint16_t *row_of(const rows_t *rows, int y) { return rows->first + (ptrdiff_t)(y & rows->mask) * rows->pitch; }

// What passes write and read: of these the first is between luma and level 0, the second between levels 0 and 1, the
// third between 2 and 3.
enum { first, level0, second, level1, level2, third, level3, level4, planes };

typedef struct {
    int width, height;
    rows_t level[described];
} octave_t;

typedef struct {
    uint8_t *next;
} arena_t;

static size_t rounded(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static void *take(arena_t *arena, size_t bytes) {
    void *place = arena->next;
    arena->next += rounded(bytes) + 64;  // rows are written and read up to a vector behind their end
    return place;
}

// A vector behind each row, so that none has to be taken apart.
static int pitch_of(int width) {
    return (width + keypoint_vector - 1) / keypoint_vector * keypoint_vector + keypoint_vector;
}

// Rows that are needed at once, rounded up to a power of two: from the one that was just made to the oldest of the five
// that the next pass reads, or the oldest of the three of a difference that is searched. Of the described levels, all.
static const int kept_rows[planes] = {[first] = 8,  [level0] = 8,  [second] = 8, [level1] = 0,
                                      [level2] = 0, [third] = 16, [level3] = 32, [level4] = 1};
static const int kept_differences[differences] = {16, 32, 16, 4};

static rows_t take_rows(arena_t *arena, int width, int count) {
    const int pitch = pitch_of(width);
    return (rows_t){take(arena, (size_t)count * (size_t)pitch * 2), pitch, count - 1};
}

size_t moire_keypoint_scratch_bytes(int width, int height) {
    if (width < 1 || height < 1 || width > moire_keypoint_side_max || height > moire_keypoint_side_max) return 64;
    size_t total = 64;
    for (int o = 0; o < octaves_max; o++)
        total += described * (rounded(((size_t)width >> o) * ((size_t)height >> o) * 2) + 64 +
                              rounded(found_max * sizeof(keypoint_found)) + 64);
    for (int p = 0; p < planes; p++) total += rounded((size_t)kept_rows[p] * (size_t)pitch_of(width) * 2) + 64;
    for (int d = 0; d < differences; d++)
        total += rounded((size_t)kept_differences[d] * (size_t)pitch_of(width) * 2) + 64;
    return total;
}

// MARK: The parts that have variants

typedef struct {
    keypoint_blur *blur;
    keypoint_blur_bytes *blur_bytes;
    keypoint_difference *difference;
    keypoint_halve *halve;
    keypoint_search *search;
    keypoint_describe *describe;
    keypoint_encode *encode;
} parts_t;

#define VARIANT(name)                                                                                       \
    static const parts_t parts_##name = {                                                                   \
        keypoint_blur_##name,   keypoint_blur_bytes_##name, keypoint_difference_##name, keypoint_halve_##name, \
        keypoint_search_##name, keypoint_describe_##name,   keypoint_encode_##name};

VARIANT(plain)
#if defined(__x86_64__)
VARIANT(avx2)
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

// MARK: An octave

// Makes `to` of `from`, with the taps so far apart; so many rows behind the luma, or behind where it would be. Where a
// difference is asked for, it is that of what was made and the level before.
typedef struct {
    int from, to, apart, behind, difference, before;
} pass_t;

static const pass_t passes[] = {
    {first, level0, 1, 4, -1, 0},       {level0, second, 1, 6, -1, 0},       {second, level1, 1, 8, 0, level0},
    {level1, level2, 2, 12, 1, level1}, {level2, third, 2, 16, -1, 0},       {third, level3, 2, 20, 2, level2},
    {level3, level4, 4, 28, 3, level3},
};

// A difference is searched a row behind the one that is made last of those that it takes.
enum { passes_count = sizeof passes / sizeof *passes, search1_behind = 21, search2_behind = 29 };

/// What is found in an octave: by difference, then row by row.
typedef struct {
    keypoint_found *blobs[described];
    size_t count[described];
} findings_t;

static void search_row(const parts_t *use, const rows_t *difference, int y, const octave_t *octave, int o, int l,
                       int16_t least, findings_t *findings) {
    if (y < 4 || y >= octave->height - 4) return;
    keypoint_rows rows;
    for (int k = 0; k < 3; k++) {
        rows.below[k] = (const int16_t *)row_of(difference + l - 1, y - 1 + k);
        rows.here[k] = (const int16_t *)row_of(difference + l, y - 1 + k);
        rows.above[k] = (const int16_t *)row_of(difference + l + 1, y - 1 + k);
    }
    size_t *count = findings->count + l - 1;
    *count += use->search(&rows, octave->width, y, least, o, l, findings->blobs[l - 1] + *count, found_max - *count);
}

static void run_octave(const parts_t *use, const uint8_t *luma, const octave_t *large, int o, int16_t least,
                       rows_t plane[planes], const rows_t difference[differences], octave_t *octave,
                       findings_t *findings) {
    uint16_t sums[moire_keypoint_side_max + 2 * keypoint_vector], *t = sums + keypoint_vector;
    const int w = octave->width, h = octave->height;
    for (int d = 0; d < described; d++) plane[level1 + d] = octave->level[d];
    for (int now = 2; now < h + search2_behind; now++) {
        if (o == 0 && now - 2 < h) {
            const uint8_t *in[5];
            for (int k = 0; k < 5; k++) in[k] = luma + (size_t)keypoint_clamped(now - 4 + k, h - 1) * (size_t)w;
            use->blur_bytes(in, t, row_of(plane + first, now - 2), w);
        } else if (o > 0 && now >= 4 && now - 4 < h) {  // variance 8 at twice the size is 2 here
            use->halve(row_of(large->level + 1, 2 * (now - 4)), row_of(plane + level0, now - 4), w);
        }
        for (int p = o == 0 ? 0 : 1; p < passes_count; p++) {
            const pass_t *pass = passes + p;
            const int y = now - pass->behind;
            if (y < 0) break;
            if (y >= h) continue;
            const uint16_t *in[5];
            for (int k = 0; k < 5; k++)
                in[k] = row_of(plane + pass->from, keypoint_clamped(y + (k - 2) * pass->apart, h - 1));
            uint16_t *out = row_of(plane + pass->to, y);
            use->blur(in, t, out, w, pass->apart);
            if (pass->difference >= 0)
                use->difference(out, row_of(plane + pass->before, y),
                                (int16_t *)row_of(difference + pass->difference, y), w);
        }
        search_row(use, difference, now - search1_behind, octave, o, 1, least, findings);
        search_row(use, difference, now - search2_behind, octave, o, 2, least, findings);
    }
}

// MARK: Choosing

enum { heights = 4096 };

static int rank_of(const keypoint_found *blob) {
    return heights - 1 - keypoint_clamped(blob->height < 0 ? -blob->height : blob->height, heights - 1);
}

// Puts the blobs that stand out most first, and the equal ones as they were found; of these at most `capacity`. A
// counting sort: the C library's own asks the system how much memory there is, which a sandbox may not allow.
static size_t choose(const findings_t *findings, int octaves, const keypoint_found **chosen, size_t capacity) {
    uint32_t starts[heights + 1] = {0};
    size_t counts[octaves_max][described], room = found_max;
    // From the coarsest octave: when there is no room for all, it is the smallest blobs that are left out.
    for (int o = octaves - 1; o >= 0; o--)
        for (int l = 0; l < described; l++) {
            counts[o][l] = findings[o].count[l] < room ? findings[o].count[l] : room;
            room -= counts[o][l];
            for (size_t i = 0; i < counts[o][l]; i++) starts[rank_of(findings[o].blobs[l] + i) + 1]++;
        }
    for (int k = 0; k < heights; k++) starts[k + 1] += starts[k];
    for (int o = octaves - 1; o >= 0; o--)
        for (int l = 0; l < described; l++)
            for (size_t i = 0; i < counts[o][l]; i++) {
                const uint32_t place = starts[rank_of(findings[o].blobs[l] + i)]++;
                if (place < capacity) chosen[place] = findings[o].blobs[l] + i;
            }
    return found_max - room < capacity ? found_max - room : capacity;
}

size_t moire_keypoints(const uint8_t *luma, int width, int height, float contrast_min, void *scratch,
                       moire_keypoint *out, size_t capacity) {
    if (width < moire_keypoint_side_min || height < moire_keypoint_side_min || width > moire_keypoint_side_max ||
        height > moire_keypoint_side_max)
        return 0;
    const parts_t *use = parts();
    const int16_t least = (int16_t)(contrast_min * 16 < 1 ? 1 : contrast_min * 16);
    arena_t arena = {scratch};
    rows_t plane[planes], difference[differences];
    for (int p = 0; p < planes; p++) plane[p] = take_rows(&arena, width, kept_rows[p]);
    for (int d = 0; d < differences; d++) difference[d] = take_rows(&arena, width, kept_differences[d]);
    octave_t octaves[octaves_max];
    findings_t findings[octaves_max];
    int count = 0;
    for (int w = width, h = height; count < octaves_max && w >= octave_side_min && h >= octave_side_min;
         w /= 2, h /= 2) {
        octave_t *o = octaves + count;
        o->width = w, o->height = h;
        for (int l = 0; l < described; l++) {
            o->level[l] = (rows_t){take(&arena, (size_t)w * (size_t)h * 2), w, -1};
            findings[count].blobs[l] = take(&arena, found_max * sizeof(keypoint_found));
            findings[count].count[l] = 0;
        }
        run_octave(use, luma, count > 0 ? o - 1 : 0, count, least, plane, difference, o, findings + count);
        count++;
    }
    const keypoint_found *chosen[found_max];
    const size_t total = choose(findings, count, chosen, capacity);
    const keypoint_code_plan plan = keypoint_code_plan_make();
    float coefficients[keypoint_batch][keypoint_coefficients] = {{0}};
    for (size_t i = 0; i < total; i++) {
        const keypoint_found *blob = chosen[i];
        const int o = blob->place >> 4, l = blob->place >> 1 & 7;
        const float large = (float)(1 << o), unit = 1.f / large;
        out[i].x = blob->x, out[i].y = blob->y, out[i].place = blob->place;
        out[i].sigma = large * 1.41421356f * exp2f(0.5f * ((float)l + blob->finer));
        out[i].contrast = fabsf((float)blob->height) / 16;
        use->describe(octaves[o].level[l - 1].first, octaves[o].width, octaves[o].height, (blob->x - 0.5f) * unit,
                      (blob->y - 0.5f) * unit, out[i].sigma * unit, &plan, coefficients[i % keypoint_batch]);
        const size_t batch = i % keypoint_batch + 1;
        if (batch == keypoint_batch || i + 1 == total)
            use->encode(coefficients, (int)batch, &plan, out + i + 1 - batch);
    }
    return total;
}
