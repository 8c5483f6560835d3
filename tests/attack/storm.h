/* SPDX-License-Identifier: MIT */
/* Many requests over many connections, and a bystander who feels it. */
#ifndef ATTACK_STORM_H
#define ATTACK_STORM_H

#include <stdatomic.h>
#include <stddef.h>

#include "tests/attack/http.h"
#include "tests/attack/target.h"

/* Writes request NUMBER as JSON to OUT; returns its path. */
typedef const char *storm_writer(char *out, size_t out_size, int number);

struct storm_answer {
    int status; /* 0: the connection ended without one */
    int retry_after;
    double at, ms; /* after it began; until the answer */
};

struct storm {
    const char *url, *from; /* FROM: an address, or NULL */
    int connections;        /* each keeps one request under way */
    int requests;           /* in all */
    double seconds;         /* evenly over this time; 0: as fast as may be */
    storm_writer *write;
    struct storm_answer *answers; /* REQUESTS of them, to be freed */
    atomic_int next;
    atomic_long again; /* requests that had to be sent twice */
    double began;
};

/* storm_run: sends all of them and waits for the answers. */
void storm_run(struct storm *storm);

/* storm_count: answers with STATUS. */
long storm_count(const struct storm *storm, int status);

/*
 * storm_time: the time that FRACTION of the answers with STATUS stayed
 * under: 0.5 the median, 1 the slowest.
 */
double storm_time(const struct storm *storm, int status, double fraction);

/* storm_at_once: how many of these waited at the same time, at the most. */
long storm_at_once(const struct storm *storm, int status);

/* percentile: of COUNT values, which it sorts; of none it is infinite. */
double percentile(double *values, size_t count, double fraction);

/*
 * bystander_begin: one who uses the server as it is meant, forty times a
 * second, as the crowd of TARGET, which has been logged in. bystander_end:
 * she stops; returns her 99th percentile in milliseconds, and sets FAILED to
 * how many of her COUNT requests were not answered with 200.
 */
void bystander_begin(const struct target *target);
double bystander_end(long *failed, long *count);

#endif
