// The layers of the sandbox, each in its own file. Every function returns 0 or a negated errno.
#pragma once

#include "include/sandbox.h"

/// Takes away every right over files, and TCP, abstract sockets and signals to others where the
/// kernel's Landlock knows them. Returns the ABI in force, or a negated errno.
int moire_apply_landlock(void);

/// From here on a system call outside the list kills the process.
int moire_apply_seccomp(void);

/// Makes fstat work inside the filter; the filter traps the call that it is made of.
int moire_trap_fstat(void);

int moire_apply_limits(const struct moire_sandbox *configuration);

/// Empties the capability sets, so that a worker started by root decodes without root's powers.
int moire_drop_capabilities(void);
