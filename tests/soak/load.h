/* SPDX-License-Identifier: MIT */
/* What a class does to a server in an hour, and some requests it should not
   make. */
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
    atomic_int timed;      /* how many of MS there are, or would be */
    double ms[LOAD_TIMES]; /* of good M3, since the test set TIMED to 0 */
    double began, lost;    /* its start; milliseconds spent in pauses */
};

extern struct load load;

/*
 * load_open: starts a server, and logs all users in. load_start: the load
 * begins. load_close: ends both.
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
