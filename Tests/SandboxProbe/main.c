// Puts the decode child's sandbox on, tries to get out, and says what became of it:
//   sandbox-probe LAYERS ATTEMPT   →   "succeeded", "refused ERRNO", or "killed SIGNAL"
// With LAYERS 0 there is no sandbox, which shows that the attempt is a real one.
#define _GNU_SOURCE
#include <csandbox.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t supervisor;
static char outside[16];

static void *nothing(void *argument) { return argument; }

/// Every attempt returns 0 when it worked, or an errno.
static int of(long result) { return result >= 0 ? 0 : errno; }

static int read_a_file(void) { return of(open("/etc/passwd", O_RDONLY)); }
static int make_a_file(void) { return of(open("/tmp", O_TMPFILE | O_RDWR, 0600)); }
static int look_at_a_file(void) {
    struct stat status;
    return of(stat("/etc/passwd", &status));
}
static int list_a_folder(void) { return of(open("/", O_RDONLY | O_DIRECTORY)); }
static int make_a_socket(void) { return of(socket(AF_INET, SOCK_STREAM, 0)); }
static int run_a_program(void) {
    char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    return of(execve("/bin/true", arguments, environment));
}
static int make_a_process(void) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    return of(pid);
}
static int make_a_thread(void) {
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL);
}
static int trace_the_supervisor(void) { return of(ptrace(PTRACE_SEIZE, supervisor, 0, 0)); }
static int signal_the_supervisor(void) { return of(kill(supervisor, 0)); }
static int signal_its_thread(void) { return of(syscall(SYS_tgkill, supervisor, supervisor, 0)); }
static int read_its_memory(void) {
    char here[16];
    struct iovec local = {here, sizeof here}, remote = {outside, sizeof outside};
    return of(process_vm_readv(supervisor, &local, 1, &remote, 1, 0));
}
static int change_its_limits(void) {
    struct rlimit limit;
    return of(prlimit(supervisor, RLIMIT_CORE, NULL, &limit));
}
static int outlive_the_parent(void) { return of(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0)); }
static int map_code(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}
static int turn_data_into_code(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? errno : of(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
static int make_a_memory_file(void) { return of(memfd_create("x", 0)); }
static int use_an_inherited_descriptor(void) { return of(fcntl(20, F_GETFD)); }
static int read_an_inherited_descriptor(void) {
    char byte;
    return of(read(20, &byte, 1));
}
static int copy_a_descriptor(void) { return of(dup(0)); }
static int hold_three_gigabytes(void) {
    return mmap(NULL, (size_t)3 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED
        ? errno : 0;
}
static int grow_a_file(void) { return of(write(2, "x", 1)); }
static int work_for_ever(void) {
    struct rusage usage;
    do getrusage(RUSAGE_SELF, &usage);
    while (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < 3);
    return 0;
}
static int what_decoding_needs(void) {
    char byte;
    struct stat status;
    if (fstat(0, &status) != 0 || lseek(0, 0, SEEK_SET) != 0 || read(0, &byte, 1) != 1) return errno;
    for (size_t bytes = 1; bytes < (size_t)64 << 20; bytes *= 2) {
        char *memory = malloc(bytes);
        if (!memory) return ENOMEM;
        memset(memory, 1, bytes);
        memory = realloc(memory, bytes * 2);
        free(memory);
    }
    return of(write(1, "", 0));
}

static const struct { const char *name; int (*attempt)(void); } attempts[] = {
    {"read a file", read_a_file}, {"make a file", make_a_file}, {"look at a file", look_at_a_file},
    {"list a folder", list_a_folder}, {"make a socket", make_a_socket}, {"run a program", run_a_program},
    {"make a process", make_a_process}, {"make a thread", make_a_thread},
    {"trace the supervisor", trace_the_supervisor}, {"signal the supervisor", signal_the_supervisor},
    {"signal its thread", signal_its_thread}, {"read its memory", read_its_memory},
    {"change its limits", change_its_limits}, {"outlive the parent", outlive_the_parent}, {"map code", map_code},
    {"turn data into code", turn_data_into_code}, {"make a memory file", make_a_memory_file},
    {"use an inherited descriptor", use_an_inherited_descriptor},
    {"read an inherited descriptor", read_an_inherited_descriptor}, {"copy a descriptor", copy_a_descriptor},
    {"hold three gigabytes", hold_three_gigabytes}, {"grow a file", grow_a_file}, {"work for ever", work_for_ever},
    {"what decoding needs", what_decoding_needs}, {"abort", NULL},
};

int main(int count, char **arguments) {
    if (count != 3) return 64;
    setvbuf(stdout, NULL, _IONBF, 0);
    supervisor = getpid();
    // A supervisor that is careless with descriptors: one is left open, and standard error is a file.
    int careless = open("/etc/passwd", O_RDONLY);
    dup2(careless, 20);
    dup2(careless, 0);
    dup2(open("/tmp", O_TMPFILE | O_RDWR, 0600), 2);

    pid_t child = moire_fork();
    if (child == 0) {
        struct moire_sandbox configuration = {.layers = (uint32_t)atoi(arguments[1]), .memory_bytes = UINT64_C(2) << 30,
                                              .cpu_seconds = 1, .descriptors = 3, .parent = supervisor};
        struct moire_sandbox_state state;
        if (configuration.layers && moire_sandbox_apply(&configuration, &state) != 0) _exit(255);
        if (strcmp(arguments[2], "abort") == 0) abort();
        for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
            if (strcmp(attempts[i].name, arguments[2]) == 0) _exit(attempts[i].attempt());
        }
        _exit(255);
    }
    struct moire_ending ending;
    if (child < 0 || moire_wait(child, &ending) != 0 || ending.exit_code == 255) return 1;
    if (ending.signal != 0) printf("killed %d\n", ending.signal);
    else if (ending.exit_code != 0) printf("refused %d\n", ending.exit_code);
    else printf("succeeded\n");
    return 0;
}
