#define _GNU_SOURCE
#include "csandbox.h"
#include "layers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/// A crash shall end the process by its own signal. Whoever runs us may have blocked signals, and the
/// Swift runtime may have installed a handler that reads /proc to print a backtrace, which in here
/// would turn every crash into a violation of the sandbox.
static void take_signals_back(void) {
    const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU, SIGXFSZ};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) (void)signal(crashes[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int moire_sandbox_apply(const struct moire_sandbox *configuration, struct moire_sandbox_state *state) {
    memset(state, 0, sizeof *state);
    take_signals_back();

    // Die with the parent. It may have died before this call, and then nobody would ever tell us.
    if (configuration->parent != 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -errno;
        if (getppid() != configuration->parent) return -ESRCH;
    }
    int closed = moire_close_from(configuration->descriptors);
    if (closed != 0) return closed;

    int unprivileged = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!unprivileged) state->error = errno;
    // Not to be traced, nor read through /proc, by others of the same user.
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

    if (configuration->layers & MOIRE_LAYER_LANDLOCK) {
        int abi = moire_apply_landlock();  // before the limits: it needs a descriptor for a moment
        if (abi > 0) state->landlock_abi = abi;
        else if (state->error == 0) state->error = -abi;
    }
    if (configuration->layers & MOIRE_LAYER_LIMITS) {
        int result = moire_apply_limits(configuration);
        state->limits = result == 0;
        if (result != 0 && state->error == 0) state->error = -result;
        (void)moire_drop_capabilities();  // nothing to drop for anyone but root
    }
    if (configuration->layers & MOIRE_LAYER_SECCOMP) {
        int result = moire_apply_seccomp();  // last: it forbids the calls above
        state->seccomp = result == 0;
        if (result != 0 && state->error == 0) state->error = -result;
    }
    if (unprivileged && state->landlock_abi > 0 && state->seccomp && state->limits) {
        state->level = MOIRE_LEVEL_FULL;
    } else if (unprivileged && (state->landlock_abi > 0 || state->seccomp)) {
        state->level = MOIRE_LEVEL_PARTIAL;
    }
    return 0;
}

int moire_sandbox_probe(const struct moire_sandbox *configuration, struct moire_sandbox_state *state) {
    memset(state, 0, sizeof *state);
    int ends[2];
    if (pipe(ends) != 0) return -errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int error = errno;
        close(ends[0]), close(ends[1]);
        return -error;
    }
    if (child == 0) {
        struct moire_sandbox inside = *configuration;
        inside.parent = parent;
        inside.descriptors = 1;
        struct moire_sandbox_state found;
        if (dup2(ends[1], 0) != 0 || moire_sandbox_apply(&inside, &found) != 0) _exit(1);
        _exit(write(0, &found, sizeof found) == sizeof found ? 0 : 1);
    }
    close(ends[1]);
    ssize_t count;
    do count = read(ends[0], state, sizeof *state);
    while (count < 0 && errno == EINTR);
    close(ends[0]);
    struct moire_ending ending;
    int waited = moire_wait(child, &ending);
    if (waited != 0) return waited;
    // A kernel or an outer sandbox that kills the attempt offers no level.
    if (count != sizeof *state || ending.exit_code != 0) memset(state, 0, sizeof *state);
    return 0;
}
