/* SPDX-License-Identifier: MIT */
/* A server that is no good: it answers one request by a trick. */
#ifndef ATTACK_EVIL_H
#define ATTACK_EVIL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/attack/tricks.h"

struct evil {
    const struct trick *trick;
    int number;       /* of the request that gets it: 0, the login, or 1 */
    const char *good; /* the body of the others' answer */
    uint16_t trap;    /* where nobody should be led to */
    int listener;
    char url[64];
    atomic_int requests; /* so far */
    char request[8192];  /* the last one, terminated */
    atomic_long bytes;   /* sent by the trick */
    pthread_t thread;
};

/* evil_open: begins to answer. evil_close: ends. */
void evil_open(struct evil *evil);
void evil_close(struct evil *evil);

#endif
