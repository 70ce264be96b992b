// libpng's simplified interface, as Swift sees it.
#pragma once
#include <png.h>
#include <string.h>
