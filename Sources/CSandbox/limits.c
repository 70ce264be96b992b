#define _GNU_SOURCE
#include "layers.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int limit_to(int resource, uint64_t soft, uint64_t hard) {
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0) return -errno;
    // An operator's own lower ceiling stays.
    struct rlimit limit = {.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max,
                           .rlim_max = hard < now.rlim_max ? hard : now.rlim_max};
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0 ? 0 : -errno;
}

int moire_apply_limits(const struct moire_sandbox *configuration) {
    const struct { int resource; uint64_t soft, hard; } limits[] = {
        {RLIMIT_AS, configuration->memory_bytes, configuration->memory_bytes},
        {RLIMIT_CPU, configuration->cpu_seconds, configuration->cpu_seconds + 1},
        {RLIMIT_FSIZE, 0, 0},                                                   // no file grows
        {RLIMIT_NOFILE, configuration->descriptors, configuration->descriptors},  // no new descriptor
        {RLIMIT_NPROC, 0, 0},    // no process or thread; root is exempt, and has the filter
        {RLIMIT_CORE, 0, 0},     // a dump would hold somebody's video
        {RLIMIT_MEMLOCK, 0, 0},
        {RLIMIT_MSGQUEUE, 0, 0},
    };
    int first = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        int result = limit_to(limits[i].resource, limits[i].soft, limits[i].hard);
        if (result != 0 && first == 0) first = result;
    }
    return first;
}

int moire_drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    return syscall(SYS_capset, &header, none) == 0 ? 0 : -errno;
}
