/* SPDX-License-Identifier: MIT */
/* Files of /proc, read while the process runs. */
#include "tests/support/proc.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/support/stopwatch.h"

enum { LOOK_MS = 5, GIVE_UP_MS = 60000 };

static FILE *open_about(pid_t pid, const char *name)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    return file;
}

/* A line "NAME: 1234 kB" of its status. */
static long status_of(pid_t pid, const char *name)
{
    FILE *file = open_about(pid, "status");
    size_t len = strlen(name);
    char line[256];
    long kib = -1;

    while (kib < 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, len) == 0)
            kib = strtol(line + len, NULL, 10);
    }
    fclose(file);
    ck_assert_int_ge(kib, 0);
    return kib;
}

long proc_memory(pid_t pid)
{
    return status_of(pid, "VmRSS:");
}

long proc_peak(pid_t pid)
{
    return status_of(pid, "VmHWM:");
}

long proc_files(pid_t pid)
{
    char path[64];
    long count = -2; /* "." and ".." */
    DIR *dir;

    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

long proc_files_left(pid_t pid, long wanted)
{
    double began = stopwatch_now();

    while (proc_files(pid) > wanted && stopwatch_now() - began < GIVE_UP_MS)
        stopwatch_wait_until(stopwatch_now() + LOOK_MS);
    return proc_files(pid);
}

/* Not from /proc, whose ticks of 10 ms are too coarse. */
double proc_cpu(pid_t pid)
{
    struct timespec used = {.tv_sec = 0};
#ifdef __linux__
    clockid_t clock;

    ck_assert_int_eq(clock_getcpuclockid(pid, &clock), 0);
    ck_assert_int_eq(clock_gettime(clock, &used), 0);
#else
    ck_abort_msg("cannot read the processor time of process %ld: this works on "
                 "Linux only",
                 (long)pid);
#endif
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

bool proc_ended(pid_t pid, double until)
{
    siginfo_t how = {.si_pid = 0};

    while (how.si_pid == 0 && stopwatch_now() < until) {
        stopwatch_wait_until(stopwatch_now() + LOOK_MS);
        waitid(P_PID, (id_t)pid, &how, WEXITED | WNOHANG | WNOWAIT);
    }
    return how.si_pid != 0;
}
