#define _GNU_SOURCE
#include "csandbox.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t moire_fork(void) {
    pid_t pid = fork();
    return pid >= 0 ? pid : -errno;
}

int moire_pidfd_open(pid_t pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);  // close-on-exec by itself
#else
    (void)pid;
    return -1;
#endif
}

int moire_pidfd_signal(int pidfd, int signal) {
#ifdef SYS_pidfd_send_signal
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : -errno;
#else
    (void)pidfd, (void)signal;
    return -ENOSYS;
#endif
}

static int wait_with(pid_t pid, int options, struct moire_ending *ending) {
    int status;
    struct rusage usage;
    pid_t reaped;
    do reaped = wait4(pid, &status, options, &usage);
    while (reaped < 0 && errno == EINTR);
    if (reaped < 0) return -errno;
    if (reaped == 0) return 0;
    ending->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending->user_us = usage.ru_utime.tv_sec * INT64_C(1000000) + usage.ru_utime.tv_usec;
    ending->system_us = usage.ru_stime.tv_sec * INT64_C(1000000) + usage.ru_stime.tv_usec;
    ending->peak_bytes = usage.ru_maxrss * INT64_C(1024);
    return 1;
}

int moire_wait(pid_t pid, struct moire_ending *ending) {
    int result = wait_with(pid, 0, ending);
    return result < 0 ? result : 0;
}

int moire_wait_now(pid_t pid, struct moire_ending *ending) { return wait_with(pid, WNOHANG, ending); }
