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

/* A line of message 5 in parts, which a test may change. */
struct forgery {
    char senderinfo[KIT_SEALED_SIZE];
    char seq[32];
    char message[KIT_SEALED_SIZE];
    char line[2 * KIT_LINE_MAX]; /* the result of forgery_line */
};

/*
 * forgery_good: a valid line from SENDER to "bob", whose token is TOKEN, with
 * SECRET, SEQ and TEXT.
 */
void forgery_good(struct forgery *f, const char *token, const char *sender,
                  const char *secret, int64_t seq, const char *text);

/* forgery_ticket: replaces the ticket by one for "bob" that contains JSON. */
void forgery_ticket(struct forgery *f, const char *token, const char *json);

/* forgery_line: writes the parts to F->line, and returns that. */
const char *forgery_line(struct forgery *f);

#endif
