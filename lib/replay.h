/* SPDX-License-Identifier: MIT */
/*
 * What a receiver remembers against replays: the last seq of every secret,
 * over all connections (protocol.md section 6).
 *
 * Secrets that can still be used are never dropped to make room, or a full
 * table would be a way to replay old lines; a new secret is refused instead.
 * A secret is dead when its ticket is too old to be accepted.
 */
#ifndef KIT_REPLAY_H
#define KIT_REPLAY_H

#include <stdint.h>

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_REPLAY_PER_SENDER = 64, /* live secrets of one sender */
    KIT_REPLAY_MAX = 1024,      /* live secrets in all */
};

struct kit_replay_entry {
    char sender[KIT_NAME_MAX + 1];
    struct kit_digest secret; /* SHA-256 of it: the table holds no secrets */
    long long valid_until;    /* Unix seconds, or 0: as long as the table */
    int64_t seq;              /* the last one accepted */
};

/* Begins as all zero: struct kit_replay replay = {0}. */
struct kit_replay {
    size_t used;
    struct kit_replay_entry entries[KIT_REPLAY_MAX];
};

/*
 * kit_replay_last: the last seq that was stored for SECRET, or 0 when there
 * was none.
 */
int64_t kit_replay_last(const struct kit_replay *replay, const char *secret);

/*
 * kit_replay_store: remembers SEQ as the last one of SECRET. DEAD_AFTER is
 * the last second in which its ticket is accepted (exp plus the skew), or 0
 * where the ticket names none. NOW must never go back (lib/clock.h). Returns
 * 0; or -1, and nothing changes, when SEQ is not greater than the last one or
 * there is no room.
 */
int kit_replay_store(struct kit_replay *replay, const char *sender,
                     const char *secret, int64_t seq, long long valid_until,
                     long long now) KIT_MUST_CHECK;

#endif
