/* SPDX-License-Identifier: MIT */
/*
 * Limits on how often something may happen: a bucket of tokens for every key
 * (protocol.md section 3, the end). In memory, bounded, by the caller's clock.
 */
#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/wire.h"

enum {
    RATE_ROWS = 256,                                /* a key has one of these */
    RATE_ROW = 8,                                   /* keys in a row */
    RATE_KEY_SIZE = KIT_NAME_MAX + 1 + KIT_IP_SIZE, /* "alice 127.0.0.1" */
};

/*
 * A bucket is one number: when it is full again. Every token that is out
 * stands for one interval between now and then.
 */
struct rate_bucket {
    uint32_t hash; /* of the key: most keys differ here already */
    char key[RATE_KEY_SIZE];
    int64_t full_at; /* milliseconds */
};

/* Begins with the first two set and the rest zero. */
struct rate {
    int burst;        /* tokens in a full bucket */
    int64_t interval; /* milliseconds until one token is there again */
    struct rate_bucket rows[RATE_ROWS][RATE_ROW];
};

/*
 * rate_take: takes a token from the bucket of KEY at NOW (milliseconds of a
 * clock that never goes back). Returns 0; or, when there is none, the seconds
 * to wait for the next, at least 1. Where a row has too many keys, the one
 * whose bucket is nearest to full is forgotten.
 */
int rate_take(struct rate *rate, const char *key, int64_t now);

/* rate_give_back: puts one token back: what it was taken for did not count. */
void rate_give_back(struct rate *rate, const char *key);

#endif
