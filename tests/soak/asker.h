/* SPDX-License-Identifier: MIT */
/* One of those who ask: users of its own, for one thing after the other. */
#ifndef SOAK_ASKER_H
#define SOAK_ASKER_H

#include <pthread.h>

#include "tests/soak/mix.h"

struct asker {
    struct mix *mix;
    struct http http;
    struct http silent; /* a connection that nothing is said on */
    double left;        /* when it was opened */
    int first, count;   /* its users: nobody else changes their tokens */
    long number;        /* of its requests, from 0 */
    pthread_t thread;
};

/* asker_open: one with COUNT users of MIX, from FIRST on. */
void asker_open(struct asker *asker, struct mix *mix, int first, int count);

/* asker_ask: its next request; MIX counts it, and whether it went wrong. */
void asker_ask(struct asker *asker);

/* asker_hang_up: ends all its connections; the next request opens one. */
void asker_hang_up(struct asker *asker);

#endif
