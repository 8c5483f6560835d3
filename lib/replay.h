/* SPDX-License-Identifier: MIT */
/*
 * Replay protection: the last seq of every secret, over all connections
 * (protocol.md section 6).
 *
 * If the table is full, a new secret is rejected. An entry is never removed to
 * make room while its ticket is valid, because the old lines of that chat could
 * then be replayed. Entries with expired tickets are removed when needed.
 */
#ifndef KIT_REPLAY_H
#define KIT_REPLAY_H

#include <stdint.h>

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_REPLAY_PER_SENDER = 64, /* secrets of one sender with valid tickets */
    KIT_REPLAY_MAX = 1024,      /* secrets of all senders */
};

struct kit_replay_entry {
    char sender[KIT_NAME_MAX + 1];
    struct kit_digest secret; /* its SHA-256: no secrets are stored */
    long long valid_until;    /* Unix seconds; 0: never expires */
    int64_t seq;              /* the last one accepted; see kit_ad_message */
};

/* Initialize it with {0}. */
struct kit_replay {
    size_t used;
    struct kit_replay_entry entries[KIT_REPLAY_MAX];
};

/*
 * kit_replay_last: returns the last seq that was stored for SECRET, or 0 for a
 * new SECRET.
 */
int64_t kit_replay_last(const struct kit_replay *replay, const char *secret);

/*
 * kit_replay_store: stores SEQ as the last one of SECRET. VALID_UNTIL is the
 * last second in which the ticket is accepted (exp + KIT_CLOCK_SKEW), or 0 if
 * the ticket does not expire. NOW must never go back: use kit_now. Returns 0;
 * or -1, and changes nothing, if SEQ is not greater than the last one or there
 * is no room.
 */
int kit_replay_store(struct kit_replay *replay, const char *sender,
                     const char *secret, int64_t seq, long long valid_until,
                     long long now) KIT_MUST_CHECK;

#endif
