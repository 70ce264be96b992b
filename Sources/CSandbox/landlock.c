// Landlock by raw system calls: the C library has no wrappers, and Debian 12's kernel header knows
// only ABI 2, so the later fields are spelled here. Numbers from the kernel's
// include/uapi/linux/landlock.h and Documentation/userspace-api/landlock.rst.
#define _GNU_SOURCE
#include "layers.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

// Same numbers on every architecture we build for (they are younger than the common table).
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

/// struct landlock_ruleset_attr as of ABI 6. Older kernels take a longer struct whose tail is zero.
struct ruleset {
    uint64_t files;
    uint64_t network;  // ABI 4
    uint64_t scopes;   // ABI 6
};

enum { ASK_VERSION = 1 };

/// File rights the ABI knows. No rule grants any of them.
static uint64_t files_at(int abi) {
    if (abi >= 5) return (UINT64_C(1) << 16) - 1;  // and device ioctl
    if (abi >= 3) return (UINT64_C(1) << 15) - 1;  // and truncate
    if (abi >= 2) return (UINT64_C(1) << 14) - 1;  // and linking or renaming across folders
    return (UINT64_C(1) << 13) - 1;
}

int moire_apply_landlock(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
    if (abi < 1) return abi < 0 ? -errno : -ENOSYS;
    struct ruleset rules = {
        .files = files_at((int)abi),
        .network = abi >= 4 ? 3 : 0,  // bind and connect over TCP
        .scopes = abi >= 6 ? 3 : 0,   // abstract unix sockets, signals
    };
    int descriptor = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (descriptor < 0) return -errno;
    int result = syscall(SYS_landlock_restrict_self, descriptor, 0) == 0 ? (int)abi : -errno;
    close(descriptor);
    return result;
}
