// A picture to 64×64 with whole numbers, where that gives the very floats: see pdq_whole.c.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Whether pictures of this size have windows along rows of 1, 2 or 4 bytes, and of at most 16 in all.
int pdq_whole_fits(int width, int height);
/// Floats of memory for it.
size_t pdq_whole_scratch_floats(int width, int height);

typedef void pdq_whole(const uint8_t *luma, int width, int height, float *scratch, float *out);
pdq_whole pdq_whole_portable;
#if defined(__x86_64__)
pdq_whole pdq_whole_avx2;
#endif
