// The kernel's isolation calls, which Swift cannot make itself.
#pragma once
