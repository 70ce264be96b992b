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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t supervisor;
static char outside[16];

/// What lies around a decode child, made before it is forked: a file that only its owner may read, a service on the
/// loopback interface and one with a name, and another job, which has its input at descriptor 0 and the supervisor at 21.
static char secret[] = "/tmp/moire-secret-XXXXXX";
static struct sockaddr_in service;
static struct sockaddr_un named;
static pid_t other_job;

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
static int open_a_secret(void) { return of(open(secret, O_RDONLY)); }
static int write_into_a_file(void) {
    int file = open(secret, O_WRONLY | O_APPEND);
    return file < 0 ? errno : of(write(file, "x", 1));
}
static int connect_to_a_service(void) {
    int end = socket(AF_INET, SOCK_STREAM, 0);
    return end < 0 ? errno : of(connect(end, (struct sockaddr *)&service, sizeof service));
}
static int connect_to_a_named_socket(void) {
    int end = socket(AF_UNIX, SOCK_STREAM, 0);
    return end < 0 ? errno : of(connect(end, (struct sockaddr *)&named, sizeof named));
}
static int read_another_jobs_input(void) {
    char byte;
    return of(read(21, &byte, 1));
}
static int open_another_jobs_input(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/0", other_job);
    return of(open(path, O_RDONLY));
}
static int trace_another_job(void) { return of(ptrace(PTRACE_SEIZE, other_job, 0, 0)); }
static int read_another_jobs_memory(void) {
    char here[16];
    struct iovec local = {here, sizeof here}, remote = {outside, sizeof outside};
    return of(process_vm_readv(other_job, &local, 1, &remote, 1, 0));
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
    {"open a secret", open_a_secret}, {"write into a file", write_into_a_file},
    {"connect to a service", connect_to_a_service}, {"connect to a named socket", connect_to_a_named_socket},
    {"read another job's input", read_another_jobs_input}, {"open another job's input", open_another_jobs_input},
    {"trace another job", trace_another_job}, {"read another job's memory", read_another_jobs_memory},
    {"hold three gigabytes", hold_three_gigabytes}, {"grow a file", grow_a_file}, {"work for ever", work_for_ever},
    {"what decoding needs", what_decoding_needs}, {"abort", NULL},
};

/// Makes what lies around the child; 0 when all of it is there.
static int make_surroundings(void) {
    int file = mkstemp(secret);
    if (file < 0 || write(file, "secret", 6) != 6 || dup2(file, 21) < 0) return -1;
    service.sin_family = AF_INET;
    service.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof service;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&service, size) != 0 || listen(listening, 1) != 0 ||
        getsockname(listening, (struct sockaddr *)&service, &size) != 0) return -1;
    named.sun_family = AF_UNIX;
    snprintf(named.sun_path, sizeof named.sun_path, "%s.socket", secret);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(local, (struct sockaddr *)&named, sizeof named) != 0 || listen(local, 1) != 0) return -1;
    // Where Yama is strict, whoever is to be traced must allow it; only the sandbox is in question here.
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    int ready[2];
    if (pipe(ready) != 0 || (other_job = moire_fork()) < 0) return -1;
    if (other_job == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
        if (dup2(file, 0) != 0 || write(ready[1], "", 1) != 1) _exit(1);
        for (;;) pause();
    }
    char byte;
    if (read(ready[0], &byte, 1) != 1) return -1;
    lseek(21, 0, SEEK_SET);
    return 0;
}

/// Takes away what is outside of this process.
static void remove_surroundings(void) {
    (void)unlink(secret);
    (void)unlink(named.sun_path);
    if (other_job > 0) (void)kill(other_job, SIGKILL);
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    setvbuf(stdout, NULL, _IONBF, 0);
    supervisor = getpid();
    // A supervisor that is careless with descriptors: one is left open, and standard error is a file.
    int careless = open("/etc/passwd", O_RDONLY);
    dup2(careless, 20);
    dup2(careless, 0);
    dup2(open("/tmp", O_TMPFILE | O_RDWR, 0600), 2);

    if (make_surroundings() != 0) return remove_surroundings(), 1;

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
    int waited = child < 0 ? child : moire_wait(child, &ending);
    remove_surroundings();
    if (waited != 0 || ending.exit_code == 255) return 1;
    if (ending.signal != 0) printf("killed %d\n", ending.signal);
    else if (ending.exit_code != 0) printf("refused %d\n", ending.exit_code);
    else printf("succeeded\n");
    return 0;
}
