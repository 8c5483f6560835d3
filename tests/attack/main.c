/* SPDX-License-Identifier: MIT */
/*
 * Attacks the programs of this kit and prints what was measured:
 *
 *     attack-tests build/libsodium build/openssl
 *
 * Each suite runs in a process of its own, a few at a time where that spoils
 * no times. KIT_ONLY=storm,kill runs these alone; TIMES=shown does not judge
 * times, for a machine that does other work meanwhile, and waits longer for
 * everything.
 */
#define _GNU_SOURCE /* SCHED_IDLE */
#include <check.h>
#include <fcntl.h>
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

enum {
    REST = 6,
    LAST = 7,
    AT_ONCE = 4,
    AT_ONCE_BUSY = 8, /* most of them wait for timers */
    LOWEST = 19
};

/*
 * One wave after the other. What measures times has the machine to itself, or
 * shares it with suites that mostly wait, or only count and run at the lowest
 * priority. Then come all others; the last looks at what all have left. In a
 * wave they begin in this order, the longest first, and those not named here
 * last. Where times are not judged there is one wave, and the last.
 */
static const struct {
    const char *name;
    int wave;
    bool stands_back; /* takes the processor only where nobody wants it */
} waves[] = {
    {"kill", REST, false},    {"start", REST, false},
    {"timing", 0, false},     {"storm", 1, false},
    {"threads", 2, true},     {"guessing", 2, false},
    {"slow", 2, false},       {"smuggling", 3, false},
    {"tampered", 4, false},   {"stop", 5, false},
    {"tokens", REST, false},  {"blocked", REST, false},
    {"sender", REST, false},  {"receiver", REST, false},
    {"replays", REST, false}, {"secrets", LAST, false},
};

enum { NAMED = sizeof waves / sizeof waves[0] };

/* Where suite NUMBER stands there, or behind all. */
static int place(int number)
{
    int i = 0;

    while (i < NAMED && strcmp(suites[number].name, waves[i].name) != 0)
        i++;
    return i;
}

static int wave_of(int number)
{
    int i = place(number);
    int wave = i < NAMED ? waves[i].wave : REST;

    return wave < REST && !figure_judges_times() ? REST : wave;
}

/* For qsort: which suite begins first. */
static int earlier(const void *a, const void *b)
{
    int one = *(const int *)a, other = *(const int *)b;

    if (place(one) != place(other))
        return place(one) - place(other);
    return one - other;
}

/* Being nice is not enough: who is nice still ends his turn of milliseconds. */
static void stand_back(void)
{
#ifdef SCHED_IDLE
    const struct sched_param none = {.sched_priority = 0};

    if (sched_setscheduler(0, SCHED_IDLE, &none) == 0)
        return;
#endif
    (void)!nice(LOWEST);
}

/* In the child: runs suite NUMBER; what it says goes to a file. */
static void run_suite(int number)
{
    char path[128];
    SRunner *runner = srunner_create(suites[number].make());
    int row = place(number);
    int fd;

    if (row < NAMED && waves[row].stands_back && figure_judges_times())
        stand_back();

    snprintf(path, sizeof path, "%s/out/%s", run_dir, suites[number].name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
        exit(EX_OSERR);
    exit(suites_run(runner));
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* Prints what suite NAME has said, the SECONDS that it took, and what it USED
   of the processor. */
static void show(const char *name, double seconds, const struct rusage *used)
{
    char path[128], line[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/out/%s", run_dir, name);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        fputs(line, stdout);
    if (file != NULL)
        fclose(file);
    printf("%s took %.0f s, %.0f s of the processor\n", name, seconds,
           seconds_of(&used->ru_utime) + seconds_of(&used->ru_stime));
    fflush(stdout);
}

/* A suite under way. */
struct run {
    pid_t pid; /* 0: it is not */
    double began;
};

static bool has_failed[SUITES];

/* Waits for one suite to end. */
static void reap(struct run *running)
{
    struct rusage used;
    int status;
    pid_t pid = wait4(-1, &status, 0, &used);

    for (int i = 0; i < SUITES; i++) {
        if (running[i].pid != pid)
            continue;
        running[i].pid = 0;
        has_failed[i] = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
        show(suites[i].name, (stopwatch_now() - running[i].began) / 1e3, &used);
    }
}

/* All suites of a wave, a few at a time. */
static void run_wave(int wave, const int *order)
{
    struct run running[SUITES] = {{.pid = 0}};
    const int most = figure_judges_times() ? AT_ONCE : AT_ONCE_BUSY;
    int count = 0;

    for (int n = 0; n < SUITES; n++) {
        int i = order[n];

        if (wave_of(i) != wave || !suites_chosen(suites[i].name))
            continue;
        if (count == most) {
            reap(running);
            count--;
        }
        running[i].began = stopwatch_now();
        running[i].pid = fork();
        if (running[i].pid == 0)
            run_suite(i);
        count++;
    }
    while (count-- > 0)
        reap(running);
}

/* The last lines are what to look at. Returns how many suites failed, or 1
   where none ran. */
static int print_verdict(void)
{
    int failed = 0, ran = 0;

    puts("");
    for (int i = 0; i < SUITES; i++) {
        ran += suites_chosen(suites[i].name);
        if (has_failed[i])
            printf("failed: %s, once more alone: make check-attacks "
                   "KIT_ONLY=%s\n",
                   suites[i].name, suites[i].name);
        failed += has_failed[i];
    }
    printf("%d of %d suites failed\n", failed, ran);
    return ran == 0 ? 1 : failed;
}

int main(int argc, char **argv)
{
    int order[SUITES], failed;

    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: attack-tests BUILD BUILD, one of each "
                        "backend\n");
        return EX_USAGE;
    }
    suites_check(suites, SUITES);
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    /* Check's limits are for what hangs: a busy machine is only slow. */
    if (!figure_judges_times())
        setenv("CK_TIMEOUT_MULTIPLIER", "10", 0);
    if (figures_begin("attack") != 0)
        return EX_OSERR;
    for (int i = 0; i < SUITES; i++)
        order[i] = i;
    qsort(order, SUITES, sizeof order[0], earlier);
    for (int wave = 0; wave <= LAST; wave++)
        run_wave(wave, order);
    figures_end();
    failed = print_verdict();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
