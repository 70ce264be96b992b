// fstat(2) inside the filter.
//
// Since glibc 2.33 fstat(fd, s) asks the kernel for newfstatat(fd, "", s, AT_EMPTY_PATH). A filter
// cannot look at the path, so to allow that call is to allow looking at every file of the machine,
// which Landlock does not forbid either. The filter therefore raises SIGSYS for it, and this handler
// makes the harmless call in its place and denies the others. The technique is Chromium's
// (sandbox/linux/seccomp-bpf-helpers/sigsys_handlers.cc, SIGSYSFstatatHandler).
#define _GNU_SOURCE
#include "layers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARGUMENT(context, n) ((context)->uc_mcontext.gregs[(n) == 0 ? REG_RDI : (n) == 1 ? REG_RSI : (n) == 2 ? REG_RDX : REG_R10])
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
#elif defined(__aarch64__)
#define ARGUMENT(context, n) ((context)->uc_mcontext.regs[n])
#define RESULT(context) ((context)->uc_mcontext.regs[0])
#endif

static void stand_in(int signal, siginfo_t *info, void *context_) {
    (void)signal;
#ifdef RESULT
    ucontext_t *context = context_;
    const char *path = (const char *)ARGUMENT(context, 1);
    if (info->si_syscall == SYS_newfstatat) {
        int saved = errno;
        int is_open = (int)ARGUMENT(context, 3) == AT_EMPTY_PATH && path && path[0] == '\0';
        long result = is_open ? syscall(SYS_fstat, (int)ARGUMENT(context, 0), (void *)ARGUMENT(context, 2)) : -1;
        RESULT(context) = result == 0 ? 0 : is_open ? -errno : -EACCES;
        errno = saved;
        return;
    }
#else
    (void)info, (void)context_;
#endif
    // The filter traps nothing else. This call is not in its list, so it kills.
    syscall(SYS_execve, 0, 0, 0);
}

int moire_trap_fstat(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = stand_in;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    return sigaction(SIGSYS, &action, NULL) == 0 ? 0 : -errno;
}
