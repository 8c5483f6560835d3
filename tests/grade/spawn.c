/* SPDX-License-Identifier: MIT */
/* fork, limits, exec; and the end of what came of it. */
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
#include "tests/grade/lab.h"
#include "tests/grade/program.h"
#include "tests/grade/transcript.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
    CPU_SECONDS = 20,
    FILE_BYTES = 1 << 20,
    DESCRIPTORS = 64,
    REAP_SECONDS = 5,
    MEMORY_MB = 512,
};

/* --- When a child ends ---------------------------------------------------- */

static int ended[2] = {-1, -1};

static void on_child(int number)
{
    int saved = errno;

    (void)number;
    if (write(ended[1], "", 1) < 0)
        errno = saved; /* full: it will wake all the same */
    errno = saved;
}

static void close_on_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int spawn_ended_fd(void)
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

void spawn_ended_clear(void)
{
    char bytes[64];

    while (read(ended[0], bytes, sizeof bytes) > 0)
        ;
}

/* --- The beginning -------------------------------------------------------- */

static void limit(int what, rlim_t most)
{
    struct rlimit value = {.rlim_cur = most, .rlim_max = most};

    setrlimit(what, &value);
}

/* The environment of a program under test, in static memory. */
static char *const *environment(const char *options)
{
    static char path[2048], home[1024], asan[512], here[1000];
    static char *all[] = {
        path,
        home,
        asan,
        "UBSAN_OPTIONS=print_stacktrace=1:exitcode=99:log_path=stderr",
        "LC_ALL=C",
        NULL};
    const char *from = getenv("PATH");

    must(getcwd(here, sizeof here) != NULL);
    snprintf(path, sizeof path, "PATH=%s", from != NULL ? from : "");
    snprintf(home, sizeof home, "HOME=%s", here);
    snprintf(asan, sizeof asan,
             "ASAN_OPTIONS=exitcode=%d:hard_rss_limit_mb=%d:"
             "quarantine_size_mb=2:max_allocation_size_mb=256:log_path=stderr"
             "%s%s",
             PROGRAM_FINDING, MEMORY_MB, options[0] != '\0' ? ":" : "",
             options);
    return all;
}

/* In the child, where only simple calls are safe: a thread may run beside. */
static _Noreturn void become(char *const argv[], char *const env[],
                             const int ends[3])
{
    setsid(); /* a group of its own, and no terminal to write on */
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    /* A sanitizer takes terabytes of addresses; it has a limit of its own. */
    if (strstr(lab.link, "-fsanitize") == NULL)
        limit(RLIMIT_AS, (rlim_t)2 * MEMORY_MB << 20);
    for (int i = 0; i < 3; i++) {
        if (dup2(ends[i], i) < 0)
            _exit(126);
    }
    /* What else is open belongs to the grader. */
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    lab_drop();
    execve(argv[0], argv, env);
    _exit(127);
}

pid_t spawn(int *in, int *out, int *err, char *const argv[],
            const char *options)
{
    char *const *env = environment(options);
    int pipes[3][2], ends[3];
    pid_t pid;

    (void)spawn_ended_fd();
    for (int i = 0; i < 3; i++) {
        int mine = i == 0 ? 1 : 0;

        must(pipe(pipes[i]) == 0);
        close_on_exec(pipes[i][mine]);
        ends[i] = pipes[i][1 - mine];
    }
    pid = fork();
    must(pid >= 0);
    if (pid == 0)
        become(argv, env, ends);
    for (int i = 0; i < 3; i++)
        close(ends[i]);
    *in = pipes[0][1];
    *out = pipes[1][0];
    *err = pipes[2][0];
    fcntl(*in, F_SETFL, O_NONBLOCK);
    return pid;
}

/* --- The end -------------------------------------------------------------- */

#ifdef __linux__
void spawn_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void spawn_hide(void)
{
    prctl(PR_SET_DUMPABLE, 0);
}
#else
void spawn_adopt(void)
{
}

void spawn_hide(void)
{
}
#endif

/* Kills the children that the system lists for this process. */
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

void spawn_reap(const pid_t *groups, int count)
{
    int64_t end = kit_ticks() + REAP_SECONDS * 1000;

    for (int i = 0; i < count; i++)
        kill(-groups[i], SIGKILL);
    /* Each one that dies may leave its own children to us; but whoever makes
       children faster than they can be ended does not hold us for ever. */
    do
        kill_children();
    while (waitpid(-1, NULL, 0) > 0 && kit_ticks() < end);
}
