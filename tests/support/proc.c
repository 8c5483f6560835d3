/* SPDX-License-Identifier: MIT */
/* Files of /proc, read while the process runs. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "tests/support/proc.h"

#include <check.h>
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

#ifdef __linux__
/*
 * The busy ticks in LINE of /proc/stat if it is about a processor in MINE, or
 * -1. Interrupts are left out: they mostly work for us, but are not in the time
 * of any process.
 */
static long long busy_ticks(const char *line, const cpu_set_t *mine)
{
    long long user, nice, system, idle, wait, irq, softirq, steal;
    unsigned cpu;

    if (sscanf(line, "cpu%u %lld %lld %lld %lld %lld %lld %lld %lld", &cpu,
               &user, &nice, &system, &idle, &wait, &irq, &softirq,
               &steal) != 9 ||
        cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, mine))
        return -1;
    return user + nice + system + steal;
}

double proc_busy(int *cores)
{
    FILE *file = fopen("/proc/stat", "r");
    char line[256];
    long long total = 0, ticks;
    cpu_set_t mine;

    *cores = 0;
    if (file == NULL)
        return -1;
    if (sched_getaffinity(0, sizeof mine, &mine) != 0)
        CPU_ZERO(&mine);
    /* The lines of the processors come first. */
    while (fgets(line, sizeof line, file) != NULL &&
           strncmp(line, "cpu", 3) == 0) {
        ticks = busy_ticks(line, &mine);
        *cores += ticks >= 0;
        total += ticks >= 0 ? ticks : 0;
    }
    fclose(file);
    return *cores > 0 ? (double)total * 1e3 / (double)sysconf(_SC_CLK_TCK) : -1;
}
#else
double proc_busy(int *cores)
{
    *cores = 0;
    return -1;
}
#endif

bool proc_ended(pid_t pid, double until)
{
    siginfo_t how = {.si_pid = 0};

    while (how.si_pid == 0 && stopwatch_now() < until) {
        stopwatch_wait_until(stopwatch_now() + LOOK_MS);
        waitid(P_PID, (id_t)pid, &how, WEXITED | WNOHANG | WNOWAIT);
    }
    return how.si_pid != 0;
}
