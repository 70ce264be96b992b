// Making and ending processes.
#pragma once

#include <stdint.h>
#include <sys/types.h>

/// How a child ended and what it cost, from wait4.
struct moire_ending {
    /// Exit code, or -1 when a signal ended it.
    int32_t exit_code;
    /// The signal, or 0.
    int32_t signal;
    int64_t user_us;
    int64_t system_us;
    /// Largest resident set, bytes.
    int64_t peak_bytes;
};

/// fork(2). In C because Swift marks it unavailable: after a fork only the calling thread lives, and
/// a lock held by another would stay locked for ever. Call it in a process that has one thread.
pid_t moire_fork(void);

/// A descriptor that stands for the process, whatever becomes of its number; -1 where the kernel has
/// none (before 5.3). In C because syscall(2) is variadic.
int moire_pidfd_open(pid_t pid);

/// Signals the process behind a pidfd. Returns 0 or a negated errno.
int moire_pidfd_signal(int pidfd, int signal);

/// Waits for the child to end and reaps it. Returns 0 or a negated errno.
/// In C because the macros that take a wait status apart are invisible to Swift.
int moire_wait(pid_t pid, struct moire_ending *ending);

/// As `moire_wait`, without blocking: returns 1 when it was reaped, 0 while it runs, or a negated errno.
int moire_wait_now(pid_t pid, struct moire_ending *ending);
