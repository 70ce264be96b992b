// What a process may still do, taken away layer by layer. In C because prctl(2) and syscall(2) are
// variadic, and because a seccomp filter is an array built out of macros.
#pragma once

#include <stdint.h>
#include <sys/types.h>

/// How much of the sandbox holds. Higher is more.
enum moire_level {
    /// Neither Landlock nor seccomp.
    MOIRE_LEVEL_NONE = 0,
    /// One of the layers is missing.
    MOIRE_LEVEL_PARTIAL = 1,
    /// no_new_privs, Landlock, the seccomp filter and the limits.
    MOIRE_LEVEL_FULL = 2,
};

/// Which layers to put on. Everything but a test asks for all.
enum moire_layer {
    MOIRE_LAYER_LANDLOCK = 1,
    MOIRE_LAYER_SECCOMP = 2,
    MOIRE_LAYER_LIMITS = 4,
    MOIRE_LAYER_ALL = 7,
};

struct moire_sandbox {
    /// Sum of `moire_layer` values.
    uint32_t layers;
    /// Address space, bytes.
    uint64_t memory_bytes;
    /// Processor time, seconds: SIGXCPU, and SIGKILL a second later.
    uint64_t cpu_seconds;
    /// Descriptors 0 ..< descriptors stay; the rest is closed and no new one can be made.
    uint32_t descriptors;
    /// The process whose end must end this one too; 0 for none.
    pid_t parent;
};

struct moire_sandbox_state {
    int32_t level;
    /// Landlock's ABI in force; 0 when it is not.
    int32_t landlock_abi;
    int32_t seccomp;
    int32_t limits;
    /// errno of the first layer that failed; 0 when none did.
    int32_t error;
};

/// Takes away from the calling process everything that decoding does not need. Cannot be undone.
/// Signals that mean a crash get their default action again, and none stays blocked.
/// Returns 0 and fills `state`, whatever the level reached; or a negated errno when the parent is
/// gone or the other descriptors cannot be closed, and then the caller must leave.
int moire_sandbox_apply(const struct moire_sandbox *configuration, struct moire_sandbox_state *state);

/// Tries the sandbox in a child that is thrown away. Call it in a process that has one thread.
/// Returns 0 or a negated errno.
int moire_sandbox_probe(const struct moire_sandbox *configuration, struct moire_sandbox_state *state);
