/* SPDX-License-Identifier: MIT */
/* Token buckets, each stored as the time when it will be full again. */
#include "server/chat/rate.h"

#include <string.h>

#include "lib/say.h"

int rate_init(struct rate *rate, int burst, int64_t interval)
{
    struct kit_key *secret = &rate->secret;

    memset(rate, 0, sizeof *rate);
    rate->burst = burst;
    rate->interval = interval;
    return kit_random(secret->bytes, sizeof secret->bytes);
}

/*
 * Computes the tag of KEY with a keyed hash. Clients choose the keys; with a
 * hash that they can compute, they could choose keys that collide.
 */
static int tag_of(struct rate_tag *tag, const struct rate *rate,
                  const char *key)
{
    struct kit_digest digest;
    int rc = kit_hmac(&digest, rate->secret.bytes, sizeof rate->secret.bytes,
                      key, strlen(key));

    memcpy(tag->words, digest.bytes, sizeof tag->words);
    if (rc != 0)
        kit_error("cannot hash the key of a rate limit: close other programs "
                  "to free memory");
    return rc;
}

static struct rate_row *row_of(struct rate *rate, const struct rate_tag *tag)
{
    return &rate->rows[tag->words[0] % RATE_ROWS];
}

/* The bucket with TAG in ROW, or NULL. */
static struct rate_bucket *find(struct rate_row *row,
                                const struct rate_tag *tag)
{
    for (int i = 0; i < RATE_ROW_BUCKETS; i++) {
        if (memcmp(&row->buckets[i].tag, tag, sizeof *tag) == 0)
            return &row->buckets[i];
    }
    return NULL;
}

/* A full bucket of ROW, or NULL. Another key can reuse it: the key that it had
   loses nothing, since a new bucket is full, too. */
static struct rate_bucket *find_full(struct rate_row *row, int64_t now)
{
    for (int i = 0; i < RATE_ROW_BUCKETS; i++) {
        if (row->buckets[i].full_at <= now)
            return &row->buckets[i];
    }
    return NULL;
}

/* The bucket for TAG: its own, a new one, or the shared one. */
static struct rate_bucket *bucket_of(struct rate_row *row,
                                     const struct rate_tag *tag, int64_t now)
{
    struct rate_bucket *bucket = find(row, tag);

    if (bucket != NULL)
        return bucket;
    bucket = find_full(row, now);
    if (bucket == NULL)
        return &row->shared;
    bucket->tag = *tag;
    bucket->full_at = now;
    return bucket;
}

int rate_take(struct rate_token *token, struct rate *rate, const char *key,
              int64_t now)
{
    struct rate_bucket *bucket;
    struct rate_row *row;
    struct rate_tag tag;
    int64_t full_at, wait;

    memset(token, 0, sizeof *token);
    if (tag_of(&tag, rate, key) != 0)
        return -1;
    row = row_of(rate, &tag);
    bucket = bucket_of(row, &tag, now);
    /* A full bucket does not collect more tokens. */
    if (bucket->full_at < now)
        bucket->full_at = now;

    /* A bucket that will be full again in BURST intervals is empty. Taking a
       token must not move FULL_AT further away than that. */
    full_at = bucket->full_at + rate->interval;
    wait = full_at - now - rate->burst * rate->interval;
    if (wait > 0)
        return (int)((wait + 999) / 1000);
    bucket->full_at = full_at;
    token->tag = tag;
    token->shared = bucket == &row->shared;
    return 0;
}

void rate_give_back(struct rate *rate, const struct rate_token *token)
{
    struct rate_row *row = row_of(rate, &token->tag);
    struct rate_bucket *bucket =
        token->shared ? &row->shared : find(row, &token->tag);

    /* If the bucket was reused meanwhile, it was full already. */
    if (bucket != NULL)
        bucket->full_at -= rate->interval;
}
