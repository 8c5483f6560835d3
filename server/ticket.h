/* SPDX-License-Identifier: MIT */
/* senderinfo: who writes, sealed for the receiver (protocol.md section 2). */
#ifndef SERVER_TICKET_H
#define SERVER_TICKET_H

#include "server/sessions.h"

/*
 * ticket_seal: writes the ticket of SENDER for RECEIVER, holding SECRET and
 * ending at EXP (Unix seconds), to OUT with room for OUT_SIZE characters,
 * KIT_TICKET_MAX + 1 at most. Returns 0, or -1 with OUT empty.
 */
int ticket_seal(char *out, size_t out_size, const struct session *sender,
                const struct session *receiver, const char *secret,
                long long exp) KIT_MUST_CHECK;

#endif
