/* SPDX-License-Identifier: MIT */
#include "tests/grade/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/exec_report.h"
#include "tests/grade/program.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/sandbox_command.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

#ifdef __linux__
#include <sys/personality.h>
#include <sys/prctl.h>
#endif

enum {
    CPU_SECONDS = 20,
    FILE_BYTES = 1 << 20,
    DESCRIPTORS = 64,
    REAP_SECONDS = 5,
    MEMORY_MB = 512,
};

/* --- SIGCHLD -------------------------------------------------------------- */

/* The self-pipe: the signal handler writes, poll sees it. */
static int ended[2] = {-1, -1};

static void on_child(int number)
{
    int saved = errno;

    (void)number;
    if (write(ended[1], "", 1) < 0)
        errno = saved; /* full: then it is readable already */
    errno = saved;
}

static void close_on_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int spawn_sigchld_fd(void)
{
    struct sigaction action = {.sa_handler = on_child,
                               .sa_flags = SA_RESTART | SA_NOCLDSTOP};

    if (ended[0] < 0) {
        must(pipe(ended) == 0);
        for (int i = 0; i < 2; i++) {
            fcntl(ended[i], F_SETFL, O_NONBLOCK);
            close_on_exec(ended[i]);
        }
        sigaction(SIGCHLD, &action, NULL);
        signal(SIGPIPE, SIG_IGN);
    }
    return ended[0];
}

void spawn_sigchld_clear(void)
{
    char bytes[64];

    while (read(ended[0], bytes, sizeof bytes) > 0)
        ;
}

/* --- A child that cannot exec --------------------------------------------- */

void spawn_pipe(int report[2])
{
    must(pipe(report) == 0);
    close_on_exec(report[0]);
    close_on_exec(report[1]);
}

/*
 * Reads the reports from FD to the end of the pipe. Returns whether the last
 * one is about a step that failed. Sets READY to whether any is from
 * exec_report_ready.
 */
