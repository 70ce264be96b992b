// A seccomp filter that lists what decoding needs, denies opening files, and kills the process for
// anything else.
//
// By hand, without libseccomp: the list is short, and the decode child should link nothing that it
// does not need. What is listed was found by running every demuxer and decoder we allow; see
// Documentation/userspace-api/seccomp_filter.rst for the rules of the game.
#define _GNU_SOURCE
#include "layers.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/// Calls allowed with any arguments. None makes a descriptor, a process, or a connection, and none
/// takes a path.
static const int plain_calls[] = {
    // The media descriptor and the result pipe.
    SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_fstat, SYS_write, SYS_writev, SYS_close,
    // Memory. mmap and mprotect stand below: not executable.
    SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise,
    // What the C library and the Swift runtime do by themselves.
    SYS_futex, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_set_robust_list,
    SYS_getrandom, SYS_sched_yield, SYS_restart_syscall,
#ifdef SYS_rseq
    SYS_rseq,
#endif
    // Clocks and names of itself.
    SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_getpid, SYS_gettid, SYS_getrusage,
    // How many processors there are, asked by decoders that then use one.
    SYS_sched_getaffinity,
    SYS_exit, SYS_exit_group,
};

enum {
    // Load, architecture, load.
    PROLOGUE = 4,
    // Two per plain call: compare, allow.
    PLAIN = 2 * sizeof plain_calls / sizeof *plain_calls,
    // Compare, load the argument, test, allow, kill.
    GUARDED = 5,
    GUARDS = 4,
    // Opening and looking at files, see below; kill.
#ifdef SYS_open
    EPILOGUE = 7,
#else
    EPILOGUE = 5,
#endif
    TOTAL = PROLOGUE + PLAIN + GUARDED * GUARDS + EPILOGUE,
};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/// Lower half of argument `n`; both our architectures are little-endian.
#define LOAD_ARGUMENT(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (n))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define KILL ANSWER(SECCOMP_RET_KILL_PROCESS)
#define ALLOW ANSWER(SECCOMP_RET_ALLOW)

/// Allowed only if argument `n` has none of the bits `mask`.
#define WITHOUT_BITS(call, n, mask) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD_ARGUMENT(n), \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (mask), 1, 0), ALLOW, KILL

/// Allowed only if argument `n` is `value`.
#define ONLY_WITH(call, n, value) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD_ARGUMENT(n), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1), ALLOW, KILL

int moire_apply_seccomp(void) {
#ifndef OUR_ARCHITECTURE
    return -ENOSYS;
#else
    struct sock_filter filter[TOTAL];
    const struct sock_filter prologue[PROLOGUE] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),
        KILL,  // another architecture's numbers mean other calls
        LOAD(nr),  // the x32 numbers of x86-64 carry a high bit, so they match nothing below
    };
    int at = 0;
    for (int i = 0; i < PROLOGUE; i++) filter[at++] = prologue[i];
    for (size_t i = 0; i < sizeof plain_calls / sizeof *plain_calls; i++) {
        filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)plain_calls[i], 0, 1);
        filter[at++] = (struct sock_filter)ALLOW;
    }
    const struct sock_filter guards[GUARDED * GUARDS] = {
        WITHOUT_BITS(SYS_mmap, 2, PROT_EXEC),
        WITHOUT_BITS(SYS_mprotect, 2, PROT_EXEC),
        // Its own limits may be asked for and lowered; another process's not.
        ONLY_WITH(SYS_prlimit64, 0, 0),
        // abort(3), so that a failed assertion is seen as what it is.
        ONLY_WITH(SYS_tgkill, 0, (uint32_t)getpid()),
    };
    for (int i = 0; i < GUARDED * GUARDS; i++) filter[at++] = guards[i];
    const struct sock_filter epilogue[EPILOGUE] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 0, 1),
        ANSWER(SECCOMP_RET_TRAP),  // see fstat_trap.c
        // The C library looks for files on behalf of innocent media: a character set's converter for
        // the service name of a transport stream, the time zone for a date. It does without when
        // there is none, so this one attempt is denied instead of punished.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        ANSWER(SECCOMP_RET_ERRNO | EACCES),
#ifdef SYS_open
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
        ANSWER(SECCOMP_RET_ERRNO | EACCES),
#endif
        KILL,
    };
    for (int i = 0; i < EPILOGUE; i++) filter[at++] = epilogue[i];
    int trapped = moire_trap_fstat();
    if (trapped != 0) return trapped;

    struct sock_fprog program = {.len = (unsigned short)at, .filter = filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : -errno;
#endif
}
