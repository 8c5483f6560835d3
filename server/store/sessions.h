/* SPDX-License-Identifier: MIT */
/* Who is logged in, from where (protocol.md sections 2 and 3). */
#ifndef SERVER_STORE_SESSIONS_H
#define SERVER_STORE_SESSIONS_H

#include "lib/wire.h"
#include "server/store/store.h"

enum { SESSIONS_MAX = 8 }; /* of one user; a new one drops the oldest */

struct session {
    char user[KIT_NAME_MAX + 1];
    char ip[KIT_IP_SIZE];      /* of the login connection */
    uint16_t port;             /* where it listens for chats; 0: nowhere */
    struct kit_key ticket_key; /* K(token, "senderinfo") */
    long long expires;         /* Unix seconds: live before that */
};

/*
 * sessions_add: stores a session of USER at IP and PORT (0: none) under
 * TOKEN, of which SHA-256 and the ticket key alone are kept. It lives
 * KIT_TOKEN_LIFE seconds from NOW; those that have ended by then, and the
 * oldest over SESSIONS_MAX, go. PHC is the stored password that the user has
 * proven to know, at whatever cost. 0 when all of that is on disk; 1, and
 * nothing is stored, when the account or its password has changed meanwhile; -1
 * on failure.
 */
int sessions_add(struct store *store, const char *user, const char *phc,
                 const char *ip, uint16_t port, const char *token,
                 long long now) KIT_MUST_CHECK;

/* Who asks, by his TOKEN, for whom, and when. */
struct sessions_question {
    const char *token;
    const char *receiver; /* a name */
    long long now;        /* Unix seconds */
};

enum {
    SESSIONS_NO_SENDER = 1,     /* no live session has the token */
    SESSIONS_NO_RECEIVER = 2,   /* the sender's has; the receiver is nowhere */
    SESSIONS_LOST_RECEIVER = 3, /* ...; where he is cannot be read */
};

/* What the database has for it. */
struct sessions_pair {
    struct session sender, receiver;
};

/*
 * sessions_pair: the live session of the token, and where to reach the
 * receiver: his newest live session that has a port; without any, the newest.
 * One question to the database, so both are of one moment. Returns 0, one of
 * the above, or -1 when not even the sender can be read. A session that has
 * ended is removed when its token is seen: it stays ended, whatever the clock
 * says when the server starts again.
 */
int sessions_pair(struct sessions_pair *pair, struct store *store,
                  const struct sessions_question *question) KIT_MUST_CHECK;

#endif
