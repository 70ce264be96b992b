// The kernel's isolation calls, which Swift cannot make itself. Each header says why.
#pragma once

#include "delegation.h"
#include "descriptors.h"
#include "process.h"
#include "sandbox.h"
