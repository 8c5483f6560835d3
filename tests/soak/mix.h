/* SPDX-License-Identifier: MIT */
/* What a class does to a server in an hour, and what some of it should not. */
#ifndef SOAK_MIX_H
#define SOAK_MIX_H

#include <stdatomic.h>

#include "tests/support/http_client.h"
#include "tests/support/target.h"

enum {
    MIX_USERS = 400, /* so many that M3 stays under one a second for each */
    MIX_THREADS = 8,
    MIX_RATE = 360,     /* requests a second, of all threads */
    MIX_TIMES = 1 << 16 /* of good M3 that are kept for a minute */
};

/* The one server, and what all threads know of it. */
struct mix {
    struct target target;
    char names[MIX_USERS][TARGET_NAME];
    char tokens[MIX_USERS][KIT_TOKEN_MAX + 1];
    atomic_bool stop, pause;
    atomic_int paused; /* threads that have closed their connection */
    atomic_long requests, errors;
    atomic_int timed;     /* how many of MS there are */
    double ms[MIX_TIMES]; /* of good M3 since the last minute */
    double began, lost;   /* its start; milliseconds spent in pauses */
};

/*
 * mix_open: a server with accounts, all of them logged in. mix_start: the
 * load begins, and goes on until STOP.
 */
void mix_open(struct mix *mix);
void mix_start(struct mix *mix);

/*
 * mix_rest: no load and no connection until mix_go_on; the answer is how many
 * descriptors the server keeps then.
 */
long mix_rest(struct mix *mix);
void mix_go_on(struct mix *mix);

/* mix_close: ends the load and the server. */
void mix_close(struct mix *mix);

#endif
