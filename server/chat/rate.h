/* SPDX-License-Identifier: MIT */
/*
 * Rate limits: a token bucket for each key (protocol.md section 3, the end).
 * They are kept in memory, in a table of fixed size.
 */
#ifndef SERVER_CHAT_RATE_H
#define SERVER_CHAT_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

/*
 * A hash table with rows of fixed length. With 10,000 keys in use, a row has 5
 * of them on average, and the chance that any row of the table has more than 16
 * is 1 in 30 (Poisson distribution).
 */
enum {
    RATE_ROWS = 2048, /* a power of two */
    RATE_ROW_BUCKETS = 16,
};

/* Identifies a key: its HMAC under the table's secret, the first 128 bits. */
struct rate_tag {
    uint64_t words[2];
};

/*
 * A bucket is stored as the time when it will be full again: each token that
 * is taken moves this time forward by one interval.
 */
struct rate_bucket {
    struct rate_tag tag;
    int64_t full_at; /* milliseconds; in the past: full, so it can be reused */
};

/* Keys that find no free bucket in their row share one. */
struct rate_row {
    struct rate_bucket buckets[RATE_ROW_BUCKETS], shared;
};

struct rate {
    int burst;             /* tokens in a full bucket */
    int64_t interval;      /* milliseconds until one token is back */
    struct kit_key secret; /* for the tags */
    struct rate_row rows[RATE_ROWS];
};

/* A token that was taken, to be given back to the same bucket. */
struct rate_token {
    struct rate_tag tag;
    bool shared; /* taken from the shared bucket of the row */
};

/*
 * rate_init: initializes RATE. A bucket holds up to BURST tokens, is full at
 * the beginning, and regains one token every INTERVAL milliseconds. Returns 0,
 * or -1 if there are no random bytes for the secret.
 */
int rate_init(struct rate *rate, int burst, int64_t interval) KIT_MUST_CHECK;

/*
 * rate_take: takes a token from the bucket of KEY and stores in TOKEN where it
 * came from. NOW is in milliseconds of a clock that never goes back. Returns
 * 0; or, if the bucket is empty, the number of seconds until its next token;
 * or -1 with the reason on standard error. TOKEN is all zero unless it returns
 * 0.
 *
 * A bucket is reused only when it is full, so requests with other keys cannot
 * refill it. Which row a key is in depends on the secret: to fill the row of a
 * given key, an attacker has to fill most of the table, and keeping a bucket
 * in use costs one token every INTERVAL.
 */
int rate_take(struct rate_token *token, struct rate *rate, const char *key,
              int64_t now) KIT_MUST_CHECK;

/* rate_give_back: puts TOKEN back into its bucket. */
void rate_give_back(struct rate *rate, const struct rate_token *token);

#endif
