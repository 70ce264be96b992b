// Measured kernels in C: each has a plain reference, and variants chosen once at run time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "camera_fit.h"
#include "cell_changes.h"
#include "picture_kernels.h"
#include "tile_kernels.h"
#include "sound_kernels.h"
#include "sound_postings.h"
#include "sound_votes.h"
#include "spectrum_kernels.h"
#include "version.h"
#include "crc32c.h"
#include "hamming.h"
#include "keypoints.h"
#include "local_match.h"
#include "movement.h"
#include "pdq.h"
#include "frame_probes.h"
#include "index_scan.h"
#include "sound_delays.h"
#include "spectrum.h"
