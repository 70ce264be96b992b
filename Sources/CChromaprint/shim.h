// libchromaprint as Swift sees it. Only the decoder may link it: Debian builds it on FFmpeg's Fourier
// transform, and FFmpeg stays inside the decode child.
#pragma once
#include <chromaprint.h>

// An unnamed macro would reach Swift, an enumerator of a C enum reaches it as another type than the
// functions take.
static const int moire_chromaprint_algorithm = CHROMAPRINT_ALGORITHM_TEST2;
