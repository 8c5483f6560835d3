/* SPDX-License-Identifier: MIT */
/* A new secret for a chat, and the ticket that contains it (protocol.md
   section 2). */
#ifndef SERVER_CHAT_TICKET_H
#define SERVER_CHAT_TICKET_H

#include "server/store/sessions.h"

struct ticket {
    char secret[2 * KIT_TOKEN_BYTES + 1];
    char senderinfo[KIT_TICKET_MAX + 1]; /* the ticket, sealed */
};

/*
 * ticket_make: draws a random secret and seals a ticket for RECEIVER, with the
 * secret, the name and address of SENDER, and EXP, the Unix time at which it
 * expires. Returns 0; or -1 with TICKET all zero and the reason on standard
 * error. Wipe TICKET after use.
 */
int ticket_make(struct ticket *ticket, const struct session *sender,
                const struct session *receiver, long long exp) KIT_MUST_CHECK;

#endif
