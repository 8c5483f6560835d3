/* SPDX-License-Identifier: MIT */
/*
 * The harness of make bench. It measures what is compared in rounds, A B C A B
 * C, so that a change of the machine's speed meets all of them, and forms the
 * ratio of each round. Goals are limits of such ratios, never of an absolute
 * figure: they hold on every machine.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tests/support/rounds.h"
#include "tests/support/times.h"

enum {
    BENCH_SIDES = 12,
    BENCH_GOALS = 8,
    BENCH_JUDGED = 40, /* processes whose CPU is judged, at once */
};

/* What is known about one side after a round. Zero: not measured. */
enum bench_figure {
    BENCH_CPU,  /* microseconds of the processor for a unit */
    BENCH_RATE, /* units a second */
    BENCH_P50,  /* milliseconds that a unit took, median ... */
    BENCH_P99,  /* ... and 99th percentile */
    BENCH_SIZE, /* KiB of memory */
    BENCH_FIGURES,
};

/* The figures of a side in one round, and what it was like. */
struct bench_result {
    double figures[BENCH_FIGURES];
    struct round_load load;
};

/*
 * One of the things that are compared. RUN prepares what it needs, calls
 * bench_begin, does the work, and calls bench_end. A side without work only
 * sets a figure.
 */
struct bench_side {
    const char *name;
    void (*run)(struct bench_result *result, const struct bench_side *side);
    const void *context; /* for RUN */
    int number;          /* the same */
};

/* What our figure is divided by. */
enum bench_reference {
    BENCH_SUM,  /* the sum of the other sides, or the only one */
    BENCH_BEST, /* the best of the other sides */
};

/*
 * The ratio of side OURS to COUNT others from number FIRST on. With
 * ROUND_AT_LEAST it is a speed: that of OURS divided by that of the others,
 * whether the figure is a rate or a time.
 */
struct bench_goal {
    const char *what; /* "CPU, times the sum of the parts" */
    enum bench_figure figure;
    enum bench_reference reference;
    int ours, first, count;
    enum round_goal goal;
    double limit;
    /* Not 0: OURS did this many times the work of the others, and the exponent
       of the growth takes the place of the ratio: 0 is constant, 1 linear. */
    double scale;
};

struct bench {
    const char *work;                     /* "/userinfo, whole path" */
    const char *unit;                     /* "request" */
    struct bench_side sides[BENCH_SIDES]; /* up to one without a name */
    struct bench_goal goals[BENCH_GOALS]; /* up to one without a text */
    const char *missing[BENCH_SIDES];     /* sides that are not installed */
    bool client_spins;   /* the thread that calls RUN never waits */
    int judged_spinners; /* threads of the judged processes that never wait */
};

/*
 * bench_compare: measures BENCH in rounds and records the results. A round
 * that other work disturbed is measured again.
 */
void bench_compare(const struct bench *bench);

/*
 * bench_begin: starts the measurement of a side. Only the COUNT processes
 * JUDGED count as its work; the CPU of this process is that of the client.
 * bench_end: ends it after UNITS of work, and sets RESULT.
 */
void bench_begin(const pid_t *judged, size_t count);
void bench_end(struct bench_result *result, double units);

/* bench_times: adds the median and the 99th percentile of TIMES to RESULT. */
void bench_times(struct bench_result *result, const struct times *times);

/* bench_rounds: how many rounds there are: ROUNDS in the environment, or 5. */
int bench_rounds(void);

/*
 * bench_old: the build folder of an older version, from the command line, whose
 * server and receiver are measured as well; or NULL.
 * bench_add_older: adds the side OLDER to BENCH, and shows how its CPU compares
 * with that of side OURS.
 */
extern const char *bench_old;
void bench_add_older(struct bench *bench, int ours, struct bench_side older);

/* The file in run_dir to which bench_compare appends a line of JSON. */
#define BENCH_RECORDS "results"

#endif