static bool read_failure(struct exec_report *last, bool *ready, int fd)
{
    ssize_t n;

    *ready = false;
    memset(last, 0, sizeof *last);
    do {
        n = read(fd, last, sizeof *last);
        *ready |= n == (ssize_t)sizeof *last && last->error == 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    return last->error != 0;
}

static const char noexec[] =
    " (is TMPDIR on a noexec mount? set it to another folder)";

void spawn_confirm(int report[2], const char *program, int err)
{
    char words[200] = "";
    struct exec_report failure;
    bool ready, failed;

    close(report[1]);
    failed = read_failure(&failure, &ready, report[0]);
    close(report[0]);
    if (ready && !failed)
        return;
    if (!ready && !failed) {
        ssize_t n = read(err, words, sizeof words - 1);

        no_verdict("%s cannot run %s: %s%s",
                   sandbox_is_used() ? sandbox_name() : "the grader", program,
                   printable(words, n > 0 ? strcspn(words, "\n") : 0),
                   strstr(words, strerror(EACCES)) != NULL ? noexec : "");
    }
    /* The check runs alone and its user belongs to this grading only, so the
       processes are the submission's. */
    if (failure.error == EAGAIN && user_is_separate() && transcript->last_try)
        fail("Your programs start so many processes that no more can run. "
             "Neither needs fork().");
    no_verdict("cannot %s %s: %s%s", failure.step, program,
               strerror(failure.error),
               failure.error == EACCES ? noexec
               : failure.error == EAGAIN
                   ? " (too many processes of one user run on this machine)"
                   : "");
}

/* --- Starting ------------------------------------------------------------- */

static void limit(int what, rlim_t most)
{
    struct rlimit value = {.rlim_cur = most, .rlim_max = most};

    setrlimit(what, &value);
}

/*
 * Switches off address space randomization. With many random bits (Linux's
 * vm.mmap_rnd_bits=32) older sanitizers sometimes cannot start. A container may
 * forbid this call; then the scheduler retries checks whose program could not
 * start.
 */
#ifdef __linux__
static void fix_addresses(void)
{
    (void)personality(ADDR_NO_RANDOMIZE);
}
#else
static void fix_addresses(void)
{
}
#endif

/* "NAME=VALUE" from our environment, for free(); NULL if NAME is not set. */
static char *copy_variable(const char *name)
{
    const char *value = getenv(name);
    size_t size = value != NULL ? strlen(name) + strlen(value) + 2 : 0;
    char *both = value != NULL ? malloc(size) : NULL;

    must(value == NULL || both != NULL);
    if (both != NULL)
        snprintf(both, size, "%s=%s", name, value);
    return both;
}

/* The environment of a program under test, in static memory. */
static char *const *environment(const char *options)
{
    /* The last two are for libraries outside the system's folders. */
    static const char *const copied[] = {"PATH", "LD_LIBRARY_PATH",
                                         "DYLD_LIBRARY_PATH"};
    static char home[PATH_SIZE + 8], asan[512], here[PATH_SIZE];
    static char *all[9] = {
        home, asan,
        "UBSAN_OPTIONS=print_stacktrace=1:exitcode=99:log_path=stderr",
        "LC_ALL=C", "KIT_DEBUG=1"};
    int n = 5;

    if (config.no_leak_check)
        options = "detect_leaks=0";
    must(getcwd(here, sizeof here) != NULL);
    snprintf(home, sizeof home, "HOME=%s", here);
    snprintf(asan, sizeof asan,
             "ASAN_OPTIONS=exitcode=%d:hard_rss_limit_mb=%d:quarantine_size_mb="
             "2:max_allocation_size_mb=256:log_path=stderr%s%s",
             PROGRAM_SANITIZER_EXIT, MEMORY_MB, options[0] != '\0' ? ":" : "",
             options);
    for (int i = 0; i < 3; i++) {
        free(all[n]);
        all[n] = copy_variable(copied[i]);
        n += all[n] != NULL;
    }
    return all;
}

#ifdef __linux__
/* Drops the rights to mount folders: bubblewrap does not start with them. */
static void drop_rights(void)
{
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}
#else
static void drop_rights(void)
{
}
#endif

_Noreturn void spawn_exec(char *const argv[], char *const env[], int report,
                          bool in_sandbox)
{
    spawn_die_with_parent();
    if (in_sandbox && sandbox_is_used()) {
        (void)fcntl(report, F_SETFD, 0); /* for confine */
    } else {
        /* For one's own work, the compiler may be in a folder that only root
           can read. */
        bool stays = env == NULL && config.own_work;

        if (!stays && user_become() != 0)
            exec_report_failure(report, "change the user of");
        exec_report_ready(report);
    }
    drop_rights();
    if (env != NULL)
        execve(argv[0], argv, env);
    else
        execvp(argv[0], argv);
    exec_report_failure(report, "run");
}

/*
 * In the child. Only async-signal-safe calls: the parent may have threads. With
 * a sandbox, ARGV is the program that makes it.
 */
static _Noreturn void become(char *const argv[], char *const env[],
                             const int ends[3], int report, bool in_sandbox)
{
    setsid(); /* a new process group, without a terminal */
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    /* Sanitizers reserve terabytes of addresses: see hard_rss_limit_mb. */
    if (!config.sanitized)
        limit(RLIMIT_AS, (rlim_t)2 * MEMORY_MB << 20);
    else
        fix_addresses();
    for (int i = 0; i < 3; i++) {
        if (dup2(ends[i], i) < 0)
            exec_report_failure(report, "connect the streams of");
    }
    /* Close the grader's descriptors. exec closes the report pipe. */
    for (int fd = 3; fd < 1024; fd++) {
        if (fd != report)
            close(fd);
    }
    spawn_exec(argv, env, report, in_sandbox);
}

/* The command that runs ARGV, in the sandbox if IN_SANDBOX. */
static struct args command_for(char *const argv[], int report, bool in_sandbox)
{
    static char here[PATH_SIZE];
    char folder[PATH_SIZE];
    struct args command = {0};

    must(getcwd(here, sizeof here) != NULL);
    path_format(folder, "%s", argv[0]);
    *strrchr(folder, '/') = '\0';
    if (in_sandbox)
        sandbox_command_program(&command, here, folder, report);
    for (int i = 0; argv[i] != NULL; i++)
        must(args_add(&command, argv[i]) == 0);
    return command;
}

pid_t spawn(struct spawn_ends *out, char *const argv[], const char *options,
            bool in_sandbox)
{
    char *const *env = environment(options);
    int pipes[3][2], ends[3], report[2];
    struct args command;
    pid_t pid;

    (void)spawn_sigchld_fd();
    for (int i = 0; i < 3; i++) {
        int mine = i == 0 ? 1 : 0;

        must(pipe(pipes[i]) == 0);
        close_on_exec(pipes[i][mine]);
        ends[i] = pipes[i][1 - mine];
    }
    spawn_pipe(report);
    command = command_for(argv, report[1], in_sandbox);
    pid = fork();
    must(pid >= 0);
    if (pid == 0)
        become(command.argv, env, ends, report[1], in_sandbox);
    args_free(&command);
    for (int i = 0; i < 3; i++)
        close(ends[i]);
    spawn_confirm(report, argv[0], pipes[2][0]);
    *out = (struct spawn_ends){pipes[0][1], pipes[1][0], pipes[2][0]};
    fcntl(out->in, F_SETFL, O_NONBLOCK);
    return pid;
}

/* --- Killing -------------------------------------------------------------- */

#ifdef __linux__
void spawn_die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void spawn_become_subreaper(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void spawn_set_undumpable(void)
{
    prctl(PR_SET_DUMPABLE, 0);
}
#else
void spawn_die_with_parent(void)
{
}

void spawn_become_subreaper(void)
{
}

void spawn_set_undumpable(void)
{
}
#endif

/* Kills all children of this process that /proc lists. */
static void kill_children(void)
{
    char path[64];
    FILE *list;
    int pid;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    list = fopen(path, "r");
    while (list != NULL && fscanf(list, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    if (list != NULL)
        fclose(list);
}

void spawn_kill_all(const pid_t *groups, int count)
{
    int64_t end = kit_ticks() + REAP_SECONDS * 1000;

    for (int i = 0; i < count; i++)
        kill(-groups[i], SIGKILL);
    /* A process that dies may leave its children to us, the subreaper. The
       deadline is for a program that forks faster than we can kill. */
    do
        kill_children();
    while (waitpid(-1, NULL, 0) > 0 && kit_ticks() < end);
}
