// Where in a row of differences of Gaussians blobs stand; see keypoints.h for what they are.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A blob as it was found: what it takes to choose among many, and to describe the chosen.
typedef struct {
    float x, y;         // the picture's pixels, as in `moire_keypoint`
    float finer;        // where between the levels, -0.5 ... 0.5
    int16_t height;     // the difference itself, 16 units a grey level
    uint16_t place;     // as in `moire_keypoint`
} keypoint_found;

/// Three rows each, one above the other, of three differences: the finer, the one to be searched, the coarser.
typedef struct {
    const int16_t *below[3], *here[3], *above[3];
} keypoint_rows;

enum { keypoint_width_max = 1024 };

/// Looks for extrema in the middle one of nine rows.
///
/// - width: pixels of a row, 9 at least; 32 more are read, whatever they hold.
/// - y: which row it is. Four pixels at each end are left out.
/// - found: what has room for `room` blobs.
/// - returns: how many were written there.
typedef size_t keypoint_search(const keypoint_rows *rows, int width, int y, int16_t least, int octave, int level,
                               keypoint_found *found, size_t room);

keypoint_search keypoint_search_plain;
#if defined(__x86_64__)
keypoint_search keypoint_search_avx2;
#endif
