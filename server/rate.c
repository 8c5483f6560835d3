/* SPDX-License-Identifier: MIT */
/* Token buckets, each kept as the moment at which it is full again. */
#include "server/rate.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a, 32 bits: spreads well enough to skip other keys quickly. */
static uint32_t hash_of(const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return hash;
}

static struct rate_bucket *find(struct rate *rate, const char *key,
                                uint32_t hash)
{
    struct rate_bucket *row = rate->rows[hash % RATE_ROWS];

    for (int i = 0; i < RATE_ROW; i++) {
        if (row[i].hash == hash && strcmp(row[i].key, key) == 0)
            return &row[i];
    }
    return NULL;
}

/*
 * A place for a new key: the fullest of its row, which an empty one is. Who
 * has used up his tokens stays, for whoever could push him out must have
 * used up more.
 */
static struct rate_bucket *place(struct rate *rate, uint32_t hash)
{
    struct rate_bucket *row = rate->rows[hash % RATE_ROWS];
    struct rate_bucket *fullest = &row[0];

    for (int i = 1; i < RATE_ROW; i++) {
        if (row[i].full_at < fullest->full_at)
            fullest = &row[i];
    }
    return fullest;
}

/* The bucket of KEY; a new one is full. */
static struct rate_bucket *bucket_of(struct rate *rate, const char *key,
                                     int64_t now)
{
    uint32_t hash = hash_of(key);
    struct rate_bucket *bucket = find(rate, key, hash);

    if (bucket == NULL) {
        bucket = place(rate, hash);
        bucket->hash = hash;
        snprintf(bucket->key, sizeof bucket->key, "%s", key);
        bucket->full_at = now;
    }
    /* It does not get fuller than full. */
    if (bucket->full_at < now)
        bucket->full_at = now;
    return bucket;
}

int rate_take(struct rate *rate, const char *key, int64_t now)
{
    struct rate_bucket *bucket = bucket_of(rate, key, now);
    int64_t full_at = bucket->full_at + rate->interval;
    int64_t wait = full_at - now - rate->burst * rate->interval;

    /* More than BURST intervals ahead would be more tokens than there are. */
    if (wait > 0)
        return (int)((wait + 999) / 1000);
    bucket->full_at = full_at;
    return 0;
}

void rate_give_back(struct rate *rate, const char *key)
{
    struct rate_bucket *bucket = find(rate, key, hash_of(key));

    /* Forgotten meanwhile is as good as full. */
    if (bucket != NULL)
        bucket->full_at -= rate->interval;
}
