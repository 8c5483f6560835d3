/* SPDX-License-Identifier: MIT */
/*
 * Tickets and lines of message 5, good and bad. The test knows the token of the
 * receiver, so it can make any.
 */
#ifndef TESTS_SUPPORT_FORGERY_H
#define TESTS_SUPPORT_FORGERY_H

#include <stdint.h>

#include "lib/box.h"
#include "lib/wire.h"

/* A line of message 5, in parts that a test may spoil. */
struct forgery {
    char senderinfo[KIT_SEALED_SIZE];
    char seq[32];
    char message[KIT_SEALED_SIZE];
    char line[2 * KIT_LINE_MAX]; /* what forgery_line makes of them */
};

/* forgery_seal: SEALED of TEXT under K(STRING, LABEL) with AD. */
void forgery_seal(char sealed[KIT_SEALED_SIZE], const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len);

/*
 * forgery_good: a line that is in order in every way: SENDER to "bob", under
 * the receiver's TOKEN, with SECRET and SEQ, saying TEXT.
 */
void forgery_good(struct forgery *f, const char *token, const char *sender,
                  const char *secret, int64_t seq, const char *text);

/* forgery_ticket: another ticket for "bob", with JSON in it. */
void forgery_ticket(struct forgery *f, const char *token, const char *json);

/* forgery_message: another box, from SENDER to RECEIVER with number SEQ. */
void forgery_message(struct forgery *f, const char *secret, const char *sender,
                     const char *receiver, int64_t seq, const char *text);

/* forgery_line: puts the parts together, with a newline. Returns the line. */
const char *forgery_line(struct forgery *f);

#endif
