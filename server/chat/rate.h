/* SPDX-License-Identifier: MIT */
/*
 * Limits on how often something may happen: a token bucket for every key
 * (protocol.md section 3, the end). In memory, bounded, by the caller's clock.
 */
#ifndef SERVER_CHAT_RATE_H
#define SERVER_CHAT_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

/*
 * Room for 10,000 keys at once: a row has 5 of them on average, and one that
 * has more than 16 is in one table of thirty (Poisson distribution).
 */
enum {
    RATE_ROWS = 2048,      /* a power of two; a key has one of these */
    RATE_ROW_BUCKETS = 16, /* keys in a row */
};

/* The HMAC of a key under the secret of its table, truncated to 128 bits. */
struct rate_tag {
    uint64_t words[2];
};

/*
 * A bucket is one number: when it is full again. Each token that was taken
 * moves this moment one interval further.
 */
struct rate_bucket {
    struct rate_tag tag;
    int64_t full_at; /* milliseconds; past: the bucket is full, or free */
};

/* Keys that find no free bucket in their row share its last one. */
struct rate_row {
    struct rate_bucket buckets[RATE_ROW_BUCKETS], shared;
};

struct rate {
    int burst;             /* tokens in a full bucket */
    int64_t interval;      /* milliseconds until one token is back */
    struct kit_key secret; /* without it no key's row can be computed */
    struct rate_row rows[RATE_ROWS];
};

/* A token that was taken: from which bucket. */
struct rate_token {
    struct rate_tag tag;
    bool shared;
};

/*
 * rate_init: makes RATE a table of full buckets of BURST tokens, of which one
 * comes back every INTERVAL milliseconds. Returns 0, or -1 when there is no
 * random secret.
 */
int rate_init(struct rate *rate, int burst, int64_t interval) KIT_MUST_CHECK;

/*
 * rate_take: takes a token from the bucket of KEY at NOW (milliseconds of a
 * clock that never goes back) and sets TOKEN to it. Returns 0; a positive
 * number if the bucket is empty: the seconds until its next token; or -1 if
 * the backend fails. TOKEN is zero unless it returns 0.
 *
 * A bucket is forgotten only when it is full again, so other keys cannot give
 * this one new tokens. A new key whose row has no free bucket uses the row's
 * shared one. The row depends on the secret: to fill the row of a given key,
 * one has to fill most of the table, and each bucket costs a failed attempt
 * every INTERVAL.
 */
int rate_take(struct rate_token *token, struct rate *rate, const char *key,
              int64_t now) KIT_MUST_CHECK;

/* rate_give_back: puts TOKEN back into its bucket. */
void rate_give_back(struct rate *rate, const struct rate_token *token);

#endif
