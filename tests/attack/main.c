/* SPDX-License-Identifier: MIT */
/*
 * Attacks the programs of this kit and prints what was measured:
 *
 *     attack-tests build/libsodium build/openssl
 *
 * Each suite runs in its own process, a few at a time where that does not
 * disturb times. KIT_ONLY=storm,kill runs only these suites. With TIMES=shown,
 * for a busy machine, times have no limit and all timeouts are longer.
 */
#define _GNU_SOURCE /* SCHED_IDLE, wait4 */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/streams.h"
#include "tests/support/figure.h"
#include "tests/support/fixture.h"
#include "tests/support/stopwatch.h"

#define SUITES_FILE "attack_suites.inc"
#include "tests/support/suite_table.h"

#ifndef SCHED_IDLE
#define SCHED_IDLE SCHED_OTHER
#endif

enum {
    REST = 7,
    LAST = 8,
    AT_ONCE = 4,
    AT_ONCE_BUSY = 8, /* most of them wait for timers */
};

/*
 * Suites run in waves. A suite that measures times has the machine to itself,
 * or shares it with suites that mostly wait, or with one that measures no times
 * and runs at the lowest priority. Wave REST has all other suites. The suite in
 * wave LAST reads the logs of all others. In each wave, suites start in the
 * order of this table, the longest first; suites that are not in it start last.
 * If times have no limit, waves 0 to REST run as one.
 */
static const struct {
    const char *name;
    int wave;
    bool idle; /* uses the processor only when no other process does */
} waves[] = {
    {"kill", REST, false},     {"start", REST, false},
    {"timing", 0, false},      {"storm", 1, false},
    {"threads", 2, true},      {"guessing", 2, false},
    {"slow", 2, false},        {"smuggling", 3, false},
    {"tampered", 4, false},    {"stop", 5, false},
    {"wall", 6, false},        {"tokens", REST, false},
    {"blocked", REST, false},  {"sender", REST, false},
    {"receiver", REST, false}, {"replays", REST, false},
    {"secrets", LAST, false},
};

enum { LISTED = sizeof waves / sizeof waves[0] };

/* The runs of all suites. */
static struct {
    pid_t pid; /* 0: not running */
    double began;
    bool failed;
} runs[SUITES];

/* The row of suite NUMBER in WAVES, or LISTED if it is not there. */
static int row_of(int number)
{
    int row = 0;

    while (row < LISTED && strcmp(suites[number].name, waves[row].name) != 0)
        row++;
    return row;
}

static int wave_of(int row)
{
    int wave = row < LISTED ? waves[row].wave : REST;

    return wave < REST && !figure_judges_times() ? REST : wave;
}

/* The file with the output of a suite. */
static FILE *open_output(const char *name, const char *mode)
{
    char path[128];

    snprintf(path, sizeof path, "%s/out/%s", run_dir, name);
    return fopen(path, mode);
}

/* In the child: runs suite NUMBER, with its output in a file. */
static void run_suite(int number)
{
    SRunner *runner = srunner_create(suites[number].make());
    FILE *file = open_output(suites[number].name, "w");
    int row = row_of(number);

    if (row < LISTED && waves[row].idle && figure_judges_times())
        pthread_setschedparam(pthread_self(), SCHED_IDLE,
                              &(struct sched_param){.sched_priority = 0});
    if (file == NULL || dup2(fileno(file), STDOUT_FILENO) < 0 ||
        dup2(fileno(file), STDERR_FILENO) < 0) {
        perror("cannot write the output of a suite");
        exit(EX_OSERR);
    }
    exit(suites_run(runner));
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Prints the output of suite NUMBER, and the processor time that it USED. */
static void show(int number, const struct rusage *used)
{
    const char *name = suites[number].name;
    FILE *file = open_output(name, "r");
    char line[1024];

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        fputs(line, stdout);
    if (file != NULL)
        fclose(file);
    printf("%s took %.0f s, %.0f s of the processor\n", name,
           (stopwatch_now() - runs[number].began) / 1e3,
           seconds_of(used->ru_utime) + seconds_of(used->ru_stime));
    fflush(stdout);
}

/* Waits for one suite to end. */
static void reap(void)
{
    struct rusage used;
    int status, i = 0;
    /* Returns -1 if no process is left. */
    pid_t pid = wait4(-1, &status, 0, &used);

    while (i < SUITES && runs[i].pid != pid)
        i++;
    if (i == SUITES)
        return;
    runs[i].pid = 0;
    runs[i].failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    show(i, &used);
}

static void start(int number)
{
    runs[number].began = stopwatch_now();
    runs[number].pid = fork();
    if (runs[number].pid == 0)
        run_suite(number);
    if (runs[number].pid > 0)
        return;
    perror("cannot start a process for a suite");
    runs[number].pid = 0;
    runs[number].failed = true;
}

/* Runs the suites of a wave, a few at a time. */
static void run_wave(int wave)
{
    const int most = figure_judges_times() ? AT_ONCE : AT_ONCE_BUSY;
    int count = 0;

    for (int n = 0; n < (LISTED + 1) * SUITES; n++) {
        int row = n / SUITES, number = n % SUITES;

        if (row_of(number) != row || wave_of(row) != wave ||
            !suites_chosen(suites[number].name))
            continue;
        if (count == most)
            reap();
        else
            count++;
        start(number);
    }
    while (count-- > 0)
        reap();
}

/* Prints which suites failed. Returns their number, or 1 if none ran. */
static int print_verdict(void)
{
    int failed = 0, ran = 0;

    puts("");
    for (int i = 0; i < SUITES; i++) {
        ran += suites_chosen(suites[i].name);
        failed += runs[i].failed;
        if (runs[i].failed)
            printf("failed: %s. To run it alone, type: make check-attacks "
                   "KIT_ONLY=%s\n",
                   suites[i].name, suites[i].name);
    }
    printf("%d of %d suites failed\n", failed, ran);
    return ran == 0 ? 1 : failed;
}

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: attack-tests BUILD BUILD (one of each "
                        "backend)\n");
        return EX_USAGE;
    }
    suites_check(suites, SUITES);
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    /* Check's timeouts are for tests that hang, not for a busy machine. */
    if (!figure_judges_times())
        setenv("CK_TIMEOUT_MULTIPLIER", "10", 0);
    if (figures_begin("attack") != 0)
        return EX_OSERR;
    for (int wave = 0; wave <= LAST; wave++)
        run_wave(wave);
    figures_end();
    return print_verdict() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
