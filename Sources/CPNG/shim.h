// libpng's simplified interface, as Swift sees it.
#pragma once
#include <png.h>
#include <string.h>

// A macro built from other macros, which Swift does not import.
static const png_uint_32 moire_png_format_rgb = PNG_FORMAT_RGB;
