/* SPDX-License-Identifier: MIT */
/* Many requests over many connections, and a bystander who measures delays. */
#ifndef TESTS_SUPPORT_STORM_H
#define TESTS_SUPPORT_STORM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "tests/support/http_client.h"
#include "tests/support/target.h"
#include "tests/support/times.h"

/* Writes request NUMBER as JSON to OUT; returns its path. */
typedef const char *storm_writer(char *out, size_t out_size, int number);

struct storm_answer {
    int status; /* 0: the connection ended without one */
    int retry_after;
    double at, ms; /* when it was sent, after BEGAN; how long it took */
};

struct storm {
    const char *url, *from; /* FROM: an address, or NULL */
    int connections;        /* each has one request at a time */
    int requests;           /* in all */
    double seconds;         /* the requests are spread over it; 0: full speed */
    storm_writer *write;
    struct storm_answer *answers; /* REQUESTS of them, to be freed */
    atomic_int next;
    atomic_long again; /* requests that had to be sent twice */
    atomic_long late;  /* closed by the server's timeout, unanswered */
    double began;
};

/* storm_run: sends all requests and waits for the answers. */
void storm_run(struct storm *storm);

/* storm_count: how many answers have STATUS. */
long storm_count(const struct storm *storm, int status);

/*
 * storm_judge: adds figures. EXPECTED is the number of answers with a permitted
 * status; there must be no others, and no request that was sent twice.
 */
void storm_judge(const struct storm *storm, long expected);

/* storm_times: adds the times of the answers with STATUS to TIMES. */
void storm_times(const struct storm *storm, int status, struct times *times);

/*
 * An honest user: forty requests a second to the server under attack, each
 * followed by the same request to its twin, a server that is not attacked.
 */
struct bystander {
    const struct target *here, *twin; /* users logged in; TWIN may be NULL */
    struct times times, baseline;     /* of HERE, of TWIN */
    long count, failed, late; /* requests; not 200; LATE: see struct http */
    atomic_bool stop;
    pthread_t thread;
};

/*
 * bystander_begin: starts her thread; set HERE and TWIN, and zero the rest.
 * bystander_end: ends it, after at least one request. bystander_judge: adds the
 * figures that show whether she noticed the attack, and frees her times.
 */
void bystander_begin(struct bystander *bystander);
void bystander_end(struct bystander *bystander);
void bystander_judge(struct bystander *bystander);

#endif
