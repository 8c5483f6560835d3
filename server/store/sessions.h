/* SPDX-License-Identifier: MIT */
/* Sessions: who is logged in, and where (protocol.md sections 2 and 3). */
#ifndef SERVER_STORE_SESSIONS_H
#define SERVER_STORE_SESSIONS_H

#include "lib/wire.h"
#include "server/store/store.h"

enum { SESSIONS_MAX = 8 }; /* for each user; a new one replaces the oldest */

struct session {
    char user[KIT_NAME_MAX + 1];
    char ip[KIT_IP_SIZE]; /* where the login came from */
    uint16_t port;        /* where the user listens for chats; 0: M1 had none */
    struct kit_key ticket_key; /* K(token, "senderinfo") */
    long long expires; /* Unix seconds; the session is live until then */
};

/*
 * sessions_add: stores a session for USER at IP and PORT (0: M1 had none). The
 * session lives for KIT_TOKEN_LIFE seconds from NOW. Of TOKEN, only its
 * SHA-256 and the ticket key derived from it are stored. PHC is the stored
 * password that was verified for this login; since then its cost may have
 * changed, but not the password.
 *
 * In the same transaction, removes every session that has ended by NOW, and
 * the oldest of USER's sessions if there are more than SESSIONS_MAX.
 *
 * Returns 0 when all of this is committed: it is on disk then, unless
 * store_defer_sync was called. Returns 1, and stores nothing, if the account
 * was removed or its password changed meanwhile. Returns -1, with the reason on
 * standard error, if it fails.
 */
int sessions_add(struct store *store, const char *user, const char *phc,
                 const char *ip, uint16_t port, const char *token,
                 long long now) KIT_MUST_CHECK;

/* What sessions_lookup found. */
struct sessions_pair {
    struct session sender, receiver;
};

/* Results of sessions_lookup other than 0 and -1. */
enum {
    SESSIONS_NO_SENDER = 1,        /* no live session has this token */
    SESSIONS_NO_RECEIVER = 2,      /* the receiver has no live session */
    SESSIONS_DAMAGED_RECEIVER = 3, /* the receiver's session is unreadable */
};

/*
 * sessions_lookup: sets PAIR to the live session of TOKEN (the sender) and a
 * live session of RECEIVER: the newest one that has a port or, if none has,
 * the newest one. NOW is in Unix seconds. One query reads both, so they are
 * from the same moment.
 *
 * Returns 0; or one of the results above, of which the last two still set
 * PAIR->sender; or -1 on error, also if the sender's session is damaged. The
 * reason for -1 and SESSIONS_DAMAGED_RECEIVER is on standard error.
 *
 * If the session of TOKEN has ended, all ended sessions are removed. So it
 * cannot become live again when the clock is set back and the server
 * restarted.
 */
int sessions_lookup(struct sessions_pair *pair, struct store *store,
                    const char *token, const char *receiver,
                    long long now) KIT_MUST_CHECK;

#endif
