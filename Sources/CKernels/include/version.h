#pragma once
/// Version of the kernel set, written into benchmark output.
static const int moire_kernels_version = 1;
