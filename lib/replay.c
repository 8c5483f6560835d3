/* SPDX-License-Identifier: MIT */
/* Replay protection: a table with linear search. */
#include "lib/replay.h"

#include <string.h>

/* Returns the index of the entry with DIGEST, or replay->used if not found. */
static size_t find(const struct kit_replay *replay,
                   const struct kit_digest *digest)
{
    size_t i = 0;

    while (i < replay->used && !kit_equal(replay->entries[i].secret.bytes,
                                          digest->bytes, KIT_DIGEST_LEN))
        i++;
    return i;
}

/* A ticket is still valid in its last second. */
static bool is_expired(const struct kit_replay_entry *e, long long now)
{
    return e->valid_until != 0 && now > e->valid_until;
}

/* Whether there is room for one more secret of SENDER, without the expired. */
static bool has_room(const struct kit_replay *replay, const char *sender,
                     long long now)
{
    size_t valid = 0, of_sender = 0;

    for (size_t i = 0; i < replay->used; i++) {
        const struct kit_replay_entry *e = &replay->entries[i];
        if (is_expired(e, now))
            continue;
        valid++;
        if (strcmp(e->sender, sender) == 0)
            of_sender++;
    }
    return valid < KIT_REPLAY_MAX && of_sender < KIT_REPLAY_PER_SENDER;
}

/* Removes the expired entries and keeps the order of the others. */
static void remove_expired(struct kit_replay *replay, long long now)
{
    size_t kept = 0;

    for (size_t i = 0; i < replay->used; i++)
        if (!is_expired(&replay->entries[i], now))
            replay->entries[kept++] = replay->entries[i];
    replay->used = kept;
}

/* Adds an entry; there must be room for it. Returns its index. */
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

/* The later of two times. 0 means never, so it is the latest. */
static long long later(long long a, long long b)
{
    if (a == 0 || b == 0)
        return 0;
    return a > b ? a : b;
}

int64_t kit_replay_last(const struct kit_replay *replay, const char *secret)
{
    struct kit_digest digest;

    /* Fail closed: if it cannot be looked up, no seq is new. */
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

    /* An equal seq is a replay. A lower one is late or a replay. */
    size_t i = find(replay, &digest);
    if (seq <= (i < replay->used ? replay->entries[i].seq : 0))
        return -1;

    /* A new secret may replace expired ones, never a valid one. */
    if (i == replay->used) {
        if (!has_room(replay, sender, now))
            return -1;
        remove_expired(replay, now);
        i = add(replay, sender, &digest, valid_until);
    }

    /* If two tickets have the same secret, keep it until both have expired. */
    struct kit_replay_entry *e = &replay->entries[i];
    e->valid_until = later(e->valid_until, valid_until);
    e->seq = seq;
    return 0;
}
