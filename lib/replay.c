/* SPDX-License-Identifier: MIT */
/* The receiver's memory of seq, a table searched from its start. */
#include "lib/replay.h"

#include <string.h>

/* Where the secret with DIGEST stands; replay->used when it does not. */
static size_t find(const struct kit_replay *replay,
                   const struct kit_digest *digest)
{
    size_t i = 0;

    while (i < replay->used && !kit_equal(replay->entries[i].secret.bytes,
                                          digest->bytes, KIT_DIGEST_LEN))
        i++;
    return i;
}

/* A ticket is accepted in its last second, so only after that. */
static bool is_dead(const struct kit_replay_entry *e, long long now)
{
    return e->valid_until != 0 && now > e->valid_until;
}

/* Whether the live secrets leave room for one more of SENDER. */
static bool has_room(const struct kit_replay *replay, const char *sender,
                     long long now)
{
    size_t live = 0, senders = 0;

    for (size_t i = 0; i < replay->used; i++) {
        const struct kit_replay_entry *e = &replay->entries[i];
        if (is_dead(e, now))
            continue;
        live++;
        if (strcmp(e->sender, sender) == 0)
            senders++;
    }
    return live < KIT_REPLAY_MAX && senders < KIT_REPLAY_PER_SENDER;
}

/* Moves the live entries together, in their order. */
static void drop_dead(struct kit_replay *replay, long long now)
{
    size_t kept = 0;

    for (size_t i = 0; i < replay->used; i++)
        if (!is_dead(&replay->entries[i], now))
            replay->entries[kept++] = replay->entries[i];
    replay->used = kept;
}

/* Adds a secret that the table has room for; returns where it stands. */
static size_t add(struct kit_replay *replay, const char *sender,
                  const struct kit_digest *digest, long long valid_until)
{
    struct kit_replay_entry *e = &replay->entries[replay->used];

    memset(e, 0, sizeof *e);
    memcpy(e->sender, sender, strlen(sender));
    e->secret = *digest;
    e->valid_until = valid_until;
    return replay->used++;
}

/* The later of two ends; 0 is no end. */
static long long later(long long a, long long b)
{
    if (a == 0 || b == 0)
        return 0;
    return a > b ? a : b;
}

int64_t kit_replay_last(const struct kit_replay *replay, const char *secret)
{
    struct kit_digest digest;

    /* Fail closed: who cannot look it up must not take it for new. */
    if (kit_sha256(&digest, secret, strlen(secret)) != 0)
        return KIT_SEQ_MAX;

    size_t i = find(replay, &digest);
    return i < replay->used ? replay->entries[i].seq : 0;
}

int kit_replay_store(struct kit_replay *replay, const char *sender,
                     const char *secret, int64_t seq, long long valid_until,
                     long long now)
{
    struct kit_digest digest;

    if (!kit_is_name(sender) ||
        kit_sha256(&digest, secret, strlen(secret)) != 0)
        return -1;

    /* Only forward: equal is a replay, lower came late or is one. */
    size_t i = find(replay, &digest);
    if (seq <= (i < replay->used ? replay->entries[i].seq : 0))
        return -1;

    /* A new secret takes the place of dead ones, never of a live one. */
    if (i == replay->used) {
        if (!has_room(replay, sender, now))
            return -1;
        drop_dead(replay, now);
        i = add(replay, sender, &digest, valid_until);
    }

    /* Two tickets for one secret: it stays as long as either is accepted. */
    struct kit_replay_entry *e = &replay->entries[i];
    e->valid_until = later(e->valid_until, valid_until);
    e->seq = seq;
    return 0;
}
