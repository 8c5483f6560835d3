/* SPDX-License-Identifier: MIT */
/*
 * The harness of make bench. It measures the sides of a comparison in turn:
 * A B C A B C. So all sides are affected if the machine becomes slower or
 * faster. A virtual machine can do that many times a second. That is why the
 * work of a round is cut into slices: A B C A B C is one round of two slices.
 *
 * Each round has its own ratios, of the sums of its slices. Goals are limits of
 * ratios, never of absolute figures: so they are valid on every machine.
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

/* What a round measures of a side. Zero: not measured. */
enum bench_figure {
    BENCH_CPU,  /* microseconds of the processor for a unit */
    BENCH_RATE, /* units a second */
    BENCH_P50,  /* milliseconds that a unit took, median ... */
    BENCH_P99,  /* ... and 99th percentile */
    BENCH_SIZE, /* KiB of memory */
    BENCH_FIGURES,
};

/* What a round measures of a side: the sums of its slices. */
struct bench_result {
    double cpu;             /* of the judged processes, in milliseconds */
    double units;           /* of work */
    double memory;          /* in KiB, if RUN measures it */
    struct times times;     /* of single units, if RUN measures them */
    struct round_load load; /* how busy the machine was */
    double figures[BENCH_FIGURES]; /* what bench_compare makes of all this */
};

/*
 * One of the programs or functions that are compared. RUN does a slice of its
 * work: it calls bench_begin, works, and calls bench_end. A side without work,
 * such as an idle server, only sets its memory. OPEN and CLOSE, if there are
 * such functions, start and end what one round needs.
 */
struct bench_side {
    const char *name;
    void (*run)(struct bench_result *result, const struct bench_side *side);
    const void *context; /* for these functions */
    int number;          /* for these functions, too */
    void (*open)(const struct bench_side *side);
    void (*close)(const struct bench_side *side);
};

/* What the figure of our side is divided by. */
enum bench_reference {
    BENCH_SUM,  /* the sum of the other sides' figures, if there are several */
    BENCH_BEST, /* the best of them */
};

/*
 * A ratio: the figure of side number OURS, divided by that of the COUNT sides
 * from number FIRST on. With ROUND_AT_LEAST more is better, so the ratio of two
 * times is inverted: it says how many times as fast OURS is.
 */
struct bench_goal {
    const char *what; /* "CPU, times the sum of the parts" */
    enum bench_figure figure;
    enum bench_reference reference;
    int ours, first, count;
    enum round_goal goal;
    double limit;
    /* If not 0, OURS did SCALE times as much work as the other side, and what
       is shown is the exponent of the growth: 0 for constant, 1 for linear. */
    double scale;
};

struct bench {
    const char *work;                     /* "/userinfo, whole path" */
    const char *unit;                     /* "request" */
    struct bench_side sides[BENCH_SIDES]; /* up to one without a name */
    struct bench_goal goals[BENCH_GOALS]; /* up to one without a text */
    const char *missing[BENCH_SIDES];     /* sides that are not installed */
    int slices;                           /* of a round; 0: one */
    bool paced; /* pauses decide how long the work takes: there is no rate */
    /* For round_other. */
    bool client_spins;   /* the thread that calls RUN never waits */
    int judged_spinners; /* threads of the judged processes that never wait */
};

/*
 * bench_growth: the goal that shows how FIGURE grows from side FIRST to side
 * OURS, which does SCALE times the work. It has no limit.
 */
struct bench_goal bench_growth(enum bench_figure figure, int first, int ours,
                               double scale);

/*
 * bench_compare: measures BENCH in rounds and records the results. A round
 * that other work disturbed is measured again.
 */
void bench_compare(const struct bench *bench);

/*
 * bench_begin: starts the measurement of a slice, whose work is done by the
 * COUNT processes JUDGED. This process is the client: its CPU does not count.
 * bench_end: ends it after UNITS of work, and adds it to RESULT.
 */
void bench_begin(const pid_t *judged, size_t count);
void bench_end(struct bench_result *result, double units);

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
