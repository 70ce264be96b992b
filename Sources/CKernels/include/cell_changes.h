#pragma once
#include <stddef.h>
#include <stdint.h>

#include "area.h"

// Where a decoded picture differs from the one before, at the resolution at which the coder works.
//
// Averages hide what tells a photograph from a camera: a coder copies the unchanged parts of a photograph bit by
// bit, while a sensor's noise changes a few levels everywhere. So the picture is cut into 32x32 cells and of each the
// largest difference of a sample from its predecessor is kept.

enum {
    moire_cell_grid = 32,
    /// Rows of each cell that are looked at, evenly spread: a block of 8x8 or more is always met at 720 lines or fewer.
    moire_cell_rows = 3,
};

/// Bytes of `rows` that `moire_cell_changes` needs for this width: the looked-at rows of the picture before.
size_t moire_cell_rows_bytes(int32_t width);

/// `cells[y * 32 + x]` becomes the largest difference from `rows`, 0 ... 255, in the plane's own levels (16-bit samples
/// times `gain`); `rows` becomes this picture's. `line` is scratch of twice `width` bytes.
///
/// Cost: 96 rows read, compared and kept; 123 KB at 1280x720, about 10 us.
void moire_cell_changes(const moire_plane *plane, double gain, uint8_t *rows, uint8_t *line,
                        uint8_t cells[moire_cell_grid * moire_cell_grid]);

/// The specification, sample by sample.
void moire_cell_changes_reference(const moire_plane *plane, double gain, uint8_t *rows,
                                  uint8_t cells[moire_cell_grid * moire_cell_grid]);

enum {
    /// Frames whose changes a frame's are compared with: B-frames make patterns of up to four.
    moire_cell_memory = 4,
    /// Frames for which a drawn cell stays drawn: a coder cleans up behind what moved for about as long.
    moire_cell_drawn_frames = 8,
};

/// What is remembered of the cells from frame to frame; zeros at first.
typedef struct {
    uint8_t drawn[moire_cell_grid * moire_cell_grid];
    uint8_t before[moire_cell_memory][moire_cell_grid * moire_cell_grid];
    uint32_t frames;
} moire_cell_history;

typedef struct {
    uint32_t drawn;   ///< Cells that changed by more than the limit.
    uint32_t strays;  ///< Changed cells that are neither drawn nor beside cells drawn of late.
    uint32_t others;  ///< Of cells not beside drawn ones: how many changed by another amount than in the likest of the last frames.
} moire_cell_counts;

/// Counts a frame's changed cells and remembers them. About 1 us.
moire_cell_counts moire_cell_count(const uint8_t cells[moire_cell_grid * moire_cell_grid], uint8_t drawn_levels,
                                   moire_cell_history *history);
