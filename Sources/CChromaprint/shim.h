// libchromaprint as Swift sees it. Only the decoder may link it: Debian builds it on FFmpeg's Fourier
// transform, and FFmpeg stays inside the decode child.
#pragma once
#include <chromaprint.h>

// By its own name, because the library's default may become another one and fingerprints name theirs;
// as an int, because Swift gives enumerators another type than the functions take.
static const int moire_chromaprint_algorithm = CHROMAPRINT_ALGORITHM_TEST2;
