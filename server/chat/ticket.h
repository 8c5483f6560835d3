/* SPDX-License-Identifier: MIT */
/* A chat's secret, and senderinfo that has it too (protocol.md section 2). */
#ifndef SERVER_CHAT_TICKET_H
#define SERVER_CHAT_TICKET_H

#include "server/store/sessions.h"

struct ticket {
    char secret[2 * KIT_TOKEN_BYTES + 1];
    char senderinfo[KIT_TICKET_MAX + 1]; /* SEALED */
};

/*
 * ticket_make: a fresh secret, and the senderinfo that tells RECEIVER of
 * SENDER and of the secret until EXP (Unix seconds). Returns 0, or -1 with
 * TICKET zero. Who has sent it wipes it.
 */
int ticket_make(struct ticket *ticket, const struct session *sender,
                const struct session *receiver, long long exp) KIT_MUST_CHECK;

#endif
