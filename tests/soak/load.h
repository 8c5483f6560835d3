/* SPDX-License-Identifier: MIT */
/* The load of a class: the requests of an hour, some of them invalid. */
#ifndef TESTS_SOAK_LOAD_H
#define TESTS_SOAK_LOAD_H

#include <stdatomic.h>

#include "tests/support/target.h"

enum { LOAD_TIMES = 1 << 16 };

/* The server, and what all threads share. */
struct load {
    struct target target;
    atomic_bool stop, pause;
    atomic_int paused; /* threads that have closed their connections */
    atomic_long requests, errors;
    atomic_int timed;      /* good M3 since the test set it to 0 */
    double ms[LOAD_TIMES]; /* how long each took, as far as there is room */
    double began, lost;    /* its start; milliseconds spent in pauses */
};

extern struct load load;

/*
 * load_open: starts a server and logs all users in. load_start: starts the
 * load. load_close: stops both.
 */
void load_open(void);
void load_start(void);
void load_close(void);

/*
 * load_pause: stops all requests and closes all connections until load_resume.
 * Returns how many descriptors the server has open then.
 */
long load_pause(void);
void load_resume(void);

#endif
